"""Whether what a rule of the register selects is there."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG


class RuleMatch(Evidence, frozen=True, kw_only=True):
    """Derived by reconciliation: a name or pattern of a rule, and whether any repository answers to it.

    ``rule`` is the rule's id, ``word`` the name or pattern; empty: it selects by properties alone. Kept at the
    first of the rule's organizations. What cannot be told, since lists or properties were not seen, is left out.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("rule", "word")
    compared: ClassVar = True

    rule: str
    word: str = ""
    matches: bool
