"""Tells what would be wrong with a register if some of its files read otherwise, without writing any of them."""

from __future__ import annotations

from collections.abc import Mapping

from muniment.model.errors import Mistake
from muniment.register.declaring import Declaring
from muniment.register.document import parse
from muniment.register.gathering import gather
from muniment.register.reading import NO_ALIASES, Register


def mistakes_with(
    register: Register,
    changed: Mapping[str, str],
    checks: frozenset[str] | None = None,
    aliases: Mapping[str, str] = NO_ALIASES,
) -> tuple[Mistake, ...]:
    """The mistakes of a register with other texts for some files, by the names that its places have."""
    texts = [text for tree in register.trees for text in tree.texts]
    gathered = gather((text.name, parse(changed.get(text.name, text.text), text.name)) for text in texts)
    declaring = Declaring(gathered, checks, aliases)
    for _ in declaring.evidence():
        pass
    return (*gathered.mistakes, *declaring.mistakes)
