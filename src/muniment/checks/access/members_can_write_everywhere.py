"""Finds organizations in which membership alone is enough to change everything."""

from __future__ import annotations

from muniment.checks.declaration import Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ORG = GithubOrganization(id=1, login="callisto")


def _base(permission: str) -> tuple[OrganizationSettings]:
    return (OrganizationSettings(requires_two_factor=True, base_permission=permission),)


@check(
    title="Every member can write to every repository",
    severity="medium",
    controls=("OSPS-AC-02.01",),
    examples=(
        Example(
            name="Members read; teams and invitations give more",
            asset="github:org/callisto",
            given=(_ORG, *_base("read")),
            expect=Pass,
        ),
        Example(name="Members write", asset="github:org/callisto", given=(_ORG, *_base("write")), expect=Fail),
        Example(name="Members administer", asset="github:org/callisto", given=(_ORG, *_base("admin")), expect=Fail),
        Example(
            name="The answer leaves it out",
            asset="github:org/callisto",
            given=(_ORG, *_base("")),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Only an owner is told",
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
def members_can_write_everywhere(
    organization: Unarchived[GithubOrganization], settings: OrganizationSettings
) -> Verdict:
    """The organization's base permission lets every member write to, or administer, every repository.

    ## What it does

    Reads what membership alone gives. `none` and `read` pass, `write` and `admin` fail.

    ## Why it matters

    People become members to be in a team, to be thanked, or for one repository. With a base permission of `write`
    each of their accounts can change all of the organization's code.

    ## How to fix

    Give write access through teams to those who need it, then set "Base permissions" to "Read" or "No permission"
    under the organization's settings, "Member privileges".

    ## What is not judged

    What teams and single invitations give. Organizations that are archived on GitHub.
    """
    match settings.base_permission:
        case "none" | "read":
            return PASS
        case "write" | "admin" as given:
            what = "change" if given == "write" else "administer"
            text = f"every member can {what} every repository: set the base permission to read, and use teams"
            return Fail((Problem(text),))
        case "":
            return Unknown(Reason.UNOBSERVABLE, "GitHub's answer leaves the base permission out")
        case other:
            return Unknown(Reason.UNREADABLE, f"the base permission {other!r} is not known")
