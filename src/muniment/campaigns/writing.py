"""Writes the messages: what an outsider finds kind and clear, as plain text and as Markdown, from one template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct

from muniment.campaigns.clock import day_of
from muniment.campaigns.due import Due
from muniment.campaigns.impact import MEMBER_NONE, OUTSIDE_INSECURE, OUTSIDE_NONE
from muniment.campaigns.log import Campaign
from muniment.campaigns.message import ADDED, FELL_BACK, THANK_YOU, TO_OWNER, Message, key_of
from muniment.campaigns.remedy import remedies
from muniment.campaigns.standing import Standing, Tie
from muniment.campaigns.term import term
from muniment.campaigns.wording import login, marked_down, of_github, path, words
from muniment.model.tlp import TLP, Marking, join

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NONE = frozenset({MEMBER_NONE, OUTSIDE_NONE})
_OUTSIDE = frozenset({OUTSIDE_NONE, OUTSIDE_INSECURE})
_ROLES = {"owner": "an owner", "member": "a member", "outside collaborator": "an outside collaborator"}


class Reader(Struct, frozen=True):
    """Whom a message is for: their name and login as the world has them, and where a channel reaches them.

    ``unsure``: why it is not known who has the account, and so not where they are reached.
    """

    name: str = ""
    login: str = ""
    to: str = ""
    unsure: str = ""


NOBODY_KNOWN = Reader()


class Letterhead(Struct, frozen=True, kw_only=True):
    """What all messages of a day share."""

    campaign: Campaign
    project: str
    channel: str
    today: date


def write(head: Letterhead, one: Due, subjects: Mapping[str, Standing], readers: Mapping[str, Reader]) -> Message:
    """The message that is due. ``subjects`` and ``readers`` have its subject, or the people of the owner's list."""
    reader = readers.get(one.subject, NOBODY_KNOWN)
    mine = [subjects[p] for p in one.people] if one.to_owner else [subjects[one.subject]]
    context = _shared(head, reader, one)
    if one.to_owner:
        context |= _of_owner(head, one, mine, readers)
    else:
        context |= _of_person(mine[0]) | _lateness(head, one, mine[0])
    stage = _template(head.campaign, one)
    names = [f"{head.campaign.kind}/{stage}.j2", f"{head.campaign.kind}/ask.j2"]
    title, text = _rendered(False, names, context)
    _, markdown = _rendered(True, names, context)
    return Message(
        key=key_of(head.campaign.name, one.subject, one.stage),
        campaign=head.campaign.name,
        subject=one.subject,
        stage=one.stage,
        channel=head.channel,
        to=reader.to,
        title=title,
        text=text,
        markdown=markdown,
        marking=join(Marking(TLP.AMBER), *(s.marking for s in mine)),
        unsure=reader.unsure,
        reader=words(reader.name) or login(reader.login),
    )


def _template(campaign: Campaign, one: Due) -> str:
    """The template of a message. A first one announces, whatever stage has come: there is nothing to remind of."""
    if one.to_owner:
        return TO_OWNER
    if one.stage == THANK_YOU:
        return THANK_YOU
    if one.asked_on is None and one.was_thanked:
        return FELL_BACK
    return min(campaign.stages, key=lambda stage: stage.day).id if one.asked_on is None else one.stage


def _shared(head: Letterhead, reader: Reader, one: Due) -> dict[str, object]:
    time = term(head.campaign, one.asked_on or head.today, head.today)
    project = words(head.project) or "the project"
    return {
        "project": project,
        "sender": f"The council of {project}",
        "name": words(reader.name) or login(reader.login) or "and thank you for your work",
        "account": login(reader.login) or "on GitHub",
        "asked": _day(time.since),
        "by": _day(time.by),
        "by_day_is_past": time.by < head.today,
        "by_day_is_today": time.by == head.today,
        "days_left": max((time.by - head.today).days, 0),
        "last": _day(time.last),
        "last_day_is_past": time.last < head.today,
        "last_day_is_today": time.last == head.today,
        "has_own_time": time.is_own,
    }


