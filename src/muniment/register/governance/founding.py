"""Makes the first files of a register of what governance documents say, and the questions that they leave open.

What a document states is taken as stated, with its place. What it does not state is asked, and written as
``unclear`` where an entry is needed at all. Employers of people are no assets of the project, and are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, canonical, family, split
from muniment.model.verdict import Where
from muniment.register import writing
from muniment.register.governance import naming
from muniment.register.governance.understood import Listed, Person, Role, Team, Understood
from muniment.register.template import starter
from muniment.register.writing import Value

_FORMER = re.compile(r"(?:former|past|emeritus|alumni)\b", re.IGNORECASE)
_LAST_YEAR = re.compile(r"(?:^|[^0-9])([0-9]{4})$")
_AT_MOST = 6


class Stated(Struct, frozen=True):
    """What a document says of an organization, and where."""

    subproject: str
    reason: str
    source: str


class Founding(Struct, frozen=True):
    """The files by name, what was taken and left out in words, and what a person has to decide.

    ``subprojects`` are the names of those taken, by id; ``organizations`` what was said of those that have no
    entry in the files.
    """

    files: dict[str, str]
    took: tuple[str, ...]
    questions: tuple[str, ...]
    subprojects: Mapping[str, str] = {}
    organizations: Mapping[str, Stated] = {}


class _Entry(Struct):
    """An asset in the making."""

    status: str
    reason: str
    source: str
    subproject: str = ""
    since: date | None = None
    listed: bool = False


class _Making(Struct):
    """What has been made so far."""

    found: Understood
    today: date
    subprojects: dict[str, Listed] = field(default_factory=dict)
    assets: dict[str, _Entry] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)
    public: int = 0
    stated: dict[str, Stated] = field(default_factory=dict)


def founded(found: Understood, name: str, today: date, ruled: Collection[str] = ()) -> Founding:
    """A register of the project called ``name``; its undecided assets are undecided since ``today``.

    ``ruled`` are organizations that get a rule elsewhere: what documents say of them is handed back instead.
    """
    making = _Making(found, today)
    for listed in found.subprojects:
        making.subprojects[_free(naming.handle(listed.link.name) or "subproject", making.subprojects)] = listed
    _linked(making)
    _implied(making)
    entries = {id: making.assets.pop(id) for id in ruled if id in making.assets}
    making.stated = {
        id: Stated(own.subproject, own.reason, own.source) for id, own in entries.items() if not own.listed
    }
    handles = _team_handles(found)
    people = [_person(making, person) for person in found.people]
    files = starter(name)
    if making.subprojects:
        files["project.yaml"] = _project(files["project.yaml"], making)
    if making.assets or making.subprojects:
        files["assets.yaml"] = _assets(making)
    elif ruled:
        del files["assets.yaml"]
    files["people.yaml"] = _people(making, people, handles)
    names = {id: listed.link.name for id, listed in making.subprojects.items()}
    return Founding(files, tuple(_told(making)), tuple(_asked(making)), names, making.stated)


def _at(where: Where) -> str:
    return f"{where.file}:{where.line}"


def _free(word: str, taken: Iterable[str]) -> str:
    """A word that is not taken, with a number behind it if need be."""
    if word not in taken:
        return word
    return next(own for n in range(2, 10_000) if (own := f"{word[:56]}-{n}") not in taken)


# ---------------------------------------------------------------- assets


def _linked(making: _Making) -> None:
    """What the list of subprojects and the teams link to."""
    for id, listed in making.subprojects.items():
        heading = f"the list '{listed.heading}'"
        _asset(making, listed.link.address, f"{listed.link.name} on {heading}", listed.link.where, id)
        for part in listed.parts:
            said = f"{part.name}, a part of {listed.link.name} on {heading}"
            _asset(making, part.address, said, part.where, id)
    for team in making.found.teams:
        if team.compass and not _former(team):
            _asset(making, team.compass, f"team compass of {team.name}", team.where, "")


def _asset(making: _Making, address: str, said: str, where: Where, subproject: str) -> None:
    written = naming.asset(address)
    id = canonical(written)
    if id in making.assets:
        entry = making.assets[id]
        if entry.subproject != subproject:
            making.claimed.append(f"{written} ({entry.source}; {_at(where)})")
            entry.subproject = ""
            if len(entry.reason) < 1_000:
                entry.reason += f"; also {said} ({_at(where)})"
        return
    making.written[id] = written
    known = family(id) in (GITHUB_ORG, GITHUB_REPO)
    reason = said if known else f"{said}; whether the site is the project's own is not said"
    making.assets[id] = _Entry(
        status="official" if known else "unclear",
        reason=reason,
        source=_at(where),
        subproject=subproject,
        since=None if known else making.today,
    )


def _implied(making: _Making) -> None:
    """The organizations of linked repositories: no document says that they are the project's as a whole."""
    for id in list(making.assets):
        if family(id) != GITHUB_REPO:
            continue
        organization = f"{GITHUB_ORG}/{split(id)[1].split('/')[0]}"
        if organization in making.assets:
            entry = making.assets[organization]
            if entry.listed:
                entry.reason = entry.reason.partition(";")[0] + "; so are others of it" + _NOT_SAID
            continue
        making.written[organization] = f"{GITHUB_ORG}/{split(making.written[id])[1].split('/')[0]}"
        making.assets[organization] = _Entry(
            status="unclear",
            reason=f"its repository {split(making.written[id])[1]} is named" + _NOT_SAID,
            source=making.assets[id].source,
            since=making.today,
            listed=True,
        )


