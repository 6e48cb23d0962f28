"""Finds domains that do not ask anybody to refuse forged mail."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.mail_policy import MailPolicy
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_D = "callisto.example"


@check(
    title="Domain does not ask for forged mail to be refused",
    severity="medium",
    examples=(
        Example(
            name="Forged mail is to be refused",
            asset="domain:callisto.example",
            given=(MailPolicy(domain=_D, policy="reject", records=("v=DMARC1; p=reject",)),),
            expect=Pass,
        ),
        Example(
            name="The domain above asks for it",
            asset="domain:docs.callisto.example",
            given=(MailPolicy(domain=_D, policy="quarantine", records=("v=DMARC1; p=quarantine",)),),
            expect=Pass,
        ),
        Example(name="There is no policy", asset="domain:callisto.example", given=(MailPolicy(),), expect=Fail),
        Example(
            name="The policy only asks for reports",
            asset="domain:callisto.example",
            given=(MailPolicy(domain=_D, policy="none", records=("v=DMARC1; p=none",)),),
            expect=Fail,
        ),
        Example(
            name="Two policies are none",
            asset="domain:callisto.example",
            given=(MailPolicy(domain=_D, records=("v=DMARC1; p=none", "v=DMARC1; p=reject")),),
            expect=Fail,
        ),
        Example(
            name="No name server answered",
            asset="domain:callisto.example",
            unseen=((MailPolicy, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
        Example(
            name="There is no such domain",
            asset="domain:callisto-regatta.example",
            absent=(MailPolicy,),
            expect=NotApplicable,
        ),
    ),
)
def forged_mail_accepted(policy: MailPolicy) -> Verdict:
    """The domain has no DMARC policy, or one by which forged mail is to be taken in all the same.

    ## What it does

    Reads the TXT records of `_dmarc` below the domain, and where there is none, below the domains that it is a part
    of (RFC 7489). It passes if the one policy found asks for `quarantine` or `reject`.

    ## Why it matters

    SPF alone says which servers are the domain's; what is to become of mail from others, and of mail that only
    shows the domain in its From line, the DMARC policy says. Without one most receivers take it in.

    ## How to fix

    Begin with `v=DMARC1; p=none; rua=mailto:ADDRESS` and read the reports for some weeks. Once the domain's own
    mail passes, write `p=quarantine`, then `p=reject`. A domain that sends no mail can begin with `p=reject`.

    ## What is not judged

    For which share of mail the policy asks it (`pct`), and who gets the reports.
    """
    if not policy.records:
        return Fail((Problem("no DMARC policy: what becomes of forged mail is left to whoever receives it"),))
    if len(policy.records) > 1:
        text = f"{len(policy.records)} DMARC records at _dmarc.{policy.domain}, which are taken for none: leave one"
        return Fail((Problem(text),))
    if not policy.policy:
        return Fail((Problem(f"the DMARC record at _dmarc.{policy.domain} asks for nothing: write p=quarantine"),))
    if policy.policy == "none":
        text = f"the DMARC policy at _dmarc.{policy.domain} lets forged mail in (none): write quarantine or reject"
        return Fail((Problem(text),))
    return PASS
