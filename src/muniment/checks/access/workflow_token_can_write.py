"""Finds organizations whose workflows may change code unless they say otherwise."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.workflow_permissions import WorkflowPermissions
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="Workflow token can write by default",
    severity="medium",
    controls=("OSPS-AC-04.01",),
    examples=(
        Example(
            name="The token reads unless a workflow asks for more",
            asset="github:org/callisto",
            given=(WorkflowPermissions(default="read"),),
            expect=Pass,
        ),
        Example(
            name="The token writes unless a workflow asks for less",
            asset="github:org/callisto",
            given=(WorkflowPermissions(default="write"),),
            expect=Fail,
        ),
        Example(
            name="A word that GitHub did not use when this was written",
            asset="github:org/callisto",
            given=(WorkflowPermissions(default="restricted"),),
            expect=Unknown,
            reason=Reason.UNREADABLE,
        ),
        Example(
            name="Only an owner is told",
            asset="github:org/callisto",
            unseen=((WorkflowPermissions, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
    ),
)
def workflow_token_can_write(permissions: WorkflowPermissions) -> Verdict:
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
    """
    match permissions.default:
        case "read":
            return PASS
        case "write":
            return Fail((Problem("workflows can write unless they say otherwise: set the default to read"),))
        case other:
            return Unknown(Reason.UNREADABLE, f"the default {other!r} is not known")
