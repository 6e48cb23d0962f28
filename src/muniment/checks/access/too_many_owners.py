"""Finds organizations that more people can change than anybody keeps an eye on."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.policy import Policy
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ORG = GithubOrganization(id=1, login="callisto")
_TWO_AT_MOST = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(owners_at_most=2))


def _owners(*logins: str) -> tuple[OrganizationMember, ...]:
    return tuple(OrganizationMember(id=n, login=login, role="owner") for n, login in enumerate(logins, start=1))


@check(
    title="Organization has too many owners",
    severity="medium",
    examples=(
        Example(
            name="As many owners as the policy allows",
            asset="github:org/callisto",
            given=(_ORG, *_owners("ada-example", "noor-example")),
            register=(_TWO_AT_MOST,),
            expect=Pass,
        ),
        Example(
            name="Three owners where two are allowed",
            asset="github:org/callisto",
            given=(_ORG, *_owners("ada-example", "noor-example", "zeta-example")),
            register=(_TWO_AT_MOST,),
            expect=Fail,
        ),
        Example(
            name="Too many are known already, whatever the rest may be",
            asset="github:org/callisto",
            given=(
                _ORG,
                *_owners("ada-example", "noor-example", "zeta-example"),
                OrganizationMember(id=9, login="x"),
            ),
            register=(_TWO_AT_MOST,),
            expect=Fail,
        ),
        Example(
            name="Two are known, and there may be more",
            asset="github:org/callisto",
            given=(_ORG, *_owners("ada-example", "noor-example"), OrganizationMember(id=9, login="x-example")),
            register=(_TWO_AT_MOST,),
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
def too_many_owners(
    organization: Unarchived[GithubOrganization], members: All[OrganizationMember], policy: Policy
) -> Verdict:
    """The organization has more owners than the policy's `owners-at-most`.

    ## What it does

    Counts the accounts that own the organization (6 are allowed unless the register says otherwise).

    ## Why it matters

    An owner can do everything: add people, delete repositories, read every advisory, turn every protection off.
    Each account is one more that can be taken over, and those that nobody uses are missed last.

    ## How to fix

    Ask each owner whether they still need it. Most need one repository or one team, which other roles give:
    security manager, moderator, maintainer of a team, administrator of a repository.

    ## What is not judged

    Whether each of them ought to be one: `access/owner-unknown-to-register` looks at who they are.
    Organizations that are archived on GitHub.
    """
    owners = sum(1 for m in members if m.role == "owner")
    if owners > policy.owners_at_most:
        text = f"{owners} accounts own it, over the limit of {policy.owners_at_most}: keep those who need to"
        return Fail((Problem(text),))
    unseen = sum(1 for m in members if not m.role)
    if unseen:
        return Unknown(Reason.UNOBSERVABLE, f"the roles of {unseen} of {len(members)} members were not seen")
    return PASS