def _lateness(head: Letterhead, one: Due, standing: Standing) -> dict[str, object]:
    """Whether a first message comes long after those to the others, and since when it is known that it is due."""
    began = head.campaign.started_at
    is_first = one.asked_on is None and not one.was_thanked
    return {
        "is_late": is_first and day_of(head.campaign, head.today) >= head.campaign.gap,
        "began": _day(began.date()),
        "seen": _day(standing.since) if standing.since_at > began else "",
    }


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _of_person(standing: Standing) -> dict[str, object]:
    open_ = [t for t in standing.ties if t.is_open and not t.unseen]
    return {
        "worst": _worst(open_),
        "organizations": _places(open_),
        "member": any(t.check not in _OUTSIDE for t in open_),
        "outside": any(t.check in _OUTSIDE for t in open_),
        "checklist": _checklist(standing.ties),
        "groups": _groups(standing.ties),
    }


def _worst(ties: Sequence[Tie]) -> str:
    return "none" if any(t.check in _NONE for t in ties) else "insecure"


def _places(ties: Sequence[Tie]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for tie in ties:
        role = _ROLES.get(tie.role) or ("an outside collaborator" if tie.check in _OUTSIDE else "a member")
        problem = "none" if tie.check in _NONE else "insecure"
        name = path(tie.asset.rpartition("/")[2]) or "an organization"
        place = found.setdefault(tie.asset, {"name": name, "role": role, "problem": problem})
        if problem == "none":
            place["problem"] = problem
    return list(found.values())


def _of_owner(
    head: Letterhead, one: Due, people: Sequence[Standing], readers: Mapping[str, Reader]
) -> dict[str, object]:
    late = term(head.campaign, head.today, head.today)
    return {
        "people": [_listed(s, readers.get(s.subject, NOBODY_KNOWN), one) for s in people],
        "is_added": one.stage.startswith(f"{TO_OWNER}-{ADDED}-"),
        "new": len(one.new),
        "new_by": _day(late.by) if late.is_own else "",
    }


def _listed(standing: Standing, reader: Reader, one: Due) -> dict[str, str]:
    open_ = [t for t in standing.ties if t.is_open and not t.unseen]
    places = ", ".join(f"{place['role']} of {place['name']}" for place in _places(open_))
    account = login(reader.login)
    news = ("new on this list" * (standing.subject in one.new), "once more" * (standing.subject in one.once_more))
    told = ", ".join(filter(None, news))
    return {
        "name": words(reader.name) or account or "somebody whose name is not known",
        "account": "" if account and not words(reader.name) else account or standing.subject,
        "places": places,
        "problem": _worst(open_),
        "news": f"{told} since {_day(standing.since)}" if told else "",
    }


def _checklist(ties: Sequence[Tie]) -> list[dict[str, object]]:
    """What a subproject has to do, and has done; a link to the page to do it on where one can be made."""
    found = []
    for tie in sorted(ties, key=lambda t: (not t.is_open, t.asset)):
        own = of_github(tie.asset)
        remedy = remedies().get(tie.check)
        if own and not tie.is_waived:
            page = remedy.page_of(tie.asset) if remedy is not None else ""
            found.append({"name": own, "done": not tie.is_open, "link": Link(page)})
    return found


def _groups(ties: Sequence[Tie]) -> list[dict[str, object]]:
    """The checklist, check by check."""
    found: list[dict[str, object]] = []
    for check in dict.fromkeys(t.check for t in ties):
        remedy = remedies().get(check)
        items = _checklist([t for t in ties if t.check == check])
        if items:
            found.append({"todo": remedy.todo if remedy is not None else check, "items": items})
    return found


class Link(str):
    """An address that we made ourselves, of safe parts."""

    __slots__ = ()


def _rendered(markdown: bool, names: list[str], context: Mapping[str, object]) -> tuple[str, str]:
    """The title, which is plain text in both forms, and the text."""
    title, _, text = _environment(markdown).select_template(names).render(context).partition("\n---\n")
    return title.strip(), re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


@cache
def _environment(markdown: bool) -> Environment:
    return Environment(  # noqa: S701 - plain text and Markdown; ``finalize`` escapes the latter
        loader=PackageLoader("muniment.campaigns", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # else each message would look at the templates' files
        finalize=_as_markdown if markdown else None,
    )


def _as_markdown(value: object) -> object:
    if isinstance(value, Link):
        return f"<{value}>"
    return marked_down(value) if isinstance(value, str) else value
