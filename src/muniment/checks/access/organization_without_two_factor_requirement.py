"""Finds organizations that let people in with a password alone."""

from __future__ import annotations

from muniment.checks.declaration import Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ORG = GithubOrganization(id=1, login="callisto")


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
    organization: Unarchived[GithubOrganization], settings: OrganizationSettings
) -> Verdict:
    """The organization does not require its members and collaborators to use two-factor authentication.

    ## What it does

    Reads the organization's own setting. It is judged by what the setting is, not by who has a second factor today.

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
    return Fail((Problem("members may sign in with a password alone: require two-factor authentication"),))
