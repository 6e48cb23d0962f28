"""Answers REST's question for an organization's audit log, which only Enterprise Cloud has.

What those without the right or the plan are told is not in GitHub's description. None of it was checked against a
live GitHub, the way in which a phrase is read neither: as GitHub's documentation of searching the log tells it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from muniment.testing.github.rest import Ask, Refused, Reply, forbidden, handles, organization
from muniment.testing.github.world import AuditEvent, Organization

SCOPES = frozenset({"audit_log", "read:audit_log"})
KEPT_DAYS = 180
UNASKED_DAYS = 90
"""How far the log goes back, and how far it is shown where the phrase names no time."""

ENTERPRISE = "enterprise"
GIT = "git."


@handles("GET", "/orgs/{org}/audit-log")
def _audit_log(ask: Ask) -> Reply:
    """One page, the newest first unless asked otherwise; ``after`` is the place of the last line before it."""
    org = organization(ask)
    viewer = ask.viewer
    if org.plan != ENTERPRISE or not viewer.may(org, "organization_administration"):
        raise Refused(404, "Not Found")
    if viewer.kind == "classic" and SCOPES.isdisjoint(viewer.scopes):
        raise forbidden(ask, "You must have the read:audit_log scope.")
    found = [event for event in org.audit if _wanted(ask)(event)]
    found.sort(key=lambda event: (event.at, event.id), reverse=ask.given("order", "desc") == "desc")
    size = min(int(ask.given("per_page", "30")), 100)
    start = int(ask.given("after", "0"))
    shown, more = found[start : start + size], start + size < len(found)
    headers = {"Link": f'<{_page_url(ask, org, start + size)}>; rel="next"'} if more else {}
    return Reply(200, [_body(ask, org, event) for event in shown], headers)


def _wanted(ask: Ask) -> Callable[[AuditEvent], bool]:
    """What a phrase asks for: ``action:org -action:org.create created:>=2026-03-01``, and no other event."""
    words = ask.given("phrase", "").split()
    actions = [w.removeprefix("action:") for w in words if w.startswith("action:")]
    without = [w.removeprefix("-action:") for w in words if w.startswith("-action:")]
    since = [w.removeprefix("created:>=") for w in words if w.startswith("created:>=")]
    if len(actions) > 1 or len(actions) + len(without) + len(since) != len(words):
        raise Refused(501, "the phrase is none that this simulated GitHub reads")
    today = ask.world.now.date()
    first = max(date.fromisoformat(since[0]).toordinal() if since else 0, today.toordinal() - KEPT_DAYS)
    if not since:
        first = today.toordinal() - UNASKED_DAYS
    git = ask.given("include", "web")

    def wanted(event: AuditEvent) -> bool:
        kinds = git == "all" or event.action.startswith(GIT) == (git == "git")
        right = not actions or _is(event.action, actions[0])
        return kinds and right and not any(_is(event.action, a) for a in without) and _day(event.at) >= first

    return wanted


def _is(action: str, asked: str) -> bool:
    """True for the action itself, and for one of the category that is asked for."""
    return action == asked or action.startswith(f"{asked}.")


def _day(at: datetime) -> int:
    return at.astimezone(UTC).date().toordinal()


def _page_url(ask: Ask, org: Organization, start: int) -> str:
    query = [(name, value) for name, value in ask.query if name != "after"]
    return f"{ask.base}/organizations/{org.id}/audit-log?{urlencode([*query, ('after', str(start))])}"


def _body(ask: Ask, org: Organization, event: AuditEvent) -> dict[str, object]:
    at = int(event.at.timestamp() * 1000)
    body: dict[str, object] = {
        "@timestamp": at,
        "_document_id": event.id,
        "action": event.action,
        "created_at": at,
        "org": org.login,
        "org_id": org.id,
        **event.more,
    }
    if event.by:
        body |= {"actor": ask.world.person_of(event.by).login, "actor_id": event.by}
    if event.whom:
        body |= {"user": ask.world.person_of(event.whom).login, "user_id": event.whom}
    if event.repository:
        public = any(r.public for r in org.repositories if r.name == event.repository)
        body |= {"repo": f"{org.login}/{event.repository}", "public_repo": public}
    return body
