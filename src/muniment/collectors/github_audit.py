"""Who changed, in an organization, what this product watches: from the audit log, where the plan has one.

Only organizations on GitHub Enterprise Cloud have a log that can be asked for, and only a credential that may read
it asks; where GitHub was seen to name a smaller plan nobody does. The log is long and mostly about other things, so
that four categories are asked for, each back to the same day, the newest lines first. A category that was not read
to that day makes the look partial: it tells what was done, and of nothing that it was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import msgspec
from msgspec import Struct, field

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql
from muniment.collectors.github.lists import OTHER_SHAPE, followed, rows, twice
from muniment.collectors.github.repository import Id, repository_asset
from muniment.collectors.github.rights import AUDIT, NEEDS, UNKNOWN, Place, lacking, sees
from muniment.collectors.github.standing import STANDING, Choice, choose, seen_with, shared
from muniment.collectors.reading import Label, Missed, Name, Source, gathered, missed, told, unobservable
from muniment.evidence.audit_event import DAYS, NOT_REQUIRED, REQUIRED, AuditEvent
from muniment.evidence.kind import Evidence, encode
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "github-audit/1"

PAGES = 20
"""The pages, each of a hundred lines, that are followed of a category."""

NOISE = ("org.sso_response", "org.self_hosted_runner_online", "org.self_hosted_runner_offline")
"""Lines about the organization that come by the thousand and tell nothing of what is kept."""

TOPICS: Mapping[str, str] = {
    "organization": " ".join(("action:org", *(f"-action:{noise}" for noise in NOISE))),
    "roles": "action:organization_role",
    "visibility": "action:repo.access",
    "keys": "action:public_key.create",
}
"""What is asked for, in the words of GitHub's search."""

SMALLER = frozenset({"free", "team"})
"""Plans without a log that can be asked for, as GitHub names them."""

ENTERPRISE = "GitHub gives audit logs to organizations on Enterprise Cloud alone"

_WHAT: Mapping[str, str] = {
    "org.add_member": "member-added",
    "org.restore_member": "member-added",
    "org.remove_member": "member-removed",
    "org.update_member": "member-role-changed",
    "org.add_outside_collaborator": "outside-collaborator-added",
    "org.remove_outside_collaborator": "outside-collaborator-removed",
    "org.enable_two_factor_requirement": REQUIRED,
    "org.disable_two_factor_requirement": NOT_REQUIRED,
    "org.add_security_manager": "role-given",
    "org.remove_security_manager": "role-taken",
    "organization_role.assign": "role-given",
    "organization_role.revoke": "role-taken",
    "repo.access": "repository-made-",
    "public_key.create": "deploy-key-added",
}
_VISIBILITIES = frozenset({"public", "internal", "private"})
_ROLES: Mapping[str, str] = {"admin": "owner", "read": "member", "member": "member", "owner": "owner"}
_SECURITY_MANAGER = "security manager"


class _Line(Struct):
    """A line of the log, of those that are kept."""

    action: Name
    id: Name = field(name="_document_id")
    at: int = field(name="@timestamp")
    actor: Name | None = None
    actor_id: Id | None = None
    user: Name | None = None
    user_id: Id | None = None
    invitee: Name | None = None
    team: Name | None = None
    name: Label | None = None
    permission: Name | None = None
    repo: Name | None = None
    public_repo: bool | None = None
    visibility: Name | None = None
    read_only: bool | Name | None = None


_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ACTION = msgspec.json.Decoder(Name)
_LINE = msgspec.json.Decoder(_Line)
_PLACE = msgspec.json.Decoder(Place)


class GitHubAudit:
    """The collector of audit logs. Without a credential that may read them it asks nothing."""

    source = "github-audit"
    families: tuple[str, ...] = (assets.GITHUB_ORG,)
    yields: tuple[type[Evidence], ...] = AUDIT
    rationed = False
    rank = 1  # after the collector that may be told the plan

    def __init__(self, addresses: Addresses) -> None:
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = self.families if self.keys else ()
        self._rest = addresses.public.github
        self._standings = shared(addresses)

    def requests(self, scope: str) -> Iterable[Planned]:
        """Four requests where there is a log, else one or none; further pages come with every hundred lines."""
        if self.asks:
            login = _login(scope)
            self._standings.note(login)
            url = f"{self._rest}/orgs/{login}/audit-log"
            yield Planned(self.source, scope, url, NEEDS[AuditEvent].words, cost=len(TOPICS), open=True)

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask with the credential that sees most of the organization, if it may read a log and there may be one."""
        login = _login(scope)
        choice = choose(await self._standings.holders((login,), io), login)
        at = self._standings.at()
        plan = self._standings.plan(login)
        trouble = choice.trouble or (f"plan {told(plan, 50)}" if plan in SMALLER else "")
        status = 404 if plan in SMALLER and not choice.trouble else choice.status
        answers = [Answer("", status, at, body=encode(choice.place), detail=trouble, question=STANDING)]
        if status == 200 and sees(AuditEvent, choice.place) != "none":
            answers += await self._log(login, choice, since(at.date()), io)
        return Raw(scope, tuple(answers), choice.vantage)

    async def _log(self, login: str, choice: Choice, first: date, io: Io) -> list[Answer]:
        """The pages of each category; where the first one says that there is no log, of no other."""
        answers: list[Answer] = []
        for topic, words in TOPICS.items():
            phrase = quote(f"{words} created:>={first}", safe="")
            url = f"{self._rest}/orgs/{login}/audit-log?phrase={phrase}&include=web&order=desc&per_page=100"
            found = await followed(io, topic, url, credential=choice.credential, within=self._rest, most=PAGES)
            answers += found
            if found[0].status not in (200, 0) and len(answers) == len(found):
                break
        return answers

    # ------------------------------------------------------------ reading

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: whole only where each category was read to the day that it was asked back to."""
        standing = raw.answers[0]
        place = Place(level=UNKNOWN) if standing.status == 0 else _PLACE.decode(standing.body)
        asked = raw.answers[1:]
        facts: Iterable[Evidence] | Missed
        short, counted = "", True
        if standing.status == 404:
            facts = unobservable(f"{ENTERPRISE}, and this one is on another: {standing.detail}")
        elif (unasked := missed(standing)) is not None:
            facts = unasked
        elif not asked:
            facts = Missed(Outcome.DENIED, lacking(AuditEvent))
        else:
            facts, short, counted = _read(asked, since(standing.at.date()))
        whole = not isinstance(facts, Missed) and not short
        source = Source(self.source, seen_with(AuditEvent, _login(raw.scope), place, whole=whole), PARSER)
        at = asked[0].at if asked else standing.at
        return (gathered(source, raw.scope, AuditEvent, at, facts, partial=short, counted=counted),)


