"""Where a new entry goes: into the file of what it belongs to, in a tree that may hold what it is made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from msgspec import Struct

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import Evidence
from muniment.model.tlp import CLEAR, TLP, Marking, join
from muniment.register.changing import ASSETS, Put
from muniment.register.inventory import Inventory
from muniment.register.reading import Register, Tree
from muniment.register.writing import Value

_ASSETS = re.compile(rf"^{ASSETS}[ \t]*:", re.MULTILINE)
_RULES = re.compile(r"^rules[ \t]*:", re.MULTILINE)
_PEOPLE = re.compile(
    r"^[^#\n]*(?<![\w-])(?:declined|declined-changes|forgotten|holders|not-the-same|security-team)[\"']?[ \t]*:",
    re.MULTILINE,
)
"""Keys under which people stand of whom the evidence tells no place."""

_OF_PEOPLE = (DeclaredParty, DeclaredDecision, DeclaredAttestation)
_SUBPROJECT = re.compile(r"^subproject[ \t]*:[ \t]*[\"']?([a-z0-9-]+)", re.MULTILINE)


def _names_holders(fact: Evidence) -> TypeGuard[DeclaredAsset]:
    return isinstance(fact, DeclaredAsset) and bool(fact.holders)


def holds(tree: Tree, marking: Marking) -> bool:
    """True if what is so marked may be written into a tree."""
    mine = tree.marking
    if marking.level > mine.level:
        return False
    return marking.to is None or (mine.to is not None and mine.to <= marking.to)


class Places(Struct, frozen=True):
    """The files of a register, and the trees that they lie in. ``naming``: those that name people."""

    inventory: Inventory
    trees: tuple[Tree, ...]
    by_file: Mapping[str, Tree]
    texts: Mapping[str, str]
    naming: frozenset[str]

    @classmethod
    def of(cls, register: Register, inventory: Inventory) -> Places:
        """The places of a register."""
        by_file = {text.name: tree for tree in register.trees for text in tree.texts}
        texts = {text.name: text.text for tree in register.trees for text in tree.texts}
        told = (fact for fact in register.evidence if isinstance(fact, _OF_PEOPLE) or _names_holders(fact))
        naming = {fact.where.file for fact in told if fact.where is not None}
        naming |= {name for name, text in texts.items() if _PEOPLE.search(text)}
        return cls(inventory, register.trees, by_file, texts, frozenset(naming))

    def tree_of(self, file: str) -> Tree:
        """The tree that a file lies in."""
        return self.by_file[file]

    def marking_of(self, file: str) -> Marking:
        """The marking of a file: its tree's, and at least AMBER where it names people."""
        own = self.by_file[file].marking
        return join(own, Marking(TLP.AMBER)) if file in self.naming else own

    def told_in(self, asset: str) -> Marking:
        """The marking of the tree that declares an asset, or brings it by a rule: to name it is to tell of that."""
        entry = self.inventory.entry(asset)
        tree = self.by_file.get(entry.where.file) if entry is not None and entry.where is not None else None
        under = self.inventory.found_under.get(asset, CLEAR)
        return join(under, tree.marking) if tree is not None else under

    def told_by(self, text: str) -> Marking:
        """The marking of a text by what it names: assets, people and files of trees that may be closed."""
        words = {word.strip(".,:;?!'\"()") for word in text.split()}
        files = {file for file in words if file in self.by_file}
        people = (self.inventory.parties[word] for word in words if word in self.inventory.parties)
        files |= {party.where.file for party in people if party.where is not None}
        named = (self.told_in(word) for word in words if word in self.inventory.known)
        return join(CLEAR, *named, *(self.by_file[file].marking for file in files if file in self.by_file))

    def file_for(self, parent: DeclaredAsset | None, marking: Marking) -> str | None:
        """The file for an entry that belongs to another; ``None``: no tree may hold it."""
        return next((file for file in self._candidates(parent) if holds(self.by_file[file], marking)), None)

    def _candidates(self, parent: DeclaredAsset | None) -> Iterator[str]:
        home = parent.where.file if parent is not None and parent.where is not None else ""
        if home in self.by_file:
            yield home
        first = self.trees[0]
        files = [text.name for text in first.texts]
        yield from (f for f in files if _ASSETS.search(self.texts[f]))
        yield from (f for f in files if _RULES.search(self.texts[f]))
        yield from files
        subproject = self.inventory.subproject_of(parent.asset) if parent is not None else ""
        for tree in self.trees[1:]:  # a tree speaks for its owner's subproject alone
            if tree.owner and tree.owner == subproject:
                yield from (text.name for text in tree.texts)

    def entry(self, file: str, asset: str, parent: DeclaredAsset | None, fields: Mapping[str, Value]) -> Put:
        """The edit that declares an asset in a file; it takes no subproject from the file that is not its own."""
        default = _SUBPROJECT.search(self.texts[file])
        over = self.inventory.subproject_of(parent.asset) if parent is not None else ""
        told = dict(fields)
        if not self.by_file[file].name and default is not None and default[1] != over:
            told["subproject"] = None
        return Put(file, (ASSETS,), asset, told)
