"""Who may do what in a repository, and by what: own grants, teams, ownership, roles and base permission.

Each right stands on a fact that was seen. A list that was not seen to its end is a gap of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.sighted import NOTHING, Wanted, is_blind, sighted, unsighted
from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.deploy_key import DeployKey
from muniment.evidence.installed_app import InstalledApp
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR
from muniment.publish.held import Held
from muniment.publish.shipping import Route
from muniment.register.inventory import Inventory, parent_of

OWNER = "owner"
"""The role in an organization that may do everything."""

ADMIN = "admin"
"""What may change a repository's settings, and so every gate in it."""

WRITING = ("write", "maintain", ADMIN)
"""What may push to a repository."""

EVERYWHERE = {"all_repo_write": "write", "all_repo_maintain": "maintain", "all_repo_admin": ADMIN}
"""What GitHub's own organization roles are worth in every repository. Source: its page on predefined roles."""

ELSEWHERE = frozenset({"all_repo_read", "all_repo_triage", "security_manager", "ci_cd_admin"})
"""GitHub's own organization roles that let nobody push."""

READ_IN_REPOSITORY: tuple[type[Evidence], ...] = (RepositoryCollaborator, DeployKey)
"""The kinds of a repository that tell who may write to it."""

READ_IN_ORGANIZATION: tuple[type[Evidence], ...] = (
    OrganizationMember,
    OrganizationSettings,
    OrganizationRoleHolder,
    TeamRepository,
    TeamMember,
    InstalledApp,
)
"""The kinds of an organization that tell who may write to its repositories."""

K = TypeVar("K", bound=Evidence)


class Rights(Struct, frozen=True):
    """Rows of everybody who was given something in a repository, and what could not be seen of that.

    Who may only read because every member may is left out.
    """

    rows: tuple[Held, ...] = ()
    gaps: tuple[Held, ...] = ()

    @property
    def writing(self) -> tuple[Held, ...]:
        """The rows of those who may push, or more."""
        return tuple(row for row in self.rows if row.role in WRITING)


def rights(repo: Dossier, org: Dossier | None, inventory: Inventory, wanted: Wanted = NOTHING) -> Rights:
    """Who may do what in a repository, by which grant. ``org``: the dossier of its organization."""
    reading = _Reading(repo, org, inventory, wanted)
    rows = tuple(reading.rows())
    return Rights(rows, tuple(reading.gaps()))