def collector(addresses: Addresses) -> GitHubAudit:
    """The collector of audit logs, with the credentials that are at hand."""
    return GitHubAudit(addresses)


def since(today: date) -> date:
    """The first day of those that are looked at."""
    return today - timedelta(days=DAYS - 1)


def _login(scope: str) -> str:
    return assets.name(assets.canonical(scope))


def _read(answers: Sequence[Answer], first: date) -> tuple[Iterable[AuditEvent] | Missed, str, bool]:
    """What is kept of the lines, why there may be more, and whether no category came empty."""
    facts: list[AuditEvent] = []
    short: dict[str, None] = {}
    missing: list[Missed] = []
    counted = True
    for topic in TOPICS:
        own = [answer for answer in answers if answer.question == topic]
        found = rows(own, _FIELDS, AuditEvent)
        if isinstance(found, Missed):
            missing.append(found)
            short[f"a part of the log did not come: {found.detail}"] = None
            continue
        short.update(dict.fromkeys(filter(None, (found.short,))))
        counted = counted and found.counted
        for fields in found.items:
            fact = _event(fields)
            if isinstance(fact, Missed):
                short[OTHER_SHAPE] = None
            elif fact is not None and fact.at.date() >= first:
                facts.append(fact)
    if len(missing) == len(TOPICS):
        return _none(answers[0], missing[0]), "", True
    short.update(dict.fromkeys(filter(None, (twice([fact.id for fact in facts]),))))
    return facts, "; ".join(short), counted


def _none(answer: Answer, why: Missed) -> Missed:
    """Why no part of the log came: a 404 is what GitHub says of the plan, and of a right that it will not name."""
    if answer.status in (404, 410):
        return unobservable(f"answered {answer.status}: {ENTERPRISE}, and to its owners")
    return why


def _event(fields: Mapping[str, msgspec.Raw]) -> AuditEvent | Missed | None:
    """The fact that a line tells; ``None``: nothing that is kept."""
    action = graphql.decoded(bytes(fields.get("action", graphql.NULL)), _ACTION)
    if isinstance(action, Missed) or action not in _WHAT:
        return action if isinstance(action, Missed) else None
    line = graphql.decoded(msgspec.json.encode(fields), _LINE)
    if isinstance(line, Missed):
        return line
    at = _instant(line.at)
    what = _WHAT[line.action]
    if what == "repository-made-":
        what = f"{what}{line.visibility}" if line.visibility in _VISIBILITIES else ""
    if at is None or not what:
        return Missed(Outcome.UNREADABLE, OTHER_SHAPE)
    if what == "deploy-key-added" and (not line.repo or line.read_only not in (False, "false")):
        return None  # a person's own key, or one that only reads
    return AuditEvent(
        id=told(line.id, 100),
        at=at,
        what=what,
        by=line.actor_id or 0,
        by_login=told(line.actor, 100),
        whom=line.user_id or 0 if _names_a_person(what) else 0,
        whom_login=told(line.user or line.invitee, 100) if _names_a_person(what) else "",
        role=_role(line),
        repository=_repository(line),
    )


def _names_a_person(what: str) -> bool:
    """False where GitHub writes the one who acted into the field of who it was done to."""
    return not what.startswith(("repository-", "deploy-key-", "two-factor-"))


def _role(line: _Line) -> str:
    if line.action == "org.update_member":
        return _ROLES.get((line.permission or "").lower(), "")
    if line.action in ("org.add_security_manager", "org.remove_security_manager"):
        return told(f"{_SECURITY_MANAGER} (team {line.team})" if line.team else _SECURITY_MANAGER, 200)
    return told(line.name, 100) if line.action.startswith("organization_role.") else ""


def _repository(line: _Line) -> str:
    """The repository's asset id, if it is plainly public now."""
    public = line.visibility == "public" if line.action == "repo.access" else line.public_repo is True
    return repository_asset(line.repo) or "" if public and line.repo else ""


def _instant(stamp: int) -> datetime | None:
    """GitHub's stamp, in thousandths of a second, as an instant (UTC); ``None``: it is none."""
    try:
        return datetime.fromtimestamp(stamp // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
