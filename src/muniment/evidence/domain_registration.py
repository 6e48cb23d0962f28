"""Until when a domain is registered, as somebody saw it at the registrar."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import DOMAIN


class DomainRegistration(Evidence, frozen=True, kw_only=True):
    """The last day for which it is paid, and by whose hands it is held; ``locked``: a transfer is refused.

    DNS does not tell it, and nobody is asked: somebody who sees the account at the registrar hands it over.
    """

    handed_over: ClassVar = True

    about: ClassVar = (DOMAIN,)

    expires: date
    registrar: str = ""
    locked: bool | None = None