class _Reading:
    def __init__(self, repo: Dossier, org: Dossier | None, inventory: Inventory, wanted: Wanted) -> None:
        self._repo = repo
        self._org = org
        self._inventory = inventory
        self._wanted = wanted
        self._teams: defaultdict[str, list[TeamMember]] = defaultdict(list)
        for one in self._items(TeamMember):
            self._teams[one.team].append(one)
        self._given = [own for own in self._items(TeamRepository) if own.repository == repo.asset]

    def rows(self) -> Iterator[Held]:
        yield from self._own()
        yield from self._by_teams()
        yield from self._by_organization()
        yield from self._by_roles()
        yield from self._machines()

    def gaps(self) -> Iterator[Held]:
        repo, org = self._repo, self._org
        for kind in READ_IN_REPOSITORY:
            if is_blind(repo.cells.get(kind)):
                yield unsighted(repo.asset, kind, repo.cells.get(kind))
        if org is None:
            parent = parent_of(repo.asset) or "its organization"
            yield _gap(repo.asset, f"{parent} is not in the register, so nobody was asked who may do what in it")
            return
        for kind in READ_IN_ORGANIZATION:
            view = org.cells.get(kind)
            if is_blind(view) and not (kind is TeamMember and self._no_team_matters()):
                row = unsighted(repo.asset, kind, view)
                yield replace(row, detail=f"{org.asset}: {row.detail}", through=org.asset)
        yield from self._puzzles(org)

    def _puzzles(self, org: Dossier) -> Iterator[Held]:
        """What was seen and does not say enough."""
        roleless = sum(not member.role for member in self._items(OrganizationMember))
        if roleless:
            said = f"{org.asset}: the role of {roleless} of its members was not shown"
            yield self._puzzle(said, OrganizationMember)
        known = {*EVERYWHERE, *ELSEWHERE}
        for role in sorted({one.role for one in self._items(OrganizationRoleHolder)} - known):
            said = f"{org.asset}: what its own role {role!r} allows was not shown"
            yield self._puzzle(said, OrganizationRoleHolder)
        some = sorted(app.slug for app in self._items(InstalledApp) if _worth(app) and not app.everywhere)
        if some:
            said = f"{org.asset}: which repositories these Apps may write to was not shown: {', '.join(some)}"
            yield self._puzzle(said, InstalledApp)

    def _puzzle(self, said: str, kind: type[Evidence]) -> Held:
        assert self._org is not None
        row = unsighted(self._repo.asset, kind, self._org.cells.get(kind))
        return replace(row, state="unseen", detail=said, through=self._org.asset)

    def _no_team_matters(self) -> bool:
        assert self._org is not None
        listed = self._org.cells.get(TeamRepository)
        roles = any(one.team for one in self._items(OrganizationRoleHolder))
        return not self._given and not is_blind(listed) and not roles

    def _own(self) -> Iterator[Held]:
        view = self._repo.cells.get(RepositoryCollaborator)
        for one in view.items if view is not None else ():
            assert view is not None
            yield self._row(view, RepositoryCollaborator, one.id, one.login, one.permission, "own grant", "")

    def _by_teams(self) -> Iterator[Held]:
        for given in self._given:
            path = f"team {given.team}"
            yield from self._team(given.team, given.permission, path)

    def _team(self, team: str, permission: str, path: str) -> Iterator[Held]:
        view = self._view(TeamMember)
        for one in self._teams.get(team, ()):
            assert view is not None
            yield self._row(view, TeamMember, one.id, one.login, permission, path)

    def _by_organization(self) -> Iterator[Held]:
        view = self._view(OrganizationMember)
        base = next((own.base_permission for own in self._items(OrganizationSettings)), "")
        for one in self._items(OrganizationMember):
            assert view is not None
            if one.role == OWNER:
                yield self._row(view, OrganizationMember, one.id, one.login, ADMIN, f"owner of {self._above}")
            elif base in WRITING:
                path = f"every member of {self._above} may {base}"
                yield self._row(view, OrganizationMember, one.id, one.login, base, path)

    def _by_roles(self) -> Iterator[Held]:
        view = self._view(OrganizationRoleHolder)
        for one in self._items(OrganizationRoleHolder):
            worth = EVERYWHERE.get(one.role)
            path = f"role {one.role} in {self._above}"
            if worth and one.id:
                assert view is not None
                yield self._row(view, OrganizationRoleHolder, one.id, one.login, worth, path)
            elif worth and one.team:
                yield from self._team(one.team, worth, f"{path}, by team {one.team}")

    def _machines(self) -> Iterator[Held]:
        apps, keys = self._view(InstalledApp), self._repo.cells.get(DeployKey)
        for app in self._items(InstalledApp):
            worth = _worth(app)
            if worth and app.everywhere:
                assert apps is not None
                path = f"App, let into all of {self._above}"
                row = sighted(
                    self._repo.asset, apps, InstalledApp, place="github:app", who=app.slug, role=worth, path=path
                )
                admin = worth == ADMIN
                route, alone = (Route.ADMIN, True) if admin else ("", None)
                yield replace(row, bot=True, through=self._above, route=route, alone=alone)
        for key in keys.items if keys is not None else ():
            if key.writes:
                assert keys is not None
                row = sighted(
                    self._repo.asset,
                    keys,
                    DeployKey,
                    place="github:key",
                    who=key.title or key.id,
                    role="write",
                    path="deploy key",
                )
                yield replace(row, bot=True)

    def _row(
        self,
        view: Seen,
        kind: type[Evidence],
        number: int,
        login: str,
        role: str,
        path: str,
        through: str | None = None,
    ) -> Held:
        party = self._inventory.person_at_github(number, login) or ""
        row = sighted(
            self._repo.asset,
            view,
            kind,
            place="github",
            who=login,
            number=number,
            party=party,
            role=role,
            path=path,
            wanted=self._wanted,
            route=Route.ADMIN if role == ADMIN else None,
        )
        return replace(row, through=self._above if through is None else through)

    @property
    def _above(self) -> str:
        return self._org.asset if self._org is not None else ""

    def _view(self, kind: type[Evidence]) -> Seen | None:
        return self._org.cells.get(kind) if self._org is not None else None

    def _items(self, kind: type[K]) -> tuple[K, ...]:
        view = self._view(kind)
        return tuple(view.items) if view is not None and view.outcome is not Outcome.ABSENT else ()


def _worth(app: InstalledApp) -> str:
    """What an App may do in a repository that it was let into; empty: it may not push."""
    if app.suspended:
        return ""
    if "administration:write" in app.permissions:
        return ADMIN
    return "write" if "contents:write" in app.permissions else ""


def _gap(asset: str, said: str) -> Held:
    return Held(asset=asset, state="unseen", detail=said, marking=CLEAR)
