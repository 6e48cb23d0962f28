"""Finds repositories to which nobody can report a vulnerability in private."""

from __future__ import annotations

from muniment.checks.declaration import Example, Unarchived, check
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.private_reporting import PrivateReporting
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_CORE = GithubRepository(id=1, name="callisto/core")


@check(
    title="Private vulnerability reporting is off",
    severity="medium",
    controls=("OSPS-VM-03.01",),
    examples=(
        Example(
            name="Strangers can report in private",
            asset="github:repo/callisto/core",
            given=(_CORE, PrivateReporting(enabled=True)),
            expect=Pass,
        ),
        Example(
            name="It is off",
            asset="github:repo/callisto/core",
            given=(_CORE, PrivateReporting(enabled=False)),
            expect=Fail,
        ),
        Example(
            name="The repository is archived, so nobody was asked",
            asset="github:repo/callisto/attic",
            given=(GithubRepository(id=2, name="callisto/attic", archived=True),),
            expect=NotApplicable,
        ),
        Example(
            name="It has not been asked for yet",
            asset="github:repo/callisto/core",
            given=(_CORE,),
            expect=Unknown,
            reason=Reason.UNCOLLECTED,
        ),
    ),
)
def private_reporting_off(repository: Unarchived[GithubRepository], reporting: PrivateReporting) -> Verdict:
    """GitHub's private vulnerability reporting is not enabled for the repository.

    ## What it does

    Reads whether "Report a vulnerability" is there for everybody on the repository's Security page.

    ## Why it matters

    Whoever finds a hole and sees no private way writes an issue, or nothing. The button also opens an advisory
    with a private fork, so that the fix can be made out of sight.

    ## How to fix

    An owner turns it on for all repositories at once: organization settings, "Advanced Security", "Private
    vulnerability reporting". An administrator can do so for one.

    ## What is not judged

    Other private ways, such as an address in the security policy: `repositories/no-security-policy` looks for one.
    Whether anybody reads the reports.
    """
    if reporting.enabled:
        return PASS
    return Fail((Problem("strangers cannot report a vulnerability in private: turn private reporting on"),))
