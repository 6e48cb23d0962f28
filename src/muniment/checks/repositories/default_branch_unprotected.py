"""Finds repositories whose history can be rewritten."""

from __future__ import annotations

from muniment.checks.declaration import Example, Unarchived, check
from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.github_repository import GithubRepository
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_CORE = GithubRepository(id=1, name="callisto/core", default_branch="main")


def _main(force_pushes: bool | None, deletion: bool | None) -> BranchProtection:
    return BranchProtection(branch="main", blocks_force_pushes=force_pushes, blocks_deletion=deletion)


@check(
    title="Default branch can be rewritten or deleted",
    severity="medium",
    controls=("OSPS-AC-03.02",),
    examples=(
        Example(
            name="Both are blocked, by whichever rule",
            asset="github:repo/callisto/core",
            given=(_CORE, _main(True, True)),
            expect=Pass,
        ),
        Example(
            name="Nothing is blocked",
            asset="github:repo/callisto/core",
            given=(_CORE, _main(False, False)),
            expect=Fail,
        ),
        Example(
            name="Force pushes are open, and the rest was not seen",
            asset="github:repo/callisto/core",
            given=(_CORE, _main(False, None)),
            expect=Fail,
        ),
        Example(
            name="Who looked cannot see whether deletion is blocked",
            asset="github:repo/callisto/core",
            given=(_CORE, _main(True, None)),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The repository is archived",
            asset="github:repo/callisto/attic",
            given=(GithubRepository(id=2, name="callisto/attic", archived=True), _main(False, False)),
            expect=NotApplicable,
        ),
        Example(
            name="The repository is empty",
            asset="github:repo/callisto/next",
            given=(GithubRepository(id=3, name="callisto/next", empty=True), _main(False, False)),
            expect=NotApplicable,
        ),
    ),
)
def default_branch_unprotected(repository: Unarchived[GithubRepository], protection: BranchProtection) -> Verdict:
    """Somebody with write access can force-push to the default branch, or delete it.

    ## What it does

    Looks at what is in force on the default branch: the union of its branch protection and of the active rulesets
    upon it, the organization's too. Both force pushes and deletion must be blocked. What who looked cannot see is
    Unknown, and not open.

    ## Why it matters

    The history of the default branch is what releases are made from and what reviews were about. A force push
    with a stolen token replaces it, and nobody who pulls is asked.

    ## How to fix

    Make one ruleset for all repositories of the organization (settings, "Rulesets") that targets the default branch
    with "Restrict deletions" and "Block force pushes", and set it to active.

    ## What is not judged

    Whether changes need a review, who may pass by the rules, and other branches.
    """
    if repository.empty:
        return NotApplicable("it has no branch yet")
    blocked = {"be force-pushed to": protection.blocks_force_pushes, "be deleted": protection.blocks_deletion}
    is_open = " and ".join(words for words, blocks in blocked.items() if blocks is False)
    if is_open:
        return Fail((Problem(f"{protection.branch} can {is_open}: block it with a ruleset on the default branch"),))
    if None in blocked.values():
        return Unknown(Reason.UNOBSERVABLE, "who looked cannot see all rules of the branch")
    return PASS
