"""Which credential sees what in which organization: asked once a run, never guessed, never upgraded by a fault.

A classic token says its scopes in a header, and GraphQL says what its person is in an organization. A fine-grained
token says neither: what it is seen to see is what it may. An App's own key lists where it is installed, with which
permissions.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, questions
from muniment.collectors.github.rights import (
    GRANTS,
    MEMBER,
    NEEDS,
    OUTSIDE,
    OWNER,
    PUBLIC,
    UNKNOWN,
    Place,
    score,
    sees,
)
from muniment.collectors.github_app import RIGHTS
from muniment.collectors.reading import Label, Missed, Name, missed, read, told, utc
from muniment.evidence.kind import Evidence, encode
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.private_repository import PrivateRepository
from muniment.model.observation import Outcome, Vantage
from muniment.ports import Answer, Card, Io, Key

ANYBODY: Vantage = frozenset({"github:anonymous"})
READS_MEMBERS = frozenset({"read:org", "write:org", "admin:org"})
READS_AUDIT_LOGS = frozenset({"audit_log", "read:audit_log"})
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
PAGES = 20
"""The pages of installations that are followed; an App has a page for every hundred organizations."""

_EXPIRES = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S UTC")
_NEXT = re.compile(r'<([^>]{1,2000})>\s*;[^,]*\brel="?next"?')


class Holder(Struct, frozen=True, kw_only=True):
    """One credential and what it told of itself.

    ``name`` is what it is asked for by. ``trouble``: why it is of no use; ``refused``: GitHub said so itself.
    ``places`` are by organization, lower case; where it says nothing of one, ``elsewhere`` holds.
    """

    name: str
    kind: str
    source: str = ""
    account: str = ""
    rights: tuple[str, ...] = ()
    expires: datetime | None = None
    trouble: str = ""
    refused: bool = False
    places: Mapping[str, Place] = {}
    elsewhere: Place = Place(level=OUTSIDE)

    def place(self, login: str) -> Place:
        """What it is in an organization."""
        return self.places.get(login.lower(), self.elsewhere)

    @property
    def reads(self) -> bool:
        """True if it can ask anything but where an App is installed."""
        return not self.trouble and self.kind != "app"

    def card(self) -> Card:
        """It, as it may be shown."""
        return Card(
            name=self.name,
            kind=self.kind,
            account=self.account,
            rights=self.rights,
            expires=self.expires,
            source=self.source,
            trouble=self.trouble,
        )


STANDING = "standing"
"""The question that a collector answers itself: which credential it asks with, and what that is there."""

_PLACE = msgspec.json.Decoder(Place)


class Choice(Struct, frozen=True):
    """The credential that an organization is asked with, what it is there, and the vantage it gives.

    ``trouble``: no credential is of use, and why; ``refused``: GitHub itself refused each that there is;
    ``silent``: it did not answer about one that may be good.
    ``narrow``: it may ask GraphQL for the repositories alone.
    """

    credential: str
    place: Place
    vantage: Vantage
    trouble: str = ""
    refused: bool = False
    silent: bool = False
    narrow: bool = False

    @property
    def status(self) -> int:
        """It as the status of an answer: 200, 0 where GitHub did not answer, else 403: nothing here is of use."""
        return 200 if not self.trouble else 0 if self.silent else 403


def vantage(login: str, place: Place) -> Vantage:
    """The grants that a place in an organization is worth."""
    base = f"github:org/{login.lower()}"
    own = {OWNER: ("member", "owner"), MEMBER: ("member",)}.get(place.level, ())
    return ANYBODY | {f"{base}:{grant}" for grant in (*own, *place.grants)}


def seen_with(kind: type[Evidence], login: str, place: Place, *, whole: bool) -> Vantage:
    """The vantage that a look at a kind is worth: the least right that shows as much of it as was seen.

    An owner, a member and an App that see all of a kind see the same, and each may correct what another saw.
    ``whole``: nothing of it was left out.
    """
    need = NEEDS[kind]
    if kind in PUBLIC:
        return ANYBODY
    if kind in _OWN:
        return vantage(login, place)
    if need.all and (sees(kind, place) == "all" or (whole and not need.part)):
        return vantage(login, Place(level=MEMBER if MEMBER in need.all else OWNER))
    return vantage(login, place) if place.level in (MEMBER, OWNER) else ANYBODY


_OWN = frozenset({OrganizationAccess, PrivateRepository})
"""What each asker sees otherwise: it is told with exactly what it was seen with."""


def place_told(standing: Answer) -> Place:
    """What a credential is in an organization, from the answer to ``STANDING``; unknown where none is of use."""
    return _PLACE.decode(standing.body) if standing.status == 200 else Place(level=UNKNOWN)


def choose(holders: Sequence[Holder], login: str) -> Choice:
    """The credential that sees most of an organization; where none has a right, the first that can read at all."""
    able = [h for h in holders if h.reads]
    if not able:
        lame = [h for h in holders if h.trouble]
        troubles = "; ".join(sorted({h.trouble for h in lame})) or "no credential at hand"
        silent = any(not h.refused for h in lame)
        return Choice("", Place(level=UNKNOWN), ANYBODY, troubles, refused=bool(lame) and not silent, silent=silent)
    best = max(able, key=lambda h: (score(h.place(login)), -able.index(h)))
    if best.place(login).level in (OUTSIDE, UNKNOWN):
        best = public_reader(able)
    place = best.place(login)
    return Choice(best.name, place, vantage(login, place), narrow=_narrow(best, place))


def _narrow(holder: Holder, place: Place) -> bool:
    """True if a question about an organization's members, or even its name, would be refused as a whole."""
    if holder.kind == "installation":
        return not place.holds("members:read")
    knows_scopes = holder.kind in ("classic", "oauth") and holder.elsewhere.level != UNKNOWN
    return knows_scopes and not READS_MEMBERS & set(holder.rights)


