"""Finds organizations that the register declares and GitHub does not have."""

from __future__ import annotations

from muniment.checks.declaration import Absent, Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_organization import GithubOrganization
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="Declared organization does not exist",
    severity="high",
    examples=(
        Example(
            name="GitHub has it",
            asset="github:org/callisto",
            given=(GithubOrganization(id=1, login="Callisto"),),
            expect=Pass,
        ),
        Example(
            name="GitHub has no organization by that name",
            asset="github:org/calisto",
            absent=(GithubOrganization,),
            expect=Fail,
        ),
        Example(
            name="GitHub did not answer, which proves nothing",
            asset="github:org/callisto",
            unseen=((GithubOrganization, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
    ),
)
def declared_organization_gone(entry: DeclaredAsset, organization: GithubOrganization | Absent) -> Verdict:
    """The register declares an organization, and GitHub answers that there is none by that name.

    ## What it does

    Fails where GitHub gives proof that there is no organization of that name. Organizations are public, so every
    credential is told the same.

    ## Why it matters

    The name is free: anybody can take it, and every link to one of its repositories then leads to theirs.

    ## How to fix

    If the name is misspelt, or the organization was renamed, correct the register. If it was deleted, take the name
    again to hold it, or remove what links to it.

    ## What is not judged

    Organizations that were renamed and still answer: `inventory/renamed` looks at those.
    """
    if isinstance(organization, Absent):
        text = (
            f"{entry.asset} is declared {entry.status} and does not exist: claim the name or correct the register"
        )
        return Fail((Problem(text, where=entry.where),))
    return PASS
