"""Who can publish through a repository: by changing the gate, by approving its environment, by pushing past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.shipping.people import key_of
from muniment.app.shipping.rights import ADMIN, Rights, rights
from muniment.app.sighted import Wanted, is_blind, sighted, unsighted
from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence
from muniment.evidence.team_member import TeamMember
from muniment.model.tlp import CLEAR
from muniment.publish.held import Held
from muniment.publish.shipping import Route, Workflow
from muniment.register.inventory import Inventory, parent_of

READ: tuple[type[Evidence], ...] = (DeploymentEnvironment, BranchProtection, GithubRepository)
"""The kinds of a repository that tell what a release has to pass."""

TEAM = "team:"
"""How a reviewer that is a team is written: ``team:SLUG``."""

Lookup = Callable[[str], Dossier | None]
"""The dossier of an asset; ``None``: the register does not know it."""


class Passing(Struct, frozen=True):
    """Those who can publish through a repository, what was not seen of them, and who may start a release."""

    rows: tuple[Held, ...] = ()
    gaps: tuple[Held, ...] = ()
    starting: tuple[Held, ...] = ()


def passing(asset: str, origin: Workflow, lookup: Lookup, inventory: Inventory, wanted: Wanted) -> Passing:
    """Every way in which a package is published through the repository that its releases come from."""
    repo = lookup(origin.repository)
    if repo is None:
        said = f"{origin.repository} publishes it, and is not in the register: nobody was asked who may write there"
        return Passing(gaps=(Held(asset=asset, state="unseen", detail=said, route=Route.GATE, marking=CLEAR),))
    org = lookup(parent_of(origin.repository) or "")
    every = rights(repo, org, inventory, wanted)
    gate = _Gate(asset, origin, repo, org, every, inventory)
    rows, gaps = tuple(gate.rows()), gate.gaps()
    starting = (row for row in every.writing if row.role == ADMIN or not gate.archived)
    return Passing(rows, tuple(_of(asset, gap, repo) for gap in gaps), tuple(starting))


def _of(asset: str, gap: Held, repo: Dossier) -> Held:
    """A gap about a repository as one about a package that comes from it."""
    through = gap.through or repo.asset
    told = gap.detail if through in gap.detail else f"{through}: {gap.detail}"
    state = "unseen" if gap.state == "gone" else gap.state
    return replace(gap, asset=asset, state=state, through=through, route=gap.route or Route.GATE, detail=told)


def _is_same(one: str, other: str) -> bool:
    """True if two names are one environment's: GitHub's names are not case sensitive."""
    return one.casefold() == other.casefold()


class _Gate:
    def __init__(
        self,
        asset: str,
        origin: Workflow,
        repo: Dossier,
        org: Dossier | None,
        every: Rights,
        inventory: Inventory,
    ) -> None:
        self._asset = asset
        self._repo = repo
        self._org = org
        self._every = every
        self._inventory = inventory
        self._environment = origin.environment
        self._gaps: list[Held] = list(every.gaps)
        self._numbers = {row.who.lower(): row.number for row in every.rows if row.number}
        view = repo.cells.get(GithubRepository)
        self.archived = view is not None and any(one.archived for one in view.items)
        for member in self._team_members():
            self._numbers.setdefault(member.login.lower(), member.id)

    def rows(self) -> Iterator[Held]:
        """Those who can; of an archived repository, in which nothing can be changed, who may open it again."""
        if self.archived:
            for row in self._every.writing:
                if row.role == ADMIN:
                    path = f"may open the archived repository again: {row.path}"
                    yield self._through(row, Route.GATE, path, alone=True)
            return
        reviewed = self._reviewed()
        merges = self._merges_alone()
        for row in self._every.writing:
            if row.role == ADMIN:
                yield self._through(row, Route.GATE, f"may change every gate: {row.path}", alone=True)
        yield from self._approving(merges)
        if merges is None:
            self._tell_protection()
        elif merges:
            alone = None if reviewed is None else not reviewed
            for row in self._every.writing:
                if row.role != ADMIN:
                    yield self._through(row, Route.PUSH, f"may push unreviewed: {row.path}", alone=alone)

    def gaps(self) -> tuple[Held, ...]:
        """What was not seen; complete once all rows were taken."""
        return tuple(self._gaps)

    def _through(self, row: Held, route: Route, path: str, *, alone: bool | None) -> Held:
        through = row.through or self._repo.asset
        return replace(row, asset=self._asset, route=route, path=path, alone=alone, through=through)

    def _reviewed(self) -> bool | None:
        """Whether a release waits for a reviewer; ``None``: not seen, and then a gap says so."""
        view = self._repo.cells.get(DeploymentEnvironment)
        found = view.items if view is not None else ()
        named = self._environment
        if named is None:
            self._gaps.append(self._untold())
            return None
        if not named:
            return False
        if any(_is_same(one.name, named) for one in found):
            return any(_is_same(one.name, named) and one.reviewers for one in found)
        if is_blind(view):
            self._gaps.append(self._gap(DeploymentEnvironment, view, Route.APPROVAL))
            return None
        return False

    def _merges_alone(self) -> bool | None:
        """Whether who may push can change the default branch without a second person; ``None``: not seen."""
        view = self._repo.cells.get(BranchProtection)
        for rule in view.items if view is not None else ():
            if rule.needs_pull_request is False:
                return True
            if rule.needs_pull_request and rule.reviews is not None:
                return bool(rule.reviews == 0)
        return None

    def _tell_protection(self) -> None:
        pushing = {key_of(row) for row in self._every.writing if row.role != ADMIN}
        if not pushing and not self._every.gaps:
            return
        view = self._repo.cells.get(BranchProtection)
        row = self._gap(BranchProtection, view, Route.PUSH)
        why = row.detail if view is None or not view.items else "not shown to who looked"
        said = f"whether the default branch needs a review ({why}): {len(pushing)} more may push to it"
        self._gaps.append(replace(row, detail=said))

    def _gap(self, kind: type[Evidence], view: Seen | None, route: Route) -> Held:
        return replace(unsighted(self._repo.asset, kind, view), state="unseen", route=route)

    def _untold(self) -> Held:
        said = "whether its release waits for somebody's approval: what names its workflow tells no environment"
        return Held(asset=self._asset, state="unseen", detail=said, route=Route.APPROVAL, marking=CLEAR)

    def _approving(self, merges: bool | None) -> Iterator[Held]:
        view = self._repo.cells.get(DeploymentEnvironment)
        for one in view.items if view is not None and self._environment else ():
            if not _is_same(one.name, self._environment or ""):
                continue
            assert view is not None
            for reviewer in one.reviewers:
                for number, login, path in self._behind(reviewer):
                    row = self._reviewer(view, number, login, f"reviewer of the environment {one.name}{path}")
                    yield replace(row, alone=self._alone(row, one.self_review, merges))

    def _behind(self, reviewer: str) -> Iterator[tuple[int, str, str]]:
        """The accounts behind a reviewer: itself, or the members of a team as far as they were seen."""
        if not reviewer.startswith(TEAM):
            yield self._numbers.get(reviewer.lower(), 0), reviewer, ""
            return
        team = reviewer.removeprefix(TEAM)
        view = self._org.cells.get(TeamMember) if self._org is not None else None
        if is_blind(view):
            row = self._gap(TeamMember, view, Route.APPROVAL)
            said = f"who is in the team {team}, which approves its release ({row.detail})"
            self._gaps.append(replace(row, detail=said))
        for member in self._team_members():
            if member.team == team:
                yield member.id, member.login, f", by team {team}"

    def _team_members(self) -> tuple[TeamMember, ...]:
        view = self._org.cells.get(TeamMember) if self._org is not None else None
        return tuple(view.items) if view is not None else ()

    def _reviewer(self, view: Seen, number: int, login: str, path: str) -> Held:
        inventory = self._inventory
        party = inventory.person_at_github(number, login) if number else inventory.party_of("github", login)
        row = sighted(
            self._asset,
            view,
            DeploymentEnvironment,
            place="github",
            who=login,
            number=number,
            party=party or "",
            role="reviewer",
            path=path,
        )
        return replace(row, route=Route.APPROVAL, through=self._repo.asset)

    def _alone(self, row: Held, self_review: bool, merges: bool | None) -> bool | None:
        """Whether a reviewer can also start the release, and what is in it, without anybody else."""
        if not self_review:
            return False
        own = [one for one in self._every.writing if key_of(one) == key_of(row)]
        if own:
            # Which branches the environment takes is not collected, so a review of the default branch may not bind.
            return True if merges else None
        return None if self._every.gaps else False
