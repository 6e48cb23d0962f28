"""Makes evidence of the gathered entries, and compares them with one another: names, accounts, places, dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_party import DeclaredParty, PublicRole
from muniment.evidence.declared_people_policy import DeclaredPeoplePolicy
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.declared_tree import DeclaredTree
from muniment.evidence.kind import Evidence, kinds
from muniment.model import asset as assets
from muniment.model.activity import Vouch
from muniment.model.asset import Status
from muniment.model.declined_change import VERBS, DeclinedChange
from muniment.model.party import Account
from muniment.model.policy import CheckPolicy, Declined, Policy
from muniment.model.verdict import Where
from muniment.model.waiver import Waiver
from muniment.register.comparing import PATTERN, several
from muniment.register.distinguishing import Distinguishing
from muniment.register.format import (
    AssetEntry,
    DeclinedChangeEntry,
    PersonEntry,
    ProjectEntry,
    SubprojectEntry,
    TeamEntry,
    WaiverEntry,
)
from muniment.register.gathering import Gathered, Placed
from muniment.register.ruling import Ruling
from muniment.register.spelling import did_you_mean, quoted
from muniment.register.trees import Included


class Declaring(Ruling, Distinguishing):
    """One reading of a register: entries in, evidence out, mistakes kept on the way."""

    def __init__(
        self,
        gathered: Gathered,
        checks: frozenset[str] | None,
        aliases: Mapping[str, str],
        trees: Sequence[Included] = (),
    ) -> None:
        """``checks`` are the ids that the policy and the waivers may name (``None``: any), ``aliases`` older ids of
        some, ``trees`` those that are included.
        """
        super().__init__(gathered)
        self._checks = checks
        self._aliases = aliases
        self._trees = trees
        self.policy = Policy()
        self.declined_changes: tuple[DeclinedChange, ...] = ()

    def evidence(self) -> Iterator[Evidence]:
        """Everything that is declared and right."""
        yield from self._head()
        yield from self._declared_subprojects()
        yield from self._declared_trees()
        yield from self._declared_assets()
        yield from self.declared_rules()
        self.within_borders()
        yield from self._declared_people()
        yield from self._declared_teams()
        yield from self._declared_waivers()
        yield from self.entrusted()
        yield from self.distinctions()
        self.declined_changes = tuple(self._declined_changes())

    # ------------------------------------------------------------ sections

    def _head(self) -> Iterator[Evidence]:
        for place in self._gathered.section("subproject"):
            if place.entry:
                self._subproject(place, place.where.line, place.entry)
            self._own(place, "subproject", place.entry or "")
        projects = list(self._once("project"))
        for place in self._once("policy"):
            self.policy = self._checked(place, place.entry)
        if not projects:
            return
        entry: ProjectEntry = projects[0].entry
        self.project = entry
        yield DeclaredPolicy(
            project=entry.id,
            name=entry.name,
            policy=self.policy.without_people(),
            register_url=entry.register_url,
        )
        yield DeclaredPeoplePolicy.of(entry.id, self.policy)
        yield DeclaredAsset(
            asset=f"project:{entry.id}",
            status=Status.OFFICIAL,
            reason="the project itself",
            title=entry.name,
            where=projects[0].where,
        )

    def _checked(self, place: Placed, policy: Policy) -> Policy:
        known_kinds = set(kinds())
        for key, by_kind in (
            ("evidence-max-age", policy.evidence_max_age),
            ("collect-every", policy.collect_every),
            ("keep", policy.keep),
        ):
            for kind in by_kind:
                if kind not in known_kinds:
                    hint = did_you_mean(kind, known_kinds, "known kinds: " + ", ".join(sorted(known_kinds)))
                    self._wrong(place, place.line(key, kind), f"there is no evidence kind {quoted(kind)}", hint)
        for number, handle in enumerate(policy.security_team):
            self._handle(place, place.line("security-team", number), handle)
        for number, declined in enumerate(policy.declined):
            line = place.line("declined", number)
            self._handle(place, line, declined.by)
            if not any(fnmatchcase(kind, declined.kind) for kind in known_kinds):
                hint = did_you_mean(declined.kind, known_kinds, "known kinds: " + ", ".join(sorted(known_kinds)))
                self._wrong(place, line, f"there is no evidence kind {quoted(declined.kind)}", hint)
        renamed: dict[str, CheckPolicy] = {}
        for check, own in policy.checks.items():
            line = place.line("checks", check)
            self._check(place, line, check, patterns=False)
            now = self._aliases.get(check, check)
            if now in renamed:
                self._wrong(place, line, f"the check {quoted(now)} stands twice under policy › checks", "keep one")
            renamed[now] = CheckPolicy(enabled=own.enabled, severity=own.severity)
        # As evidence, which is read more leniently than what people write.
        numbers = {name: getattr(policy, name) for name in Policy.__struct_fields__}
        declined_ones = tuple(
            Declined(d.kind, d.by, d.reason.strip(), d.until, asset)
            for number, d in enumerate(policy.declined)
            if (asset := self._pattern(place, place.line("declined", number), d.asset)) is not None
        )
        return Policy(**{**numbers, "checks": renamed, "declined": declined_ones})

    def _check(self, place: Placed, line: int, check: str, *, patterns: bool = True) -> None:
        if self._checks is None or check in self._checks or check in self._aliases:
            return
        if patterns and PATTERN & set(check):
            if not any(fnmatchcase(known, check) for known in self._checks):
                self._wrong(place, line, f"no check matches {quoted(check)}", "muniment explain lists the checks")
            return
        hint = self._hint(check, self._checks | set(self._aliases), "muniment explain lists the checks")
        self._wrong(place, line, f"there is no check {quoted(check)}", hint)

    def _declared_subprojects(self) -> Iterator[Evidence]:
        for place in self._once("subprojects"):
            entry: SubprojectEntry = place.entry
            yield DeclaredSubproject(
                id=place.key,
                name=entry.name,
                seat=entry.seat,
                parts=entry.parts,
                contact=entry.contact,
                where=place.where,
            )

    def _declared_trees(self) -> Iterator[Evidence]:
        entries = {place.where: place for place in self._gathered.section("include")}
        for tree in self._trees:
            place = entries[tree.where]
            if tree.owner:
                self._subproject(place, place.line("owner"), tree.owner)
            yield DeclaredTree(
                name=tree.name,
                owner=tree.owner,
                level=tree.marking.level.word,
                form=tree.kind,
                commit=tree.commit,
                where=tree.where,
            )

    def _declared_assets(self) -> Iterator[Evidence]:
        for place in self._gathered.section("assets"):
            asset = self._canonical(place, place.where.line, place.key)
            if asset is None:
                continue
            first = self._assets.setdefault(asset, place.where)
            if first is not place.where:
                spelled = "" if place.key == asset else f", here spelled {quoted(place.key)},"
                self._twice(place, f"assets › {asset}{spelled}", first)
                continue
            if assets.family(asset) == assets.PROJECT:
                self._wrong(
                    place, place.where.line, f"{asset} is declared by the key 'project'", "delete this entry"
                )
            else:
                yield self._asset(place, asset, place.entry)

    def _asset(self, place: Placed, asset: str, entry: AssetEntry) -> DeclaredAsset:
        subproject = entry.subproject or ("" if place.writes("subproject") else place.subproject)
        if entry.subproject:
            self._subproject(place, place.line("subproject"), subproject)
        self._own(place, "subproject", subproject)
        repository = ""
        if entry.repository:
            line = place.line("repository")
            repository = self._canonical(place, line, entry.repository) or ""
            if repository and assets.family(repository) != assets.GITHUB_REPO:
                self._wrong(place, line, f"{repository} is no repository", "write github:repo/OWNER/NAME")
        if place.writes("repositories") and assets.family(asset) != assets.GITHUB_ORG:
            line = place.line("repositories")
            self._wrong(place, line, f"{asset} holds no repositories", "it is a key of github:org/NAME alone")
        if place.writes("github-id") and assets.family(asset) not in (assets.GITHUB_ORG, assets.GITHUB_REPO):
            line = place.line("github-id")
            self._wrong(place, line, f"{asset} has no number at GitHub", "organizations and repositories have one")
        for role, holders in entry.holders.items():
            for number, handle in enumerate(several(holders)):
                step: tuple[int, ...] = () if isinstance(holders, str) else (number,)
                self._handle(place, place.line("holders", role, *step), handle)
        self._statuses[asset] = entry.status
        self._keepers[asset] = place.owner
        self._answering[asset] = subproject
        return DeclaredAsset(
            asset=asset,
            status=entry.status,
            reason=entry.reason.strip(),
            subproject=subproject,
            title=entry.title,
            url=entry.url,
            source=entry.source,
            repository=repository,
            since=entry.since,
            attest=entry.attest,
            holders=tuple(Holding(role, several(holders)) for role, holders in entry.holders.items()),
            repositories=entry.repositories,
            github_id=entry.github_id,
            where=place.where,
        )

    def _declared_people(self) -> Iterator[Evidence]:
        for place in self._once("parties"):
            entry: PersonEntry = place.entry
            accounts = tuple(self._own_accounts(place, entry))
            if entry.github_id is not None:
                other, where = self._numbers.setdefault(entry.github_id, (place.key, place.where))
                if other != place.key:
                    said = f"{place.key} and {other} have one github-id, {entry.github_id}"
                    hint = f"{other} stands at {where.file}:{where.line}; an account belongs to one person"
                    self._wrong(place, place.line("github-id"), said, hint)
            for number, role in enumerate(entry.public_roles):
                if role.subproject:
                    self._subproject(place, place.line("public-roles", number, "subproject"), role.subproject)
            yield DeclaredParty(
                handle=place.key,
                name=entry.name,
                github_id=entry.github_id,
                accounts=accounts,
                bot=entry.bot,
                public_roles=tuple(PublicRole(r.role, r.subproject or "") for r in entry.public_roles),
                left=entry.left,
                vouch=self._vouch(place, entry),
                where=place.where,
            )

    def _vouch(self, place: Placed, entry: PersonEntry) -> Vouch | None:
        if entry.active is None or not entry.active.by:
            return None
        line = place.line("active", "by")
        self._handle(place, line, entry.active.by)
        if entry.active.by == place.key:
            self._wrong(place, line, f"{place.key} vouches for themselves", "another person's handle")
        return Vouch(entry.active.by, entry.active.reason, entry.active.until)

    def _own_accounts(self, place: Placed, entry: PersonEntry) -> Iterator[Account]:
        for at, logins in entry.accounts.items():
            for login in several(logins):
                account = Account(at, login)
                line = place.line("accounts", at)
                first = self._accounts.setdefault(account.id, (place.key, Where(place.where.file, line)))
                if first[0] != place.key:
                    said = f"{place.key} and {first[0]} have one account, {quoted(account.id)}"
                    hint = (
                        f"{first[0]}'s stands at {first[1].file}:{first[1].line}; an account belongs to one person"
                    )
                    self._wrong(place, line, said, hint)
                yield account

    def _declared_teams(self) -> Iterator[Evidence]:
        people = {placed.key: placed.where for placed in self._gathered.section("parties")}
        for place in self._once("teams"):
            entry: TeamEntry = place.entry
            if place.key in people:
                self._twice(place, f"the handle {quoted(place.key)}, a person's and a team's,", people[place.key])
            for number, handle in enumerate(entry.members):
                line = place.line("members", number)
                if handle in self._teams and handle not in self._people:
                    self._wrong(
                        place, line, f"{quoted(handle)} is a team", "name its people: teams hold people alone"
                    )
                else:
                    self._handle(place, line, handle)
            yield DeclaredParty(
                handle=place.key, name=entry.name or place.key, members=entry.members, where=place.where
            )

    def _declared_waivers(self) -> Iterator[Evidence]:
        first: dict[str, Where] = {}
        for place in self._gathered.section("waivers"):
            entry: WaiverEntry = place.entry
            if entry.check:
                self._check(place, place.line("check"), entry.check)
            self._handle(place, place.line("by"), entry.by)
            asset: str | None = entry.asset
            if entry.asset and not PATTERN & set(entry.asset):
                asset = self._canonical(place, place.line("asset"), entry.asset)
            if asset is None:
                continue
            check = self._aliases.get(entry.check, entry.check)
            id = f"{check} {asset} {entry.key}" + (f" of {place.owner}" if place.owner else "")
            if id in first:
                self._twice(place, f"the waiver of {quoted(id)}", first[id])
                continue
            first[id] = place.where
            waiver = Waiver(
                check=check,
                asset=asset,
                key=entry.key,
                by=entry.by,
                reason=entry.reason.strip(),
                until=entry.until,
                decision=entry.decision,
                subproject=place.owner,
            )
            yield DeclaredDecision(id=id, waiver=waiver, where=place.where)

    def _declined_changes(self) -> Iterator[DeclinedChange]:
        first: dict[str, Where] = {}
        for place in self._gathered.section("declined-changes"):
            entry: DeclinedChangeEntry = place.entry
            self._handle(place, place.line("by"), entry.by)
            verb = entry.change.partition(":")[0]
            if entry.change and not PATTERN & set(verb) and verb not in VERBS:
                hint = did_you_mean(verb, VERBS, "known: " + ", ".join(VERBS))
                self._wrong(place, place.line("change"), f"there is no change {quoted(verb)}", hint)
            if entry.change in first:
                self._twice(place, f"the change {quoted(entry.change)}", first[entry.change])
                continue
            first[entry.change] = place.where
            yield DeclinedChange(change=entry.change, by=entry.by, reason=entry.reason.strip(), until=entry.until)
