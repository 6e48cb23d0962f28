"""Finds domains in whose name anybody may send mail."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.sender_policy import SenderPolicy
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ANYBODY = frozenset({"all", "+all", "?all"})
_OTHERS = frozenset({"-all", "~all"})
"""What says that other servers are not the domain's."""


@check(
    title="Domain does not say who may send mail in its name",
    severity="medium",
    examples=(
        Example(
            name="The domain names its mail servers and no other",
            asset="domain:callisto.example",
            given=(SenderPolicy(records=("v=spf1 mx -all",)),),
            expect=Pass,
        ),
        Example(
            name="The domain sends no mail, and says so",
            asset="domain:callisto.example",
            given=(SenderPolicy(records=("v=spf1 -all",)),),
            expect=Pass,
        ),
        Example(
            name="The domain says nothing", asset="domain:callisto.example", given=(SenderPolicy(),), expect=Fail
        ),
        Example(
            name="The domain has two policies, which are none",
            asset="domain:callisto.example",
            given=(SenderPolicy(records=("v=spf1 -all", "v=spf1 mx -all")),),
            expect=Fail,
        ),
        Example(
            name="The policy lets everybody",
            asset="domain:callisto.example",
            given=(SenderPolicy(records=("v=spf1 +all",)),),
            expect=Fail,
        ),
        Example(
            name="The policy names servers and says nothing of the others",
            asset="domain:callisto.example",
            given=(SenderPolicy(records=("v=spf1 mx",)),),
            expect=Fail,
        ),
        Example(
            name="The policy hands over to another",
            asset="domain:callisto.example",
            given=(SenderPolicy(records=("v=spf1 redirect=_spf.callisto.example",)),),
            expect=Pass,
        ),
        Example(
            name="No name server answered",
            asset="domain:callisto.example",
            unseen=((SenderPolicy, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
        Example(
            name="There is no such domain",
            asset="domain:callisto-regatta.example",
            absent=(SenderPolicy,),
            expect=NotApplicable,
        ),
    ),
)
def mail_from_anybody(policy: SenderPolicy) -> Verdict:
    """The domain has no SPF record, or one that keeps nobody out.

    ## What it does

    Reads the domain's TXT records. It passes if exactly one of them is an SPF policy (RFC 7208) in which `all` has
    a minus or a tilde before it, or that hands over to another one. Without `all` other servers are neither allowed
    nor refused (section 4.7).

    ## Why it matters

    Mail in the project's name reaches contributors, users and reporters. Where the domain does not say which
    servers are its own, those who receive mail cannot tell it from anybody else's. A domain that sends no mail is
    worth as much to somebody who does.

    ## How to fix

    Write one TXT record on the domain: `v=spf1 -all` if it sends no mail, else the servers that do, as whoever runs
    them tells you, and `-all` at the end.

    ## What is not judged

    What the record includes from elsewhere, and whether it is short enough to be followed. Domains below this one:
    declare them. A policy that hands over to another (`redirect=`) is taken to be good.
    """
    records = policy.records
    if not records:
        return Fail((Problem("no SPF record: any server may send mail in the domain's name"),))
    if len(records) > 1:
        return Fail((Problem(f"{len(records)} SPF records, which receivers take for none: leave one"),))
    words = [word.lower() for word in records[0].split()[1:]]
    if everybody := next((word for word in words if word in _ANYBODY), ""):
        return Fail((Problem(f"the SPF record ends in {everybody}, which keeps nobody out: write -all"),))
    if not any(word in _OTHERS or word.startswith("redirect=") for word in words):
        return Fail((Problem("the SPF record says nothing of other servers, which keeps nobody out: add -all"),))
    return PASS
