"""The declared inventory as checks may ask it: by asset, by account, by subproject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_people_policy import DeclaredPeoplePolicy
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence
from muniment.model import asset as assets
from muniment.model.asset import Status
from muniment.model.policy import Policy
from muniment.model.tlp import Marking, join
from muniment.model.waiver import Waiver
from muniment.register.resolving import LISTED, LOOKED_AT, Place, Sightings, repository, resolve
from muniment.register.rules import Rulebook


class Inventory(Struct, frozen=True):
    """Everything the register declares, indexed. Built from evidence, so that as-of works without git.

    ``assets`` are the entries, those of organizations that a rule declares among them. ``found`` are repositories
    and packages that were seen and are the project's by a rule, by their organization or by a manifest, without an
    entry of their own; ``found_under`` is the marking of what each was found by.
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
    rulebook: Rulebook = field(default_factory=Rulebook)

    @classmethod
    def of(cls, declared: Iterable[Evidence]) -> Inventory:
        """Index declared evidence of every kind, in any order; other kinds are ignored."""
        by_kind: dict[type[Evidence], list[Any]] = {}
        for fact in declared:
            by_kind.setdefault(type(fact), []).append(fact)
        policies: list[DeclaredPolicy] = by_kind.get(DeclaredPolicy, [])
        parties: list[DeclaredParty] = by_kind.get(DeclaredParty, [])
        decisions: list[DeclaredDecision] = by_kind.get(DeclaredDecision, [])
        rules: list[DeclaredRule] = sorted(by_kind.get(DeclaredRule, []), key=lambda rule: rule.id)
        entries = {a.asset: a for a in by_kind.get(DeclaredAsset, [])}
        head = policies[0] if policies else DeclaredPolicy(project="", name="", policy=Policy())
        return cls(
            project=head.project,
            name=head.name,
            policy=_whole(head.policy, by_kind.get(DeclaredPeoplePolicy, [])),
            assets={**_organizations(rules), **entries},
            subprojects={s.id: s for s in by_kind.get(DeclaredSubproject, [])},
            parties={p.handle: p for p in parties},
            attestations={a.asset: a for a in by_kind.get(DeclaredAttestation, [])},
            waivers=tuple(d.waiver for d in sorted(decisions, key=lambda d: d.id)),
            by_account={account.id: p.handle for p in parties for account in p.accounts},
            by_github_id={p.github_id: p.handle for p in parties if p.github_id is not None},
            rulebook=Rulebook.of(rules),
        )

    def finding(self, seen: Sightings) -> Inventory:
        """This inventory with what was seen and is the project's without an entry of its own."""
        place = Place(self.assets, self.rulebook)
        resolved = resolve(place, seen, self.status)
        return replace(self, found=resolved.entries, found_under=resolved.under) if resolved.entries else self

    def marking(self, asset: str, register: Marking) -> Marking:
        """The marking of an asset's entry: its register's, and of what was found that of what it was found by."""
        return join(register, self.found_under[asset]) if asset in self.found else register

    @property
    def known(self) -> dict[str, DeclaredAsset]:
        """The entries of all assets that are judged: those declared, and those found."""
        return {**self.found, **self.assets}

    @property
    def enterprises(self) -> tuple[str, ...]:
        """The project's enterprises on GitHub, by asset id."""
        official = (a for a, e in self.assets.items() if e.status is Status.OFFICIAL)
        return tuple(sorted(a for a in official if a.startswith(f"{assets.GITHUB_ENTERPRISE}/")))

    def entry(self, asset: str) -> DeclaredAsset | None:
        """The entry of an asset that is judged, its own or by its organization."""
        return self.assets.get(asset) or self.found.get(asset)

    def inherited(self, asset: str) -> DeclaredAsset | None:
        """The entry that an undeclared repository has as far as words tell; ``None``: none, or it is at rest."""
        if asset in self.assets or assets.family(asset) != assets.GITHUB_REPO:
            return None
        return repository(Place(self.assets, self.rulebook), asset)[0]

    def status(self, asset: str) -> Status | None:
        """What the register says of an asset; ``None``: it does not know it.

        A repository that is not declared by itself has the status that rules or its organization give it, a package
        or scope that of its scope.
        """
        entry = self.entry(asset) or self.inherited(asset)
        if entry is not None:
            return entry.status
        parent = parent_of(asset)
        over = self.assets.get(parent) if parent is not None else None
        if over is not None and over.status in LOOKED_AT and assets.family(asset) == assets.GITHUB_REPO:
            return None  # neither a rule nor its organization speaks for it
        return over.status if over is not None and over.repositories != LISTED else None

    def subproject_of(self, asset: str) -> str:
        """The subproject that answers for an asset; empty: nobody in particular, or it is not settled who."""
        entry = self.entry(asset)
        if entry is not None and (entry.subproject or entry.claims or entry.unsettled):
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


def _whole(policy: Policy, people: Iterable[DeclaredPeoplePolicy]) -> Policy:
    """The policy with what names people, which is recorded apart."""
    for part in people:
        return replace(policy, security_team=part.security_team, declined=part.declined, forgotten=part.forgotten)
    return policy  # a register that an earlier version recorded has it all in one


def _organizations(rules: Iterable[DeclaredRule]) -> dict[str, DeclaredAsset]:
    """The entries of the organizations that rules about the whole of them declare."""
    return {
        organization: DeclaredAsset(
            asset=organization,
            status=rule.status,
            reason=rule.reason,
            subproject=rule.subproject,
            source=rule.source,
            since=rule.since,
            where=rule.where,
            rule=rule.id,
        )
        for rule in rules
        if rule.whole
        for organization in rule.organizations
    }


def parent_of(asset: str) -> str | None:
    """The organization of a repository, the scope of an npm package; ``None`` where there is none."""
    family, name = assets.split(asset)
    if family == assets.GITHUB_REPO:
        return f"{assets.GITHUB_ORG}/{name.split('/')[0]}"
    if family == assets.NPM and name.startswith("@"):
        return f"npm:{name.split('/')[0]}"
    return None
