"""Follows organizations whose declared name leads nowhere or is another one now, by GitHub's numbers of them.

That a name leads nowhere says nothing of the people behind it: what was open under it stays open until the same
number is seen under its new name, or the council takes the name out of the register.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.kind import decoder, kind_id
from muniment.model.asset import GITHUB_REPO, name
from muniment.model.observation import Outcome
from muniment.ports import CellRecord, Store
from muniment.register.inventory import Inventory, parent_of

_KINDS: tuple[type[GithubOrganization] | type[GithubIdentity], ...] = (GithubOrganization, GithubIdentity)


class Names(Struct, frozen=True):
    """What became of names. ``now``: names that are another one now. ``gone``: why a declared one leads nowhere."""

    now: Mapping[str, str] = {}
    gone: Mapping[str, str] = {}

    def of(self, asset: str) -> str:
        """The present name of an organization or of one of its repositories."""
        organization = _organization_of(asset)
        present = self.now.get(organization)
        if present is None or asset == organization:
            return present or asset
        return f"{GITHUB_REPO}/{name(present)}/{asset.rpartition('/')[2]}"

    def former(self, asset: str) -> tuple[str, ...]:
        """The names that an organization went by before."""
        return tuple(before for before, present in self.now.items() if present == asset)

    def why_gone(self, asset: str) -> str:
        """Why nothing can be seen of an organization, or of a repository of it; empty: its name leads to it."""
        return self.gone.get(_organization_of(asset), "")


def _organization_of(asset: str) -> str:
    return parent_of(asset) or asset if asset.startswith(f"{GITHUB_REPO}/") else asset


def names(store: Store, inventory: Inventory) -> Names:
    """What became of the names of organizations, as it is believed now."""
    numbers: dict[str, int] = {}
    seen: set[str] = set()
    absent: set[str] = set()
    for kind in _KINDS:  # the number that a name was known by outlasts what was known of the organization
        for record in store.cells(kinds=[kind_id(kind)]):
            scope = record.cell.scope
            numbers |= {scope: number} if (number := _number(record, kind)) else {}
            if kind is GithubOrganization:
                seen.add(scope)
                absent |= {scope} if record.standing is Outcome.ABSENT else set()
    numbers |= {a: e.github_id for a, e in inventory.assets.items() if e.github_id is not None}
    found = {scope for scope in seen - absent if inventory.entry(scope) is not None}
    present = {numbers[scope]: scope for scope in sorted(found) if scope in numbers}
    now = {scope: present[numbers[scope]] for scope in sorted(seen - found) if numbers.get(scope) in present}
    lost = ((scope, inventory.entry(scope)) for scope in sorted(absent - now.keys()))
    return Names(now, {scope: _what_to_do(entry) for scope, entry in lost if entry is not None})


def _number(record: CellRecord, kind: type[GithubOrganization] | type[GithubIdentity]) -> int:
    """The number of an organization in a cell; 0: none that can be read."""
    try:
        return next((decoder(kind).decode(payload).id for _, payload in record.facts), 0)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0


def _what_to_do(entry: DeclaredAsset) -> str:
    line = f" ({entry.where.file}:{entry.where.line})" if entry.where is not None else ""
    return (
        "GitHub knows no organization of this name any more: if it was renamed, correct its line in the register"
        f"{line}; if it was deleted, take the line out"
    )