def public_reader(able: Sequence[Holder]) -> Holder:
    """The first that is known to work; else the first of all. People's tokens come before installations."""
    return next(
        (h for h in able if h.kind != "installation" and h.elsewhere.level != UNKNOWN),
        next((h for h in able if h.elsewhere.level != UNKNOWN), able[0]),
    )


# ---------------------------------------------------------------- what a credential says of itself


class _User(Struct):
    login: Name
    type: Name | None = None


class _Account(Struct):
    login: Name | None = None


class _Installation(Struct):
    id: Annotated[int, Meta(ge=1)]
    account: _Account | None = None
    permissions: dict[Name, Name] | None = None
    repository_selection: Name | None = None
    app_slug: Name | None = None
    suspended_at: Label | None = None


class _Role(Struct):
    role: Name | None = None


class _Roles(Struct):
    edges: list[_Role | None] | None = None


class _Stands(Struct, rename="camel"):
    login: Name
    viewer_is_a_member: bool | None = None
    viewer_can_administer: bool | None = None
    members_with_role: _Roles | None = None


_USER = msgspec.json.Decoder(_User)
_INSTALLATIONS = msgspec.json.Decoder(list[msgspec.Raw])
_INSTALLATION = msgspec.json.Decoder(_Installation)
_STANDS = msgspec.json.Decoder(_Stands)


def person(key: Key, answer: Answer) -> Holder:
    """A person's token, from ``GET /user``: whose it is, its scopes, when it ends."""
    holder = Holder(name=key.name, kind=key.kind, source=key.source)
    user = read(answer, _USER)
    if answer.status == 401:
        return replace(holder, trouble="GitHub refused it: it is wrong, has ended or was withdrawn", refused=True)
    if isinstance(user, Missed):
        if answer.status == 403 and key.kind == "installation":
            return holder  # an installation is nobody; what it may see is unknown beyond what everybody sees
        return replace(holder, elsewhere=Place(level=UNKNOWN, reason=f"who it belongs to: {user.detail}"))
    scopes = tuple(
        sorted({s for part in answer.headers.get("x-oauth-scopes", "").split(",") if (s := told(part, 60))})
    )
    return replace(
        holder,
        account="@" + told(user.login, 100),
        rights=scopes,
        expires=expiry(answer.headers.get("github-authentication-token-expiration", "")),
    )


def expiry(stated: str) -> datetime | None:
    """When a token ends (UTC), from the header that says so; ``None``: it does not, or not in a form we know."""
    for form in _EXPIRES:
        try:
            time = datetime.strptime(stated.strip(), form)
        except ValueError:
            continue
        return utc(time if time.tzinfo else time.replace(tzinfo=UTC))
    return None


