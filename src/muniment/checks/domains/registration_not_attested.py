"""Finds domains of which nobody has said lately that their registration is in good hands."""

from __future__ import annotations

from datetime import date

from muniment.checks.attested import attested
from muniment.checks.declaration import Absent, Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.model.asset import DOMAIN, Status
from muniment.model.verdict import Fail, NotApplicable, Pass, Verdict

_DOMAIN = DeclaredAsset(asset="domain:callisto.example", status=Status.OFFICIAL, reason="the project's domain")


def _attested(until: date) -> tuple[DeclaredAsset, DeclaredAttestation]:
    attestation = DeclaredAttestation(
        asset="domain:callisto.example",
        by="grace",
        seen=date(2025, 9, 1),
        until=until,
        statement="registered to the foundation, locked against transfer, paid until 2029",
    )
    return (_DOMAIN, attestation)


@check(
    title="Nobody attests to a domain's registration",
    severity="medium",
    families=(DOMAIN,),
    statuses=(Status.OFFICIAL,),
    examples=(
        Example(
            name="Attested, and still valid",
            asset="domain:callisto.example",
            register=_attested(date(2026, 8, 31)),
            expect=Pass,
        ),
        Example(
            name="The attestation has expired",
            asset="domain:callisto.example",
            register=_attested(date(2026, 2, 28)),
            expect=Fail,
        ),
        Example(name="Nobody ever attested", asset="domain:callisto.example", register=(_DOMAIN,), expect=Fail),
        Example(
            name="The register asks for an attestation, so that another check judges it",
            asset="domain:callisto.example",
            register=(
                DeclaredAsset(
                    asset="domain:callisto.example", status=Status.OFFICIAL, reason="the domain", attest=True
                ),
            ),
            expect=NotApplicable,
        ),
    ),
)
def registration_not_attested(
    entry: DeclaredAsset, attestation: DeclaredAttestation | Absent, today: Today
) -> Verdict:
    """No valid attestation says who holds a domain's registration, and until when it is paid.

    ## What it does

    Judges every official domain. It passes while the register holds an attestation for it that was seen by the day
    judged and is valid through it. An entry with `attest: true` is judged by `attestations/overdue-attestation`
    instead.

    ## Why it matters

    Who holds the registration holds the domain, whatever the records say. No interface tells a program who that is,
    whether the registrar refuses a transfer, or when the registration ends; DNS tells none of it.

    ## How to fix

    Log in at the registrar: who holds the account, with which second factor, is the domain locked, until when is it
    paid. Then write an attestation into the register: who saw what, when, and until when that shall do.

    ## What is not judged

    What the statement says. It is a person's word, kept with a name and a date.
    """
    if entry.attest:
        return NotApplicable("the register asks for an attestation, which another check judges")
    nobody = "nobody has attested to its registration: see at the registrar who holds it, and until when"
    return attested(entry, attestation, today, nobody=nobody)
