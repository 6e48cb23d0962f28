"""Finds names of the project's organizations that somebody else holds now."""

from __future__ import annotations

from muniment.checks.declaration import Example, Some, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.github_organization import GithubOrganization
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ASSET = "github:org/callisto"


@check(
    title="Organization's name belongs to somebody else now",
    severity="critical",
    statuses=(Status.OFFICIAL, Status.UNCLEAR, Status.ARCHIVED),
    examples=(
        Example(
            name="It answers under the number that it was known by from the first",
            asset=_ASSET,
            given=(GithubOrganization(id=1, login="callisto"),),
            expect=Pass,
        ),
        Example(
            name="Another number answers, and nothing that it says was believed",
            asset=_ASSET,
            given=(
                GithubOrganization(id=1, login="callisto"),
                GithubIdentity(id=1, answers=2, refused=True),
            ),
            expect=Fail,
        ),
        Example(
            name="It was deleted, and a stranger made one of the same name",
            asset=_ASSET,
            given=(GithubIdentity(id=1, answers=2, refused=True),),
            absent=(GithubOrganization,),
            expect=Fail,
        ),
        Example(
            name="The council wrote the new number into the register",
            asset=_ASSET,
            given=(GithubOrganization(id=2, login="callisto"), GithubIdentity(id=2, answers=2)),
            expect=Pass,
        ),
        Example(
            name="Nobody has it, for now",
            asset=_ASSET,
            given=(GithubIdentity(id=1, answers=0),),
            absent=(GithubOrganization,),
            expect=NotApplicable,
        ),
        Example(
            name="Nobody ever saw its number",
            asset=_ASSET,
            unseen=((GithubOrganization, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNCOLLECTED,
        ),
    ),
)
def organization_name_taken(
    entry: DeclaredAsset, organization: Some[GithubOrganization], identity: Some[GithubIdentity]
) -> Verdict:
    """GitHub answers to the organization's name with another number than the one it is known by.

    ## What it does

    Compares GitHub's number of the organization with `github-id` in its entry, or with the number that was believed
    first. Where another number answers, nothing that it says is believed: what was known stays, and goes stale.

    ## Why it matters

    A name is free as soon as its organization is renamed or deleted. Whoever takes it answers to every link,
    badge, submodule and install instruction that still leads there.

    ## How to fix

    Ask the owners of the organization what happened. If it has a new name, put that into the register, and correct
    what links to the old one; report whoever took it to GitHub. If it is the project's after all, made anew
    by its own people, write its number into the entry as `github-id`: from then on that number is believed.

    ## What is not judged

    Names that nobody holds: `inventory/declared-organization-gone` looks at those. Whether the first number
    that was ever seen was the right one: write `github-id` if you know.
    """
    if any(seen.refused for seen in identity):
        seen = identity[0]
        text = (
            f"GitHub's number {seen.answers} answers to {entry.asset}, which is the project's under {seen.id}: "
            "nothing it says is believed; correct the name, or write its number if it is yours"
        )
        return Fail((Problem(text, where=entry.where),))
    if not organization and not identity:
        return Unknown(Reason.UNCOLLECTED, "its number was never seen")
    return PASS if organization else NotApplicable("nobody answers to the name")
