"""Finds organizations whose workflows may change code unless they say otherwise."""

from __future__ import annotations

from muniment.checks.declaration import Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.workflow_permissions import WorkflowPermissions
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ORG = GithubOrganization(id=1, login="callisto")


@check(
    title="Workflow token can write by default",
    severity="medium",
    controls=("OSPS-AC-04.01",),
    examples=(
        Example(
            name="The token reads unless a workflow asks for more",
            asset="github:org/callisto",
            given=(_ORG, WorkflowPermissions(default="read")),
            expect=Pass,
        ),
        Example(
            name="The token writes unless a workflow asks for less",
            asset="github:org/callisto",
            given=(_ORG, WorkflowPermissions(default="write")),
            expect=Fail,
        ),
        Example(
            name="A word that GitHub did not use when this was written",
            asset="github:org/callisto",
            given=(_ORG, WorkflowPermissions(default="restricted")),
            expect=Unknown,
            reason=Reason.UNREADABLE,
        ),
        Example(
            name="Only an owner is told",
            asset="github:org/callisto",
            given=(_ORG,),
            unseen=((WorkflowPermissions, Reason.DENIED),),
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
def workflow_token_can_write(
    organization: Unarchived[GithubOrganization], permissions: WorkflowPermissions
) -> Verdict:
    """A workflow without a `permissions` key gets a token that can change the repository.

    ## What it does

    Reads the organization's default for the token that GitHub gives to every run of a workflow. Where it is `read`,
    no repository of the organization can have `write` as its default.

    ## Why it matters

    Every action and every script of a build runs with that token. One of them that is taken over can then push
    code, change releases and approve what it pushed, in every repository whose workflows do not say otherwise.

    ## How to fix

    Set "Workflow permissions" to "Read repository contents" under the organization's settings, Actions. Workflows
    that must write then fail until they ask for it: give those jobs a `permissions` key first.

    ## What is not judged

    What single workflows ask for, and whether workflows may approve pull requests.
    Organizations that are archived on GitHub.
    """
    match permissions.default:
        case "read":
            return PASS
        case "write":
            return Fail((Problem("workflows can write unless they say otherwise: set the default to read"),))
        case other:
            return Unknown(Reason.UNREADABLE, f"the default {other!r} is not known")
