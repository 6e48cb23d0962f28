"""Answers REST's question for what moved the branches of a repository, and who did it.

The list is as GitHub describes it: the newest first unless asked otherwise, in pages by cursors, a period told by
its word. That an empty repository has an empty list, and that a name that nobody has leaves the list empty, was not
checked against a live GitHub.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha1
from urllib.parse import urlencode

from muniment.testing.github.nodes import Placed
from muniment.testing.github.rest import Ask, Refused, Reply, followed, handles, placed
from muniment.testing.github.world import Person, Push

PERIODS: Mapping[str, timedelta] = {
    "day": timedelta(hours=24),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "quarter": timedelta(days=90),
    "year": timedelta(days=365),
}


@handles("GET", "/repos/{owner}/{repo}/activity")
@followed
def _activity(ask: Ask) -> Reply:
    """One page. ``after`` and ``before`` name the line that it begins after, or ends before."""
    place = placed(ask)
    backwards = ask.given("direction", "desc") == "desc"
    lines = sorted(_wanted(ask, place), key=lambda push: (push.at, push.id), reverse=backwards)
    size = min(int(ask.given("per_page", "30")), 100)
    start, stop = 0, len(lines)
    if after := ask.given("after", ""):
        start = _place(lines, after) + 1
    elif before := ask.given("before", ""):
        stop = _place(lines, before)
        start = max(0, stop - size)
    shown = lines[start : min(stop, start + size)]
    links = []
    if shown and start + len(shown) < len(lines):
        links.append(f'<{_page_url(ask, place, "after", shown[-1])}>; rel="next"')
    if shown and start:
        links.append(f'<{_page_url(ask, place, "before", shown[0])}>; rel="prev"')
    return Reply(200, [_body(ask, push) for push in shown], {"Link": ", ".join(links)} if links else {})


def _wanted(ask: Ask, place: Placed) -> Sequence[Push]:
    period = PERIODS.get(ask.given("time_period", ""))
    first = ask.world.now - period if period is not None else None
    ref, actor, what = (ask.given(name, "") for name in ("ref", "actor", "activity_type"))
    return [
        push
        for push in place.repo.pushes
        if push.at <= ask.world.now
        and (first is None or push.at >= first)
        and ref in ("", push.ref, push.ref.removeprefix("refs/heads/"))
        and what in ("", push.what)
        and (not actor or _login(ask, push).lower() == actor.lower())
    ]


def _actor(ask: Ask, push: Push) -> Person | None:
    """Who pushed; ``None``: GitHub does not say, or the account is no more."""
    return next((person for person in ask.world.people if person.id == push.by), None)


def _login(ask: Ask, push: Push) -> str:
    by = _actor(ask, push)
    return by.login if by is not None else ""


def _place(lines: Sequence[Push], cursor: str) -> int:
    """Where the line of a cursor stands; a cursor that is none is refused."""
    for place, push in enumerate(lines):
        if _cursor(push) == cursor:
            return place
    raise Refused(422, "Invalid cursor")


def _cursor(push: Push) -> str:
    return base64.urlsafe_b64encode(f"activity:{push.id}".encode()).decode()


def _page_url(ask: Ask, place: Placed, name: str, push: Push) -> str:
    query = [(n, v) for n, v in ask.query if n not in ("after", "before")]
    return f"{ask.base}/repositories/{place.repo.id}/activity?{urlencode([*query, (name, _cursor(push))])}"


def _body(ask: Ask, push: Push) -> dict[str, object]:
    by = _actor(ask, push)
    return {
        "id": push.id,
        "node_id": base64.b64encode(f"RPL_{push.id}".encode()).decode(),
        "before": _commit(push.id),
        "after": _commit(push.id + 1),
        "ref": push.ref,
        "timestamp": push.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "activity_type": push.what,
        "actor": ask.bodies.user(by) if by is not None else None,
    }


def _commit(number: int) -> str:
    """A made-up commit's name."""
    return sha1(f"made up {number}".encode()).hexdigest()  # noqa: S324 - git names commits so
