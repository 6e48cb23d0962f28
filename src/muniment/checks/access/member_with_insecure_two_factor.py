"""Finds members whose second factor is a text message, which others can be made to receive."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_ORG = GithubOrganization(id=1, login="callisto")
_SECURE = MemberTwoFactor(id=4711, login="ada-example", method="secure")
_SMS = MemberTwoFactor(id=4712, login="noor-example", method="insecure")
_UNTOLD = MemberTwoFactor(id=4713, login="zeta-example", method="some")


@check(
    title="Member's second factor is a text message",
    severity="medium",
    controls=("OSPS-AC-01.01",),
    examples=(
        Example(
            name="One uses a key, and who has no second factor is another check's",
            asset="github:org/callisto",
            given=(_ORG, _SECURE, MemberTwoFactor(id=4714, login="odd-example", method="none")),
            expect=Pass,
        ),
        Example(
            name="One gets text messages",
            asset="github:org/callisto",
            given=(_ORG, _SECURE, _SMS),
            expect=Fail,
            keys=("4712",),
        ),
        Example(
            name="There is a second factor, and GitHub did not show which",
            asset="github:org/callisto",
            given=(_ORG, _SECURE, _UNTOLD),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="One gets text messages, whatever the other uses",
            asset="github:org/callisto",
            given=(_ORG, _SMS, _UNTOLD),
            expect=Fail,
            keys=("4712",),
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def member_with_insecure_two_factor(
    organization: Unarchived[GithubOrganization], member: Each[MemberTwoFactor]
) -> Problem | Unknown | None:
    """An account that belongs to the organization can be entered with a text message as its second factor.

    ## What it does

    Reads which members GitHub calls insecure: a text message will do for them, even if they have a better second
    factor beside it. The account is told by GitHub's number of it.

    ## Why it matters

    A telephone number can be moved to another card by talking to the provider, and codes can be asked for on a page
    that looks right. It also decides what happens if the organization allows secure methods only: these members are
    locked out that day.

    ## How to fix

    Ask them to add a passkey, a security key or an application, and then to *remove* the text message, on GitHub
    under Settings, "Password and authentication". Adding alone does not change what GitHub says. Do this before
    allowing secure methods only, and not after.

    ## What is not judged

    Members without any second factor: `access/member-without-two-factor`. Owners are judged here, too, and more
    severely by `access/owner-with-insecure-two-factor`. Organizations that are archived on GitHub.
    """
    match member.method:
        case "insecure":
            text = f"{member.login} can sign in with a text message: ask them to use a key or an application alone"
            return Problem(text, cause=f"github:{member.id}")
        case "some":
            return Unknown(Reason.UNOBSERVABLE, "whether some second factors are secure was not shown")
        case _:
            return None