_NOT_SAID = "; whether the whole organization is the project's is not said"


# ---------------------------------------------------------------- people and teams


def _former(team: Team) -> bool:
    return bool(_FORMER.match(team.name) or _FORMER.match(team.id.replace("_", " ")))


def _over(role: Role, today: date) -> bool:
    """True if the last year of a term has gone by."""
    year = _LAST_YEAR.search(role.term.rstrip(" ."))
    return year is not None and int(year[1]) < today.year


def _team_handles(found: Understood) -> dict[str, str]:
    taken = {person.handle for person in found.people}
    handles: dict[str, str] = {}
    for team in found.teams:
        word = naming.handle(team.id)
        word = f"{word[:58]}-team" if word in taken else word
        handles[team.id] = _free(word, taken)
        taken.add(handles[team.id])
    return handles


def _person(making: _Making, person: Person) -> tuple[Person, dict[str, Value]]:
    """A person's entry, with the roles that are held now in teams which show their members."""
    teams = {team.id: team for team in making.found.teams}
    roles: dict[tuple[str, str], dict[str, Value]] = {}
    for role in person.roles:
        team = teams.get(role.team)
        if team is None or _former(team):
            continue
        if _over(role, making.today):
            making.over.append(f"{person.handle} in {team.id} ({role.term}, {_at(role.where)})")
            continue
        members = making.members.setdefault(team.id, [])
        if person.handle not in members:
            members.append(person.handle)
        if team.page:
            said = team.name + (f", {role.term}" if role.term else "")
            own: dict[str, Value] = {"role": said}
            subproject = _subproject(making, role)
            if subproject:
                own["subproject"] = subproject
            roles[said, subproject] = own
    entry: dict[str, Value] = {"name": person.name}
    if person.login:
        entry["accounts"] = {"github": person.login}
    if roles:
        entry["public-roles"] = list(roles.values())
        making.public += len(roles)
    return person, entry


def _subproject(making: _Making, role: Role) -> str:
    """The id of the subproject that a role names, empty if it names none that is listed."""
    if not role.subproject:
        return ""
    word = role.subproject.casefold()
    found = next((id for id, own in making.subprojects.items() if own.link.name.casefold() == word), "")
    if not found:
        making.unmatched.append(f"{role.subproject} ({_at(role.where)})")
    return found


# ---------------------------------------------------------------- files


def _project(text: str, making: _Making) -> str:
    head = text.partition("# The parts of the project")[0]
    lines = ["# The parts of the project that have people of their own.", "subprojects:"]
    for id, listed in making.subprojects.items():
        entry: dict[str, Value] = {"name": listed.link.name}
        if listed.seat:
            entry["seat"] = True
        if listed.parts:
            entry["parts"] = [part.name for part in listed.parts]
        lines += _noted(id, entry, listed.link.where)
    return head + "\n".join(lines) + "\n"


def _assets(making: _Making) -> str:
    lines = [
        "# What the project protects, as its governance documents name it. 'source' is the file and line; an entry",
        "# that no document decides is 'unclear'.",
        "",
        "assets:",
    ]
    for id, own in making.assets.items():
        entry: dict[str, Value] = {"status": own.status, "reason": own.reason, "source": own.source}
        if own.subproject:
            entry["subproject"] = own.subproject
        if own.listed:
            entry["repositories"] = "listed"
        if own.since:
            entry["since"] = own.since.isoformat()
        lines += writing.entry(making.written[id], entry, 2)
    return "\n".join(lines) + "\n"


def _people(making: _Making, people: Sequence[tuple[Person, dict[str, Value]]], handles: dict[str, str]) -> str:
    lines = [
        "# TLP:AMBER. People and teams, each under a handle that the other files use. Accounts are as the",
        "# documents give them, without GitHub's numbers (github-id). What stands under public-roles is told to",
        "# everybody: it was taken where a team has a page that shows its members.",
        "parties:",
    ]
    for person, entry in people:
        lines += _noted(person.handle, entry, person.where)
    lines += ["", "teams:"]
    for team in making.found.teams:
        if team.id in making.members:
            own: dict[str, Value] = {"name": team.name or team.id, "members": list(making.members[team.id])}
            lines += _noted(handles[team.id], own, team.where)
    return "\n".join(lines) + "\n"


