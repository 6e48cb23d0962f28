"""Finds repositories that do not say where a vulnerability is reported."""

from __future__ import annotations

from muniment.checks.declaration import Example, Unarchived, check
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.security_policy import SecurityPolicy
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_CORE = GithubRepository(id=1, name="callisto/core")


@check(
    title="No security policy is in effect",
    severity="medium",
    controls=("OSPS-VM-02.01",),
    examples=(
        Example(
            name="The repository has a policy of its own",
            asset="github:repo/callisto/core",
            given=(_CORE, SecurityPolicy(in_effect=True, from_="repository", path="SECURITY.md")),
            expect=Pass,
        ),
        Example(
            name="The organization's policy counts for all its repositories",
            asset="github:repo/callisto/core",
            given=(_CORE, SecurityPolicy(in_effect=True, from_="organization", path="SECURITY.md")),
            expect=Pass,
        ),
        Example(
            name="Neither has one",
            asset="github:repo/callisto/core",
            given=(_CORE, SecurityPolicy(in_effect=False)),
            expect=Fail,
        ),
        Example(
            name="The repository is archived",
            asset="github:repo/callisto/attic",
            given=(
                GithubRepository(id=2, name="callisto/attic", archived=True),
                SecurityPolicy(in_effect=False),
            ),
            expect=NotApplicable,
        ),
        Example(
            name="GitHub did not answer",
            asset="github:repo/callisto/core",
            given=(_CORE,),
            unseen=((SecurityPolicy, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
    ),
)
def no_security_policy(repository: Unarchived[GithubRepository], policy: SecurityPolicy) -> Verdict:
    """Neither the repository nor its organization has a security policy that GitHub shows.

    ## What it does

    Looks at the policy in effect: the repository's own `SECURITY.md`, at its root, in `.github` or in `docs`, or
    the default that its organization keeps in its repository `.github`.

    ## Why it matters

    It is where people look before they report. Without it they guess: a public issue, a private message to whoever
    committed last, or silence.

    ## How to fix

    Put one `SECURITY.md` into the organization's repository `.github`: it then counts for every repository that has
    none of its own. It names a private way to report, and how soon somebody answers.

    ## What is not judged

    What the policy says, and whether it is still true.
    """
    if policy.in_effect:
        return PASS
    return Fail(
        (Problem("no security policy is in effect: add SECURITY.md here or in the organization's .github"),)
    )