def place_of(holder: Holder, node: graphql.Node) -> Place:
    """What a person's token is in an organization, from the query about its standing."""
    wrong = graphql.why(f for f in node.faults if f.type != "NOT_FOUND")
    if wrong is not None:
        if holder.kind == "fine-grained" and wrong.outcome is Outcome.DENIED:
            return Place(level=GRANTS)  # nothing seen yet; it is tried on what else it may have
        return Place(level=UNKNOWN, reason=wrong.detail)
    if node.missing:
        return Place(level=OUTSIDE, missing=True)
    found = node.part(_STANDS)
    if isinstance(found, Missed):
        return Place(level=UNKNOWN, reason=found.detail)
    if holder.kind == "fine-grained":
        return _fine_grained(found)
    if holder.kind not in ("classic", "oauth"):
        return Place(level=OUTSIDE)
    if found.viewer_is_a_member is None:
        return Place(level=UNKNOWN, reason="GitHub did not say whether the asker is a member")
    scopes = frozenset(holder.rights)
    if not found.viewer_is_a_member or not scopes & READS_MEMBERS:
        return Place(level=OUTSIDE)
    owns = bool(found.viewer_can_administer) and "admin:org" in scopes
    private = "repo" in scopes
    return Place(
        level=OWNER if owns else MEMBER,
        every_repository=owns and private,
        some_repositories=private,
        audit=owns and not READS_AUDIT_LOGS.isdisjoint(scopes),
    )


def _fine_grained(found: _Stands) -> Place:
    """A fine-grained token's person may own the organization; the token has only what it was seen to see."""
    edges = (found.members_with_role.edges if found.members_with_role else None) or []
    if not found.viewer_is_a_member:
        return Place(level=OUTSIDE)
    roles = any(edge is not None and edge.role for edge in edges)
    return Place(level=GRANTS, grants=("members:read",) if roles else ())


def probed(place: Place, answer: Answer) -> Place:
    """A fine-grained token's place, after it was tried on what only organization Administration: read shows."""
    if answer.status != 200:
        return place if place.grants else Place(level=OUTSIDE)
    return Place(level=GRANTS, grants=tuple(sorted({*place.grants, "organization_administration:read"})))


def installed(key: Key, answers: Sequence[Answer]) -> tuple[Holder, ...]:
    """An App and its installations, a credential each, from the pages of ``GET /app/installations``."""
    app = Holder(name=key.name, kind="app", source=key.source)
    found: list[Holder] = []
    for answer in answers:
        if answer.status == 401:
            return (
                replace(app, trouble="GitHub refused it: the App's number and its key do not fit", refused=True),
            )
        listed = read(answer, _INSTALLATIONS)
        if isinstance(listed, Missed):
            refused = listed.outcome is Outcome.DENIED
            return (replace(app, trouble=f"where it is installed: {listed.detail}", refused=refused), *found)
        found += [h for raw in listed if (h := _installation(key, bytes(raw))) is not None]
    return (app, *found)


def _installation(key: Key, raw: bytes) -> Holder | None:
    one = graphql.decoded(raw, _INSTALLATION)
    if isinstance(one, Missed) or one.account is None or not one.account.login:
        return None
    login = one.account.login
    may = one.permissions or {}
    grants = tuple(sorted(f"{name}:read" for name in RIGHTS if may.get(name) in _MAY))  # no token asks for more
    every = one.repository_selection == "all" and "metadata:read" in grants
    place = Place(level=GRANTS, grants=grants, every_repository=every, some_repositories="metadata:read" in grants)
    return Holder(
        name=f"{key.name}@{login}#{one.id}",
        kind="installation",
        source=key.source,
        account=told(one.app_slug or "", 100),
        rights=grants,
        trouble="the installation is suspended" if one.suspended_at else "",
        refused=one.suspended_at is not None,
        places={login.lower(): place},
    )


_MAY = frozenset({"read", "write", "admin"})


def next_page(answer: Answer) -> str:
    """The address of the next page, from the Link header; empty: this was the last."""
    match = _NEXT.search(answer.headers.get("link", ""))
    return match[1] if match else ""


# ---------------------------------------------------------------- asking