def _noted(key: str, entry: Value, where: Where) -> list[str]:
    """An entry's lines, the first with the place that it was taken from."""
    first, *rest = writing.entry(key, entry, 2)
    return [f"{first}  # {_at(where)}", *rest]


# ---------------------------------------------------------------- words


def _told(making: _Making) -> Iterable[str]:
    found = making.found
    past = [team for team in found.teams if _former(team)]
    for things, one, many in (
        (found.people, "person", "people"),
        ([team for team in found.teams if team.id in making.members], "team", "teams"),
        ([listed.link for listed in found.subprojects], "subproject", "subprojects"),
        ([part for listed in found.subprojects for part in listed.parts], "part of them", "parts of them"),
    ):
        if things:
            yield f"took {counted(len(things), one, many)} from {_files(thing.where for thing in things)}"
    if making.assets:
        by = Counter((entry.status, family(id)) for id, entry in making.assets.items())
        said = ", ".join(f"{count} × {kind} {status}" for (status, kind), count in sorted(by.items()))
        yield f"took {counted(len(making.assets), 'asset', 'assets')}: {said}"
    if making.public:
        said = counted(making.public, "role", "roles")
        yield f"took {said} as public: of teams with a page that shows their members (homepage)"
    if found.employers:
        said = counted(len(found.employers), "employer", "employers")
        yield f"left out {said} from {_files(e.where for e in found.employers)}: no assets of the project"
    if past:
        yield f"left out {counted(len(past), 'former team', 'former teams')}: nobody acts in them now"
    for key, count in sorted(found.passed.items()):
        yield f"left out {key!r} of {counted(count, 'person', 'people')}: a register has no use for it"


def _asked(making: _Making) -> Iterable[str]:
    found = making.found
    known = {team.id for team in found.teams}
    yield from asked(
        "Are these organizations the project's as a whole, with every repository in them? Set 'status', and drop"
        " 'repositories: listed'",
        [split(making.written[id])[1] for id, entry in making.assets.items() if entry.listed],
    )
    yield from asked(
        "Are these sites the project's own?",
        [split(making.written[id])[1] for id, own in making.assets.items() if own.since and not own.listed],
    )
    owned = {own.subproject for id, own in making.assets.items() if family(id) in (GITHUB_ORG, GITHUB_REPO)}
    owned |= {own.subproject for own in making.stated.values()}
    yield from asked(
        "Which repositories are theirs? Their entries link to none", _names(making, lambda id: id not in owned)
    )
    yield from asked("Which of two subprojects answers for these?", making.claimed)
    yield from asked(
        "Do they send a member to the council? The headings do not say",
        _names(making, lambda id: making.subprojects[id].seat is None),
    )
    yield from asked("Which subprojects are meant? These names are on no list", making.unmatched)
    yield from asked("Are they still in the team? The term is over", making.over)
    roles = [role for person in found.people for role in person.roles]
    unknown = {role.team: f"{role.team} ({_at(role.where)})" for role in roles if role.team not in known}
    yield from asked(
        "What are these teams? They are on no list of teams, and their members were not taken", unknown.values()
    )
    empty = [f"{team.name or team.id} ({_at(team.where)})" for team in found.teams if not _former(team)]
    held = {f"{t.name or t.id} ({_at(t.where)})" for t in found.teams if t.id in making.members}
    yield from asked("Who is in these teams? Nobody was named", [own for own in empty if own not in held])
    yield from asked(
        "Which account is theirs?", [f"{p.handle} ({_at(p.where)})" for p in found.people if not p.login]
    )
    by_name: dict[str, list[str]] = {}
    for person in found.people:
        by_name.setdefault(person.name.casefold(), []).append(f"{person.handle} ({_at(person.where)})")
    for several in by_name.values():
        if len(several) > 1:
            yield from asked("One person, or several of one name?", several)
    yield from asked(
        "What do these lines mean for the register? They are prose, and nothing was taken from them",
        [f"{_at(own.where)} '{own.said[:40]}{'…' if len(own.said) > 40 else ''}'" for own in found.unread],
    )


def _names(making: _Making, wanted: Callable[[str], bool]) -> list[str]:
    return [listed.link.name for id, listed in making.subprojects.items() if wanted(id)]


class Asked(str):
    """A question that names the first few of many things; ``whole`` names them all."""

    __slots__ = ("whole",)

    whole: str


def asked(question: str, about: Iterable[str]) -> Iterable[str]:
    """A question about some things, the first few of them named; none about nothing."""
    own = list(about)
    if not own:
        return
    gap = "" if question.endswith("?") else ":"
    if len(own) <= _AT_MOST:
        yield f"{question}{gap} {', '.join(own)}"
        return
    short = Asked(f"{question}{gap} {', '.join(own[:_AT_MOST])} and {len(own) - _AT_MOST} more")
    short.whole = f"{question}{gap} {', '.join(own)}"
    yield short


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{count} {one if count == 1 else many}"


def _files(places: Iterable[Where]) -> str:
    return ", ".join(dict.fromkeys(where.file for where in places))
