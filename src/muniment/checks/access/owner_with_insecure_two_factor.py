"""Finds owners of organizations whose second factor is a text message."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Some, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = OrganizationMember(id=4711, login="ada-example", role="owner")
_NOOR = OrganizationMember(id=4712, login="noor-example", role="member")
_ADA_SMS = MemberTwoFactor(id=4711, login="ada-example", method="insecure")
_NOOR_SMS = MemberTwoFactor(id=4712, login="noor-example", method="insecure")


@check(
    title="Owner's second factor is a text message",
    severity="high",
    controls=("OSPS-AC-01.01",),
    examples=(
        Example(
            name="The owner uses a key, a member gets text messages",
            asset="github:org/callisto",
            given=(
                _ORG,
                _ADA,
                _NOOR,
                MemberTwoFactor(id=4711, login="ada-example", method="secure"),
                _NOOR_SMS,
            ),
            expect=Pass,
        ),
        Example(
            name="The owner gets text messages",
            asset="github:org/callisto",
            given=(_ORG, _ADA, _NOOR, _ADA_SMS, _NOOR_SMS),
            expect=Fail,
            keys=("4711",),
        ),
        Example(
            name="Somebody gets text messages, and whether they own it was not seen",
            asset="github:org/callisto",
            given=(_ORG, _ADA_SMS),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The owner's second factor was not shown",
            asset="github:org/callisto",
            given=(_ORG, _ADA, MemberTwoFactor(id=4711, login="ada-example", method="some")),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def owner_with_insecure_two_factor(
    organization: Unarchived[GithubOrganization], member: Each[MemberTwoFactor], roles: Some[OrganizationMember]
) -> Problem | Unknown | None:
    """An owner of the organization can sign in with a text message as the second factor.

    ## What it does

    Puts together which members GitHub calls insecure and which members own the organization, by GitHub's numbers.

    ## Why it matters

    An owner can add people, delete repositories and turn every protection off, so their accounts are the ones that
    somebody would go to a telephone provider for.

    ## How to fix

    Start with the owners: they are few. Each adds a passkey or a security key, better two, and removes the text
    message on GitHub under Settings, "Password and authentication".

    ## What is not judged

    Owners without any second factor, whom `access/member-without-two-factor` finds. Organizations that are archived
    on GitHub.
    """
    if member.method not in ("insecure", "some"):
        return None
    role = next((seen.role for seen in roles if seen.id == member.id), "")
    if role == "member":
        return None
    if not role:
        return Unknown(Reason.UNOBSERVABLE, "the roles of some members were not seen")
    if member.method == "some":
        return Unknown(Reason.UNOBSERVABLE, "whether some owners' second factors are secure was not shown")
    text = f"{member.login} owns the organization and can sign in with a text message: ask for a key instead"
    return Problem(text, cause=f"github:{member.id}")
