"""Finds domains whose registration ends soon, of those of which somebody saw when."""

from __future__ import annotations

from datetime import date, timedelta

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.domain_registration import DomainRegistration
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict

DAYS = 60
"""The days before the end of a registration from which on it is told."""


@check(
    title="Domain's registration ends soon",
    severity="high",
    examples=(
        Example(
            name="Paid for years",
            asset="domain:callisto.example",
            given=(DomainRegistration(expires=date(2029, 4, 1)),),
            expect=Pass,
        ),
        Example(
            name="It ends in a month",
            asset="domain:callisto.example",
            given=(DomainRegistration(expires=date(2026, 4, 1)),),
            expect=Fail,
        ),
        Example(
            name="It has ended",
            asset="domain:callisto.example",
            given=(DomainRegistration(expires=date(2026, 2, 1)),),
            expect=Fail,
        ),
        Example(
            name="Nobody has said when it ends",
            asset="domain:callisto.example",
            unseen=((DomainRegistration, Reason.UNOBSERVABLE),),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
    ),
)
def registration_ends_soon(registration: DomainRegistration, today: Today) -> Verdict:
    """The registration of a domain ends within 60 days, or has ended.

    ## What it does

    Compares the day judged with the last day of the registration, where somebody who sees the account at the
    registrar has handed that day over as evidence. DNS does not tell it and nobody is asked for it; where it was
    not handed over, the answer is Unknown, and `domains/registration-not-attested` says that a person should look.

    ## Why it matters

    A domain that is not renewed goes to whoever is first. Renewals fail because a card has expired, or because the
    mail about it goes to somebody who left.

    ## How to fix

    Renew it, for years, and let it renew by itself. Then hand the new day over.

    ## What is not judged

    Whether it renews by itself.
    """
    ends = registration.expires
    if ends < today:
        return Fail((Problem(f"the registration ended on {ends}: renew it now"),))
    if ends < today + timedelta(days=DAYS):
        return Fail((Problem(f"the registration ends on {ends}: renew it"),))
    return PASS
