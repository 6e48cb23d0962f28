"""Finds declared domains that are not in DNS any more."""

from __future__ import annotations

from muniment.checks.declaration import Absent, Example, check
from muniment.evidence.sender_policy import SenderPolicy
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="Declared domain does not exist in DNS",
    severity="critical",
    examples=(
        Example(
            name="The domain is there, whatever it says",
            asset="domain:callisto.example",
            given=(SenderPolicy(),),
            expect=Pass,
        ),
        Example(
            name="Name servers say that there is no such name",
            asset="domain:callisto-regatta.example",
            absent=(SenderPolicy,),
            expect=Fail,
        ),
        Example(
            name="No name server answered",
            asset="domain:callisto.example",
            unseen=((SenderPolicy, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
    ),
)
def domain_does_not_exist(policy: SenderPolicy | Absent) -> Verdict:
    """The register calls a domain the project's, and DNS knows no such name.

    ## What it does

    Asks for the domain's texts, and passes if the name exists at all.

    ## Why it matters

    A domain that is gone from DNS may be free to register. Whoever takes it gets the project's mail, its links, and
    every account that an address below it can recover.

    ## How to fix

    See at the registrar whether the registration ended; in the weeks after its end it can mostly still be renewed.
    If the project gave the domain up, look for what still uses it, and write `status: archived` beside the name.

    ## What is not judged

    A name server that fails, refuses or is silent: the answer is then Unknown. Whether the domain is used.
    """
    if isinstance(policy, Absent):
        return Fail((Problem("DNS knows no such name: see at the registrar whether the registration has ended"),))
    return PASS