class Standings:
    """What the credentials at hand are, asked at most once of one ``io`` and shared by all scopes.

    A run asks in several phases, each with an event loop of its own, and with one ``io`` for all of them.
    """

    def __init__(self, addresses: Addresses) -> None:
        self._keys = addresses.keys
        self._places = addresses.public
        self._noted: dict[str, None] = {}
        self._plans: dict[str, str] = {}
        self._runs: WeakKeyDictionary[Io, _Run] = WeakKeyDictionary()
        self._phases: WeakKeyDictionary[asyncio.AbstractEventLoop, _Phase] = WeakKeyDictionary()

    def note(self, login: str) -> None:
        """Remember that an organization will be asked about, so that one question serves for many."""
        self._noted[login.lower()] = None

    async def holders(self, logins: Iterable[str], io: Io) -> tuple[Holder, ...]:
        """Every credential with its place in these organizations, and in all that were noted."""
        run = self._runs.setdefault(io, _Run())
        phase = self._phases.setdefault(asyncio.get_running_loop(), _Phase())
        phase.run = run
        wanted = [login.lower() for login in logins]
        async with phase.lock:
            if run.holders is None:
                found = await asyncio.gather(*(self._who(key, io) for key in self._keys))
                run.holders = tuple(h for some, _ in found for h in some)
                run.at = min((at for _, at in found), default=run.at)
            new = list(dict.fromkeys(x for x in (*wanted, *self._noted) if x not in run.known))
            if set(wanted) - run.known:
                run.holders = tuple(await asyncio.gather(*(self._stand(h, new, io) for h in run.holders)))
                run.known |= set(new)
            return run.holders

    async def standing(self, login: str, io: Io) -> tuple[Choice, Answer]:
        """The credential that sees most of an organization, and what it is there as an answer to ``STANDING``.

        Where no credential is of use, the answer's status is not 200, and its detail says why.
        """
        choice = choose(await self.holders((login,), io), login)
        told_of = encode(choice.place)
        return choice, Answer("", choice.status, self.at(), body=told_of, detail=choice.trouble, question=STANDING)

    def note_plan(self, login: str, plan: str) -> None:
        """Remember which plan an organization was seen to have; later phases of a run have another event loop."""
        self._plans[login.lower()] = plan

    def plan(self, login: str) -> str:
        """GitHub's name of an organization's plan, as it was seen last; empty: it was not."""
        return self._plans.get(login.lower(), "")

    def at(self) -> datetime:
        """When the credentials were asked in this run."""
        return self._phases[asyncio.get_running_loop()].run.at

    async def _who(self, key: Key, io: Io) -> tuple[tuple[Holder, ...], datetime]:
        if key.kind != "app":
            answer = await io.get(f"{self._places.github}/user", credential=key.name)
            return (person(key, answer),), answer.at
        answers: list[Answer] = []
        url = f"{self._places.github}/app/installations?per_page=100"
        while url and len(answers) < PAGES:
            answers.append(await io.get(url, credential=key.name))
            url = next_page(answers[-1]) if missed(answers[-1]) is None else ""
        return installed(key, answers), answers[0].at

    async def _stand(self, holder: Holder, logins: Sequence[str], io: Io) -> Holder:
        """The holder with its place in these organizations. What cannot be asked stays as it is."""
        if not holder.reads or holder.kind not in ("classic", "oauth", "fine-grained"):
            return holder
        fine = holder.kind == "fine-grained"
        if not fine and holder.elsewhere.level != UNKNOWN and not READS_MEMBERS & set(holder.rights):
            return holder  # such a token is nobody anywhere, and the question would be refused
        places = dict(holder.places)
        for first in range(0, len(logins), questions.AT_ONCE):
            some = logins[first : first + questions.AT_ONCE]
            document, variables = questions.standing(some, roles=fine)
            answer = await io.query(self._places.graphql, document, variables, credential=holder.name)
            places |= _places(holder, some, graphql.reply(answer))
        if fine:
            mine = [login for login in logins if places[login].level == GRANTS]
            tried = await asyncio.gather(*(self._try(login, holder, io) for login in mine))
            places |= {x: probed(places[x], answer) for x, answer in zip(mine, tried, strict=True)}
        return replace(holder, places=places)

    async def _try(self, login: str, holder: Holder, io: Io) -> Answer:
        url = f"{self._places.github}/orgs/{login}/actions/permissions/workflow"
        return await io.get(url, credential=holder.name)


@lru_cache(maxsize=8)
def shared(addresses: Addresses) -> Standings:
    """The standings that all collectors with the same addresses and credentials ask for together."""
    return Standings(addresses)


class _Run:
    def __init__(self) -> None:
        self.holders: tuple[Holder, ...] | None = None
        self.known: set[str] = set()
        self.at = NEVER


class _Phase:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.run = _Run()


def _places(holder: Holder, logins: Sequence[str], found: graphql.Reply | Missed) -> dict[str, Place]:
    if isinstance(found, Missed):
        return dict.fromkeys(logins, Place(level=UNKNOWN, reason=found.detail))
    if holder.elsewhere.level == UNKNOWN:  # its scopes are not known, so nothing follows from what its person is
        return dict.fromkeys(logins, holder.elsewhere)
    data = graphql.root(found)
    return {login: place_of(holder, graphql.below(data, f"o{n}")) for n, login in enumerate(logins)}
