"""The declared inventory as checks may ask it: by asset, by account, by subproject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

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
from muniment.model.waiver import Waiver


class Inventory(Struct, frozen=True):
    """Everything the register declares, indexed. Built from evidence, so that as-of works without git."""

    project: str
    name: str
    policy: Policy
    assets: Mapping[str, DeclaredAsset]
    subprojects: Mapping[str, DeclaredSubproject]
    parties: Mapping[str, DeclaredParty]
    attestations: Mapping[str, DeclaredAttestation]
    waivers: tuple[Waiver, ...]
    by_account: Mapping[str, str]

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
        )

    def status(self, asset: str) -> Status | None:
        """What the register says of an asset; ``None``: it does not know it.

        A repository, package or scope that is not declared by itself has its organization's or scope's status.
        """
        entry = self.assets.get(asset)
        if entry is not None:
            return entry.status
        parent = parent_of(asset)
        return self.status(parent) if parent else None

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

    def knows_accounts_at(self, place: str) -> bool:
        """True if the register names at least one account at a place."""
        return any(account.startswith(f"{place}:") for account in self.by_account)


def parent_of(asset: str) -> str | None:
    """The organization of a repository, the scope of an npm package; ``None`` where there is none."""
    family, name = assets.split(asset)
    if family == assets.GITHUB_REPO:
        return f"{assets.GITHUB_ORG}/{name.split('/')[0]}"
    if family == assets.NPM and name.startswith("@"):
        return f"npm:{name.split('/')[0]}"
    return None
