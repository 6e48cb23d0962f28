"""Finds members whose password alone opens what an organization lets them do."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_ORG = GithubOrganization(id=1, login="callisto")
_SECURE = MemberTwoFactor(id=4711, login="ada-example", method="secure")
_NONE = MemberTwoFactor(id=4712, login="noor-example", method="none")


@check(
    title="Member has no second factor",
    severity="high",
    controls=("OSPS-AC-01.01",),
    examples=(
        Example(
            name="Every member has a second factor, a text message counted",
            asset="github:org/callisto",
            given=(_ORG, _SECURE, MemberTwoFactor(id=4713, login="zeta-example", method="insecure")),
            expect=Pass,
        ),
        Example(
            name="One of two members has none",
            asset="github:org/callisto",
            given=(_ORG, _SECURE, _NONE),
            expect=Fail,
            keys=("4712",),
        ),
        Example(
            name="A part of the members was seen, and one of them has none",
            asset="github:org/callisto",
            given=(_ORG, _SECURE, _NONE),
            partial=(MemberTwoFactor,),
            expect=Fail,
            keys=("4712",),
        ),
        Example(
            name="A part was seen, and all of that part have one",
            asset="github:org/callisto",
            given=(_ORG, _SECURE),
            partial=(MemberTwoFactor,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Who looked is no owner, to whom GitHub does not say",
            asset="github:org/callisto",
            given=(_ORG,),
            unseen=((MemberTwoFactor, Reason.DENIED),),
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
def member_without_two_factor(
    organization: Unarchived[GithubOrganization], member: Each[MemberTwoFactor]
) -> Problem | None:
    """An account that belongs to the organization has no second factor.

    ## What it does

    Reads, for each member, whether GitHub knows of a second factor. The account is told by GitHub's number of it,
    so that a new name is not a new account.

    ## Why it matters

    Passwords are reused, guessed and phished. Whoever has this one can change code, approve changes and, for some
    members, release packages, until somebody notices.

    ## How to fix

    Write to the person, kindly: `muniment campaign start two-factor` does so for everybody at once, with reminders
    and a date. They find it on GitHub under Settings, "Password and authentication". A passkey, a security key or
    an application on the telephone are all good; a text message is better than nothing.

    Nobody needs to be removed: with the requirement on, a member without a second factor is locked out until they
    have one, and keeps everything.

    ## What is not judged

    How good the second factor is: `access/member-with-insecure-two-factor` looks at that. Outside collaborators,
    who have a check of their own. Organizations that are archived on GitHub.
    """
    if member.method == "none":
        text = f"{member.login} signs in with a password alone: ask them to add a second factor"
        return Problem(text, cause=f"github:{member.id}")
    return None
