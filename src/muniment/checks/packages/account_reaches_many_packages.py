"""Finds accounts whose loss would cost the project many packages at once."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.model.policy import Policy
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown

_TWO_AT_MOST = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(reach_limit=2))
_THREE = ("pypi:callisto-core", "pypi:callisto-kit", "pypi:callisto-web")


@check(
    title="Account reaches many packages",
    severity="medium",
    examples=(
        Example(
            name="No account reaches more packages than the policy allows",
            asset="project:callisto",
            given=(AccountReach(account="pypi:ada-example", packages=_THREE[:2], complete=True),),
            register=(_TWO_AT_MOST,),
            expect=Pass,
        ),
        Example(
            name="One account reaches three packages where two are allowed",
            asset="project:callisto",
            given=(
                AccountReach(account="pypi:ada-example", packages=_THREE, complete=True),
                AccountReach(account="pypi:noor-example", packages=_THREE[:1], complete=True),
            ),
            register=(_TWO_AT_MOST,),
            expect=Fail,
            keys=("pypi:ada-example",),
        ),
        Example(
            name="Three are known already, whatever the rest may be",
            asset="project:callisto",
            given=(AccountReach(account="pypi:ada-example", packages=_THREE, complete=False),),
            partial=(AccountReach,),
            register=(_TWO_AT_MOST,),
            expect=Fail,
            keys=("pypi:ada-example",),
        ),
        Example(
            name="Two are known, and there may be more",
            asset="project:callisto",
            given=(AccountReach(account="pypi:ada-example", packages=_THREE[:2], complete=False),),
            register=(_TWO_AT_MOST,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def account_reaches_many_packages(reach: Each[AccountReach], policy: Policy) -> Problem | Unknown | None:
    """One account holds a role on more of the project's official packages than the policy's `reach-limit`.

    ## What it does

    Counts, for each account, the official packages of one registry that it has a role on. While the roles of some
    packages are unknown, an account over the limit is reported and an account under it is Unknown.

    ## Why it matters

    Whoever takes over this account can ship to everybody who installs any of these packages. It is also where
    looking first pays most.

    ## How to fix

    Ask the person which packages they still release, and remove the roles that they do not need. Where one robot
    releases everything, use trusted publishing instead of an account: then there is no account to take over.

    ## What is not judged

    Packages reached through membership in an organization or team, which registries do not show. Accounts of the
    same person are counted apart, since they are taken over apart.
    """
    count = len(reach.packages)
    if count > policy.reach_limit:
        least = "" if reach.complete else "at least "
        text = f"{reach.account} can release {least}{count} packages, over the limit of {policy.reach_limit}"
        return Problem(f"{text}: remove the roles that are no longer needed", cause=reach.account)
    if not reach.complete:
        return Unknown(Reason.PARTIAL, "the roles of some packages of this registry are unknown")
    return None
