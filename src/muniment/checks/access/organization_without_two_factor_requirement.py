"""Finds organizations that let people in with a password alone."""

from __future__ import annotations

from datetime import UTC, datetime

from muniment.checks.declaration import Example, Some, Unarchived, check
from muniment.evidence.audit_event import NOT_REQUIRED, REQUIRED, AuditEvent
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ORG = GithubOrganization(id=1, login="callisto")
_OFF = AuditEvent(
    id="xJJFlFOhQ6b", at=datetime(2026, 2, 3, 9, tzinfo=UTC), what=NOT_REQUIRED, by=900004, by_login="tomas-e"
)


@check(
    title="Organization does not require two-factor authentication",
    severity="high",
    controls=("OSPS-AC-01.01",),
    examples=(
        Example(
            name="A second factor is required",
            asset="github:org/callisto",
            given=(_ORG, OrganizationSettings(requires_two_factor=True)),
            expect=Pass,
        ),
        Example(
            name="A password is enough",
            asset="github:org/callisto",
            given=(_ORG, OrganizationSettings(requires_two_factor=False)),
            expect=Fail,
        ),
        Example(
            name="A password is enough, and the audit log tells who turned the requirement off",
            asset="github:org/callisto",
            given=(_ORG, OrganizationSettings(requires_two_factor=False), _OFF),
            partial=(AuditEvent,),
            expect=Fail,
        ),
        Example(
            name="Who looked is no owner, to whom GitHub does not say",
            asset="github:org/callisto",
            given=(_ORG,),
            unseen=((OrganizationSettings, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def organization_without_two_factor_requirement(
    organization: Unarchived[GithubOrganization], settings: OrganizationSettings, events: Some[AuditEvent]
) -> Verdict:
    """The organization does not require its members and collaborators to use two-factor authentication.

    ## What it does

    Reads the organization's own setting. It is judged by what the setting is, not by who has a second factor today.
    Where GitHub keeps an audit log that can be read (on Enterprise Cloud), the finding says who turned the
    requirement off, and when, if that was in the last 90 days.

    ## Why it matters

    One stolen or reused password is then enough to change code, releases and settings. With the requirement,
    whoever has no second factor is locked out until they have one, and so are those who join later.

    ## How to fix

    Find out who has no second factor (an owner sees it in the list of people), tell them and give them time. Then
    turn the requirement on under the organization's settings, "Authentication security".

    ## What is not judged

    Which second factor people use: a message to a telephone counts as one. GitHub asks most people who contribute
    code for a second factor by itself, and whether it asks every member of an organization only the setting tells.
    Organizations that are archived on GitHub.
    """
    if settings.requires_two_factor:
        return PASS
    message = "members may sign in with a password alone: require two-factor authentication"
    return Fail((Problem("; ".join(filter(None, (message, _turned_off(events))))),))


def _turned_off(events: Some[AuditEvent]) -> str:
    """Who turned the requirement off last, and when; empty: no line of the log that was seen tells it."""
    changes = [event for event in events if event.what in (REQUIRED, NOT_REQUIRED)]
    newest = max(changes, key=lambda event: (event.at, event.id), default=None)
    if newest is None or newest.what != NOT_REQUIRED:
        return ""
    who = f" by {newest.by_login} (github:{newest.by})" if newest.by else ""
    return f"it was turned off on {newest.at.date()}{who}"
