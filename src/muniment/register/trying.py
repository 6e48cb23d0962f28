"""Tells what would be wrong with a register if some of its files read otherwise, without writing any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from muniment.model.errors import Mistake
from muniment.register.declaring import Declaring
from muniment.register.document import Document, parse
from muniment.register.gathering import gather
from muniment.register.reading import NO_ALIASES, Register
from muniment.register.trees import Tree, includes, misplaced


def mistakes_with(
    register: Register,
    changed: Mapping[str, str],
    checks: frozenset[str] | None = None,
    aliases: Mapping[str, str] = NO_ALIASES,
) -> tuple[Mistake, ...]:
    """The mistakes of a register with other texts for some files, by the names that its places have.

    The texts include the trees that the register has.
    """

    def parsed(tree: Tree) -> Iterator[tuple[str, Document]]:
        return ((text.name, parse(changed.get(text.name, text.text), text.name)) for text in tree.texts)

    first, *others = register.trees
    gathered = gather(parsed(first))
    included, wrong = includes(gathered, register.root)
    gathered.complete = gathered.complete and not register.unread
    for tree in others:
        gather(parsed(tree), gathered, tree=tree.name, owner=tree.owner)
    wrong.extend(misplaced(gathered, included, register.root))
    declaring = Declaring(gathered, checks, aliases, included)
    for _ in declaring.evidence():
        pass
    return (*wrong, *gathered.mistakes, *declaring.mistakes)
