"""Finds organizations in which nobody but the owners is in charge of security."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import spelt
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ORG = GithubOrganization(id=1, login="callisto")
_WATCH = OrganizationRoleHolder(role="release-watch", id=4711, login="ada-example")


@check(
    title="Organization has no security manager",
    severity="low",
    examples=(
        Example(
            name="A team holds the role",
            asset="github:org/callisto",
            given=(_ORG, _WATCH, OrganizationRoleHolder(role="security_manager", team="security")),
            expect=Pass,
        ),
        Example(
            name="Another role is held, and not this one",
            asset="github:org/callisto",
            given=(_ORG, _WATCH),
            expect=Fail,
        ),
        Example(
            name="A part of the holders was told, no security manager among them",
            asset="github:org/callisto",
            given=(_ORG, _WATCH),
            partial=(OrganizationRoleHolder,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Only an owner is told who holds roles",
            asset="github:org/callisto",
            given=(_ORG,),
            unseen=((OrganizationRoleHolder, Reason.DENIED),),
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
def organization_without_security_role(
    organization: Unarchived[GithubOrganization], holders: All[OrganizationRoleHolder]
) -> Verdict:
    """No person and no team holds GitHub's role of a security manager in the organization.

    ## What it does

    Reads who holds the organization's roles, by name or through a team. It needs all of them.

    ## Why it matters

    A security manager reads every repository and every advisory of the organization and may change nothing else.
    Where nobody is one, security is done by owners, who can do everything, or by people who cannot see the report.

    ## How to fix

    Make a team of those who answer for security, and let an owner give it the role under the organization's
    settings, "Organization roles".

    ## What is not judged

    Who holds the role: `access/organization-role-not-expected`. Whether the security team sees anything at all:
    `access/security-team-blind`. Organizations that are archived on GitHub.
    """
    if any(spelt(holder.role) == "security-manager" for holder in holders):
        return PASS
    return Fail((Problem("nobody is a security manager: give the role to the team that answers for security"),))
