"""Finds keys by which a machine can push to a repository."""

from __future__ import annotations

from datetime import UTC, datetime

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.deploy_key import DeployKey
from muniment.evidence.github_repository import GithubRepository
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_REPOSITORY = GithubRepository(id=7, name="callisto/core")
_READS = DeployKey(id="DK_1", title="mirror")
_WRITES = DeployKey(id="DK_2", title="documentation", writes=True, created_at=datetime(2021, 4, 9, 12, tzinfo=UTC))


@check(
    title="Deploy key can write",
    severity="medium",
    examples=(
        Example(
            name="The one key reads",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _READS),
            expect=Pass,
        ),
        Example(
            name="Another pushes",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _READS, _WRITES),
            expect=Fail,
            keys=("DK_2",),
        ),
        Example(
            name="Some of the keys were seen, none that writes",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _READS),
            partial=(DeployKey,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Only an administrator is told",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY,),
            unseen=((DeployKey, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="The repository is archived",
            asset="github:repo/callisto/old",
            given=(GithubRepository(id=8, name="callisto/old", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def deploy_key_can_write(repository: Unarchived[GithubRepository], key: Each[DeployKey]) -> Problem | None:
    """A deploy key of the repository may push to it.

    ## What it does

    Reads the repository's deploy keys and whether each is for reading alone. The keys themselves are not kept.

    ## Why it matters

    A deploy key belongs to no person. It has no second factor and does not end, nobody is told when it is used, and
    it lies on a machine, or in another place's settings, that somebody set up years ago.

    ## How to fix

    Find out what uses it. A workflow of the same repository needs none: its own token can push, if the job asks for
    `contents: write`. For other machines use a GitHub App. Delete the key under the repository's settings, "Deploy
    keys"; if it must stay, waive the finding with who looks after it, and until when.

    ## What is not judged

    Who has the key. Repositories that are archived.
    """
    if not key.writes:
        return None
    since = f" of {key.created_at.date()}" if key.created_at else ""
    text = f"the deploy key “{key.title}”{since} may push: delete it, or use a workflow's own token or an App"
    return Problem(text)
