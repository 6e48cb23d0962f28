"""The declared inventory as checks may ask it: by asset, by account, by subproject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence
from muniment.model import asset as assets
from muniment.model.asset import Status
from muniment.model.policy import Policy
from muniment.model.tlp import Marking, join
from muniment.model.waiver import Waiver

LISTED = "listed"
"""Only those repositories of an organization are the project's that the register names."""


class Inventory(Struct, frozen=True):
    """Everything the register declares, indexed. Built from evidence, so that as-of works without git.

    ``assets`` are the entries, ``found`` the repositories that were seen in declared organizations and are the
    project's by that, without an entry of their own; ``found_under`` is the marking of the list that names each.
    """

    project: str
    name: str
    policy: Policy
    assets: Mapping[str, DeclaredAsset]
    subprojects: Mapping[str, DeclaredSubproject]
    parties: Mapping[str, DeclaredParty]
    attestations: Mapping[str, DeclaredAttestation]
    waivers: tuple[Waiver, ...]
    by_account: Mapping[str, str]
    by_github_id: Mapping[int, str] = {}
    found: Mapping[str, DeclaredAsset] = {}
    found_under: Mapping[str, Marking] = {}

    @classmethod
    def of(cls, declared: Iterable[Evidence]) -> Inventory:
        """Index declared evidence of every kind, in any order; other kinds are ignored."""
        by_kind: dict[type[Evidence], list[Any]] = {}
        for fact in declared:
            by_kind.setdefault(type(fact), []).append(fact)
        policies: list[DeclaredPolicy] = by_kind.get(DeclaredPolicy, [])
        parties: list[DeclaredParty] = by_kind.get(DeclaredParty, [])
        decisions: list[DeclaredDecision] = by_kind.get(DeclaredDecision, [])
        head = policies[0] if policies else DeclaredPolicy(project="", name="", policy=Policy())
        return cls(
            project=head.project,
            name=head.name,
            policy=head.policy,
            assets={a.asset: a for a in by_kind.get(DeclaredAsset, [])},
            subprojects={s.id: s for s in by_kind.get(DeclaredSubproject, [])},
            parties={p.handle: p for p in parties},
            attestations={a.asset: a for a in by_kind.get(DeclaredAttestation, [])},
            waivers=tuple(d.waiver for d in sorted(decisions, key=lambda d: d.id)),
            by_account={account.id: p.handle for p in parties for account in p.accounts},
            by_github_id={p.github_id: p.handle for p in parties if p.github_id is not None},
        )

    def finding(self, repositories: Mapping[str, Marking]) -> Inventory:
        """This inventory with the repositories, of those seen, that are the project's by their organization."""
        entries = {asset: entry for asset in repositories if (entry := self.inherited(asset)) is not None}
        return replace(self, found=entries, found_under=repositories) if entries else self

    def marking(self, asset: str, register: Marking) -> Marking:
        """The marking of an asset's name: its register's, and of what was found that of the list that names it."""
        return join(register, self.found_under[asset]) if asset in self.found else register

    @property
    def known(self) -> dict[str, DeclaredAsset]:
        """The entries of all assets that are judged: those declared, and those found."""
        return {**self.found, **self.assets}

    def entry(self, asset: str) -> DeclaredAsset | None:
        """The entry of an asset that is judged, its own or by its organization."""
        return self.assets.get(asset) or self.found.get(asset)

    def inherited(self, asset: str) -> DeclaredAsset | None:
        """The entry that an undeclared repository has by its organization's; ``None``: none, or it is at rest."""
        parent = parent_of(asset)
        if asset in self.assets or parent is None or assets.family(asset) != assets.GITHUB_REPO:
            return None
        entry = self.assets.get(parent)
        if entry is None or entry.repositories == LISTED or entry.status not in (Status.OFFICIAL, Status.UNCLEAR):
            return None
        return DeclaredAsset(
            asset=asset,
            status=entry.status,
            reason=f"as its organization, {parent}",
            subproject=entry.subproject,
            source=entry.source,
            where=entry.where,
            inherits=parent,
        )

    def status(self, asset: str) -> Status | None:
        """What the register says of an asset; ``None``: it does not know it.

        A repository, package or scope that is not declared by itself has its organization's or scope's status,
        unless only the listed ones of the organization are the project's.
        """
        entry = self.assets.get(asset)
        if entry is not None:
            return entry.status
        parent = parent_of(asset)
        if parent is None or (parent in self.assets and self.assets[parent].repositories == LISTED):
            return None
        return self.status(parent)

    def subproject_of(self, asset: str) -> str:
        """The subproject that answers for an asset; empty: nobody in particular."""
        entry = self.assets.get(asset)
        if entry is not None and entry.subproject:
            return entry.subproject
        parent = parent_of(asset)
        return self.subproject_of(parent) if parent else ""

    def party_of(self, place: str, login: str) -> str | None:
        """The handle of the party that an account belongs to; ``None``: unknown to the register."""
        return self.by_account.get(f"{place}:{login.lower()}")

    def person_at_github(self, id: int, login: str) -> str | None:
        """The handle behind an account of GitHub: by its number, else by its name, without case.

        A name whose person is known by another number has changed hands, and is not theirs.
        """
        handle = self.by_github_id.get(id) or self.party_of("github", login)
        party = self.parties.get(handle) if handle else None
        return None if party is not None and party.github_id not in (None, id) else handle

    def knows_accounts_at(self, place: str) -> bool:
        """True if the register names at least one account at a place."""
        numbered = place == "github" and bool(self.by_github_id)
        return numbered or any(account.startswith(f"{place}:") for account in self.by_account)

    def people(self, handles: Iterable[str]) -> frozenset[str]:
        """The handles of people behind some handles: people stand for themselves, teams for their members."""
        found: set[str] = set()
        for handle in handles:
            party = self.parties.get(handle)
            found.update(party.members if party is not None and party.members else (handle,))
        return frozenset(found)


def parent_of(asset: str) -> str | None:
    """The organization of a repository, the scope of an npm package; ``None`` where there is none."""
    family, name = assets.split(asset)
    if family == assets.GITHUB_REPO:
        return f"{assets.GITHUB_ORG}/{name.split('/')[0]}"
    if family == assets.NPM and name.startswith("@"):
        return f"npm:{name.split('/')[0]}"
    return None
