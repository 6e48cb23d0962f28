"""Finds domains for which every certificate authority may issue."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.certificate_authorities import CertificateAuthorities
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="Any certificate authority may issue for the domain",
    severity="low",
    examples=(
        Example(
            name="One authority may issue",
            asset="domain:callisto.example",
            given=(CertificateAuthorities(domain="callisto.example", issue=("letters.example",)),),
            expect=Pass,
        ),
        Example(
            name="Nobody may issue",
            asset="domain:callisto.example",
            given=(CertificateAuthorities(domain="callisto.example", issue=(";",)),),
            expect=Pass,
        ),
        Example(
            name="There is no record",
            asset="domain:callisto.example",
            given=(CertificateAuthorities(),),
            expect=Fail,
        ),
        Example(
            name="The records speak of wildcards alone",
            asset="domain:callisto.example",
            given=(CertificateAuthorities(domain="callisto.example", wild=(";",)),),
            expect=Fail,
        ),
        Example(
            name="No name server answered",
            asset="domain:callisto.example",
            unseen=((CertificateAuthorities, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
        Example(
            name="There is no such domain",
            asset="domain:callisto-regatta.example",
            absent=(CertificateAuthorities,),
            expect=NotApplicable,
        ),
    ),
)
def any_authority_may_certify(authorities: CertificateAuthorities) -> Verdict:
    """The domain has no CAA record that names the certificate authorities which may issue for it.

    ## What it does

    Reads the CAA records of the domain, and where it has none, of the domains that it is a part of (RFC 8659). It
    passes if one of them has the property `issue`.

    ## Why it matters

    There are more than a hundred authorities that browsers trust. Whoever fools one of them, or one of their ways
    to check who asks, gets a certificate for the project's site and can be taken for it. With the record all
    authorities but those named must refuse.

    ## How to fix

    Find out which authorities issue for your sites today, those of your hosting too; certificate transparency logs
    list them. Then write a CAA record for each, `0 issue "AUTHORITY"`, and one that says where to report,
    `0 iodef "mailto:ADDRESS"`.

    ## What is not judged

    Which authorities are named. Certificates that exist: the record stops new ones alone.
    """
    if authorities.issue:
        return PASS
    if authorities.domain:
        text = f"the CAA records of {authorities.domain} name no authority: any may issue; add issue"
        return Fail((Problem(text),))
    return Fail((Problem("no CAA record: any certificate authority may issue for the domain"),))
