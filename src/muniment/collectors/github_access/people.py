"""What REST alone tells of an organization: outside collaborators, invitations, the holders of roles, and Apps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from muniment.collectors.github.lists import Rows, rows, twice
from muniment.collectors.github.repository import Id
from muniment.collectors.reading import Label, Missed, Name, told, utc
from muniment.evidence.installed_app import InstalledApp
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_invitation import OrganizationInvitation
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.ports import Answer

SECURITY_MANAGER = "security_manager"
PREDEFINED = "Predefined"

_INVITED = {
    "admin": "owner",
    "direct_member": "member",
    "billing_manager": "billing",
    "reinstate": "reinstate",
}


class User(Struct):
    """An account in a list."""

    id: Id
    login: Name


class _Inviter(Struct):
    login: Name


class _Invitation(Struct):
    id: Id
    role: Name
    created_at: datetime
    login: Name | None = None
    email: Label | None = None
    inviter: _Inviter | None = None


class _App(Struct):
    id: Id
    app_slug: Name
    repository_selection: Name
    permissions: dict[Name, Name]
    suspended_at: Label | None = None


class Role(Struct):
    """A role of an organization."""

    id: Id
    name: Name
    base_role: Name | None = None
    source: Name | None = None

    @property
    def guards(self) -> bool:
        """True for the security managers, of whom teams are asked for, too; others' are told by their members."""
        return self.name.lower().replace(" ", "_").replace("-", "_") == SECURITY_MANAGER

    @property
    def matters(self) -> bool:
        """True for the security managers, for roles made by hand, for administrators, and where it is not told."""
        return self.guards or self.source != PREDEFINED or self.base_role == "admin"


class _Team(Struct):
    slug: Name


class _Holder(Struct):
    id: Id
    login: Name
    assignment: Name | None = None
    inherited_from: list[_Team] | None = None

    @property
    def direct(self) -> bool:
        """True if the role was given to the account itself, and not only to a team that it is in."""
        return self.assignment != "indirect" if self.assignment else not self.inherited_from


USER = msgspec.json.Decoder(User)
_INVITATION = msgspec.json.Decoder(_Invitation)
_APP = msgspec.json.Decoder(_App)
_ROLE = msgspec.json.Decoder(Role)
_HOLDER = msgspec.json.Decoder(_Holder)
_TEAM = msgspec.json.Decoder(_Team)


class Told(Struct, frozen=True):
    """Facts or why there are none, why there may be more, and whether anything vouches for their number."""

    facts: Iterable[Evidence] | Missed
    short: str = ""
    counted: bool = True


def outside(answers: Sequence[Answer]) -> Told:
    """The outside collaborators."""
    found = rows(answers, USER, OutsideCollaborator)
    if isinstance(found, Missed):
        return Told(found)
    facts = [OutsideCollaborator(id=user.id, login=told(user.login, 100)) for user in found.items]
    return Told(facts, found.short or twice([fact.id for fact in facts]), found.counted)


def invitations(answers: Sequence[Answer]) -> Told:
    """The pending invitations. Of one that went to an address neither the address nor an account is kept."""
    found = rows(answers, _INVITATION, OrganizationInvitation)
    if isinstance(found, Missed):
        return Told(found)
    facts: list[OrganizationInvitation] = []
    short = dict.fromkeys(filter(None, (found.short,)))
    for one in found.items:
        when = utc(one.created_at)
        if when is None or (one.login is None and one.email is None):
            short["some invitations came without whom they are for"] = None
            continue
        facts.append(
            OrganizationInvitation(
                id=one.id,
                invited_at=when,
                login=told(one.login, 100),
                role=_INVITED.get(one.role, told(one.role, 50)),
                by=told(one.inviter.login, 100) if one.inviter else "",
            )
        )
    short.update(dict.fromkeys(filter(None, (twice([fact.id for fact in facts]),))))
    return Told(facts, "; ".join(short), found.counted)


def apps(answers: Sequence[Answer]) -> Told:
    """The Apps that were let in, with what each may do."""
    found = rows(answers, _APP, InstalledApp, below="installations")
    if isinstance(found, Missed):
        return Told(found)
    facts = [
        InstalledApp(
            id=app.id,
            slug=told(app.app_slug, 100),
            permissions=tuple(told(f"{name}:{level}", 100) for name, level in sorted(app.permissions.items())),
            everywhere=app.repository_selection != "selected",
            suspended=app.suspended_at is not None,
        )
        for app in found.items
    ]
    return Told(facts, found.short or twice([fact.id for fact in facts]))


def roles(answers: Sequence[Answer]) -> Rows[Role] | Missed:
    """The roles that an organization has."""
    return rows(answers, _ROLE, OrganizationRoleHolder, below="roles")


def holders(
    found: Rows[Role] | Missed, users: Mapping[int, Sequence[Answer]], teams: Mapping[int, Sequence[Answer]]
) -> Told:
    """Who holds the roles that matter; ``users`` and ``teams`` are the answers by a role's number."""
    if isinstance(found, Missed):
        return Told(found)
    facts: list[OrganizationRoleHolder] = []
    short = dict.fromkeys(filter(None, (found.short,)))
    counted = True
    for role in (role for role in found.items if role.matters):
        name = told(role.name, 100)
        people = rows(users.get(role.id, ()), _HOLDER, OrganizationRoleHolder)
        groups = rows(teams.get(role.id, ()), _TEAM, OrganizationRoleHolder) if role.guards else _through(people)
        for some in (people, groups):
            if isinstance(some, Missed):
                short[f"who holds a role was not told: {some.detail}"] = None
            else:
                short.update(dict.fromkeys(filter(None, (some.short,))))
                counted = counted and some.counted
        if not isinstance(people, Missed):
            facts += [
                OrganizationRoleHolder(role=name, id=one.id, login=told(one.login, 100))
                for one in people.items
                if one.direct
            ]
        if not isinstance(groups, Missed):
            facts += [OrganizationRoleHolder(role=name, team=told(one.slug, 100)) for one in groups.items]
    return Told(facts, "; ".join(short), counted)


def _through(people: Rows[_Holder] | Missed) -> Rows[_Team] | Missed:
    """The teams through which people hold a role; a team in which nobody is gives it to nobody."""
    if isinstance(people, Missed):
        return people
    untold = any(not one.direct and not one.inherited_from for one in people.items)
    teams = {team.slug: team for one in people.items for team in one.inherited_from or ()}
    return Rows(tuple(teams.values()), "through which team some hold a role was not told" if untold else "")
