"""Finds invitations that nobody took and nobody withdrew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from muniment.checks.declaration import Each, Example, Today, Unarchived, check
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_invitation import OrganizationInvitation
from muniment.model.policy import Policy
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_ORG = GithubOrganization(id=1, login="callisto")
_TEN_DAYS = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(invitation_stale_after=10))


def _invited(day: int, login: str = "", role: str = "member") -> OrganizationInvitation:
    at = datetime(2026, 2, day, 9, tzinfo=UTC)
    return OrganizationInvitation(id=day, invited_at=at, login=login, role=role, by="ada-example")


@check(
    title="Invitation has been pending for long",
    severity="low",
    examples=(
        Example(
            name="Nobody is invited",
            asset="github:org/callisto",
            given=(_ORG,),
            empty=(OrganizationInvitation,),
            expect=Pass,
        ),
        Example(
            name="One is as old as the policy allows",
            asset="github:org/callisto",
            given=(_ORG, _invited(19, login="noor-example", role="owner")),
            register=(_TEN_DAYS,),
            expect=Pass,
        ),
        Example(
            name="Two of three are older than the policy allows",
            asset="github:org/callisto",
            given=(
                _ORG,
                _invited(28, login="noor-example", role="owner"),
                _invited(17, login="zeta-example", role="owner"),
                _invited(18),
            ),
            register=(_TEN_DAYS,),
            expect=Fail,
            keys=("17", "18"),
        ),
        Example(
            name="A part of the list was read, with none that is old",
            asset="github:org/callisto",
            given=(_ORG, _invited(28, login="noor-example")),
            partial=(OrganizationInvitation,),
            register=(_TEN_DAYS,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Only an owner is told",
            asset="github:org/callisto",
            given=(_ORG,),
            unseen=((OrganizationInvitation, Reason.DENIED),),
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
def stale_invitation(
    organization: Unarchived[GithubOrganization],
    invitation: Each[OrganizationInvitation],
    policy: Policy,
    today: Today,
) -> Problem | None:
    """Somebody was invited into the organization longer ago than the policy's `invitation-stale-after`.

    ## What it does

    Reads the pending invitations and compares the day of each with the day judged (7 days are allowed unless the
    register says otherwise).

    ## Why it matters

    An invitation is a door left open: whoever gets hold of the account, or of the mailbox that it went to, can take
    the role at any time, and nobody remembers why it was offered.

    ## How to fix

    Ask the person whether they still want to join. Withdraw the invitation otherwise: another is sent in a minute.

    ## What is not judged

    Whether the person ought to be invited, and invitations to single repositories. Organizations that are archived
    on GitHub.
    """
    since = invitation.invited_at.date()
    if since + timedelta(days=policy.invitation_stale_after) >= today:
        return None
    who = invitation.login or "somebody, by mail,"
    role = f" as {invitation.role}" if invitation.role else ""
    by = f" by {invitation.by}" if invitation.by else ""
    text = f"{who} was invited{role} on {since}{by} and has not answered: ask again, or withdraw it"
    return Problem(text, cause=f"github:invitation/{invitation.id}")
