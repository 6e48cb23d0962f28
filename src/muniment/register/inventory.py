"""The declared inventory as checks may ask it: by asset, by account, by subproject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from muniment.evidence.declared_answer import DeclaredAnswer
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_distinction import DeclaredDistinction
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_people_policy import DeclaredPeoplePolicy
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_review import DeclaredReview
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence, kind_id
from muniment.model import asset as assets
from muniment.model.asset import Status
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, Marking, join
from muniment.model.waiver import Waiver
from muniment.register.entrusted import Entrusted
from muniment.register.resolving import LISTED, LOOKED_AT, Place, Sightings, repository, resolve
from muniment.register.rules import Rulebook

_ENTRUSTED = (DeclaredCredential, DeclaredGrant, DeclaredReview, DeclaredAnswer)
NOT_MARKED: Mapping[tuple[str, str], Marking] = MappingProxyType({})
ALL_READ: Mapping[str, UnreadTree] = MappingProxyType({})


class UnreadTree(Struct, frozen=True):
    """An included tree that could not be read: what it declared when it was (UTC) stays believed, and may be more.

    ``said`` are the kinds and keys of that, ``marking`` is what it says of assets under.
    """

    name: str
    why: str
    read_at: datetime | None
    marking: Marking
    said: frozenset[tuple[str, str]] = frozenset()


class Inventory(Struct, frozen=True):
    """Everything the register declares, indexed. Built from evidence, so that as-of works without git.

    ``assets`` are the entries, those of organizations that a rule declares among them. ``found`` are repositories
    and packages that were seen and are the project's by a rule, by their organization or by a manifest, without an
    entry of their own; ``found_under`` is the marking of what each was found by. ``under`` has the markings of what
    included trees declare, by kind and key, and ``unread`` those trees that could not be read. ``entrusted`` is
    what people hold and no source tells of. ``distinctions`` tell accounts apart that look like one person's.
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
    register_url: str = ""
    found: Mapping[str, DeclaredAsset] = {}
    found_under: Mapping[str, Marking] = {}
    rulebook: Rulebook = field(default_factory=Rulebook)
    under: Mapping[tuple[str, str], Marking] = {}
    unread: Mapping[str, UnreadTree] = {}
    entrusted: Entrusted = field(default_factory=Entrusted)
    distinctions: tuple[DeclaredDistinction, ...] = ()

    @classmethod
    def of(
        cls,
        declared: Iterable[Evidence],
        under: Mapping[tuple[str, str], Marking] = NOT_MARKED,
        unread: Mapping[str, UnreadTree] = ALL_READ,
    ) -> Inventory:
        """Index declared evidence of every kind, in any order; other kinds are ignored.

        Of two facts with one key, as a tree that cannot be read any more may still hold, the later counts.
        """
        by_kind: dict[type[Evidence], list[Any]] = {}
        for fact in declared:
            by_kind.setdefault(type(fact), []).append(fact)
        policies: list[DeclaredPolicy] = by_kind.get(DeclaredPolicy, [])
        parties: list[DeclaredParty] = by_kind.get(DeclaredParty, [])
        decisions = {d.id: d for d in by_kind.get(DeclaredDecision, [])}
        rules = sorted({r.id: r for r in by_kind.get(DeclaredRule, [])}.values(), key=lambda rule: rule.id)
        entries = {a.asset: a for a in by_kind.get(DeclaredAsset, [])}
        head = policies[0] if policies else DeclaredPolicy(project="", name="", policy=Policy())
        entries = {**_organizations(rules), **entries}
        by_account = {account.id: p.handle for p in parties for account in p.accounts}
        by_github_id = {p.github_id: p.handle for p in parties if p.github_id is not None}
        names = {**by_account, **{f"github-id:{number}": handle for number, handle in by_github_id.items()}}
        apart: list[DeclaredDistinction] = by_kind.get(DeclaredDistinction, [])
        facts = (fact for kind in _ENTRUSTED for fact in by_kind.get(kind, []))
        return cls(
            project=head.project,
            name=head.name,
            register_url=head.register_url,
            policy=_whole(head.policy, by_kind.get(DeclaredPeoplePolicy, [])),
            assets=entries,
            subprojects={s.id: s for s in by_kind.get(DeclaredSubproject, [])},
            parties={p.handle: p for p in parties},
            attestations={a.asset: a for a in by_kind.get(DeclaredAttestation, [])},
            waivers=tuple(d.waiver for _, d in sorted(decisions.items())),
            by_account=by_account,
            by_github_id=by_github_id,
            rulebook=Rulebook.of(rules),
            under=under,
            unread=unread,
            distinctions=tuple(one for _, one in sorted({d.key: d for d in apart}.items())),
            entrusted=Entrusted.of(facts, entries, head.project, lambda word: names.get(word, word)),
        )

    def finding(self, seen: Sightings) -> Inventory:
        """This inventory with what was seen and is the project's without an entry of its own."""
        place = Place(self.assets, self.rulebook, self._closers())
        resolved = resolve(place, seen, self.status)
        return replace(self, found=resolved.entries, found_under=resolved.under) if resolved.entries else self

    def marking(self, asset: str, register: Marking) -> Marking:
        """The marking of an asset's entry: its register's and its tree's, and of what it was found by."""
        return join(register, self.closer(asset))

    def closer(self, asset: str) -> Marking:
        """What closes an asset's entry beyond the register's own marking: its tree, or what it was found by."""
        if asset in self.found:
            return self.found_under[asset]
        own = self._own(asset) or CLEAR
        entry = self.assets.get(asset)
        parent = parent_of(asset)
        if parent is None or (entry is not None and entry.subproject):
            return own
        return join(own, self.closer(parent))  # what it inherits is told with it

    def tree_marking(self, asset: str) -> Marking:
        """The marking of the included trees that speak for an asset, or for what it inherits from."""
        if not self.under:
            return CLEAR
        entry = self.entry(asset)
        rule = self.rule_marking(entry.rule) if entry is not None and entry.rule else CLEAR
        beside = {*(entry.through if entry is not None else ()), parent_of(asset) or ""} - {"", asset}
        return join(rule, self._own(asset) or CLEAR, *(self.tree_marking(other) for other in beside))

    def party_marking(self, handle: str) -> Marking:
        """What closes what is said of a person beyond the register's own marking: the tree it is said in."""
        return self.under.get((kind_id(DeclaredParty), handle), CLEAR)

    def rule_marking(self, rule: str) -> Marking:
        """What closes a rule beyond the register's own marking: its tree."""
        return self.under.get((kind_id(DeclaredRule), rule), CLEAR)

    def _closers(self) -> dict[str, Marking]:
        """What closes entries, by asset, and rules, by their ids, where their trees are not open to everybody."""
        speaking = (kind_id(DeclaredAsset), kind_id(DeclaredRule))
        closers = {key: m for (kind, key), m in self.under.items() if kind in speaking and m != CLEAR}
        organizations = {a: closers[e.rule] for a, e in self.assets.items() if e.rule in closers} if closers else {}
        return {**organizations, **closers}

    def _own(self, asset: str) -> Marking | None:
        """The marking of the tree that declares an asset, by an entry or a rule; ``None``: the first one."""
        entry = self.assets.get(asset)
        by_rule = self.under.get((kind_id(DeclaredRule), entry.rule)) if entry is not None and entry.rule else None
        return self.under.get((kind_id(DeclaredAsset), asset)) or by_rule

    def is_believed_only(self, asset: str) -> bool:
        """True if all that is known of an asset's entry comes from a tree that could not be read."""
        entry = self.entry(asset)
        keys = {(kind_id(DeclaredAsset), asset), (kind_id(DeclaredRule), entry.rule if entry is not None else "")}
        return any(keys & tree.said for tree in self.unread.values())

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

    def but_machines(self, keys: Collection[str]) -> frozenset[str]:
        """Those of some handles and accounts that are no machine's by the register; all, where every one is."""
        kept = frozenset(k for k in keys if (party := self.parties.get(k)) is None or not party.bot)
        return kept or frozenset(keys)

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
