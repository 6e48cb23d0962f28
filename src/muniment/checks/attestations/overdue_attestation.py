"""Finds assets that somebody should have looked at, and nobody has in time."""

from __future__ import annotations

from datetime import date

from muniment.checks.attested import attested
from muniment.checks.declaration import Absent, Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.model.asset import Status
from muniment.model.verdict import Fail, NotApplicable, Pass, Verdict

_REGISTRAR = DeclaredAsset(
    asset="service:registrar", status=Status.OFFICIAL, reason="holds the project's domains", attest=True
)


def _attested(until: date) -> tuple[DeclaredAsset, DeclaredAttestation]:
    attestation = DeclaredAttestation(
        asset="service:registrar",
        by="noor",
        seen=date(2025, 9, 1),
        until=until,
        statement="three people hold the account, each with a second factor",
    )
    return (_REGISTRAR, attestation)


@check(
    title="Attestation is missing or has expired",
    severity="medium",
    statuses=(Status.OFFICIAL,),
    examples=(
        Example(
            name="Attested, and still valid",
            asset="service:registrar",
            register=_attested(date(2026, 8, 31)),
            expect=Pass,
        ),
        Example(
            name="The attestation has expired",
            asset="service:registrar",
            register=_attested(date(2026, 2, 28)),
            expect=Fail,
        ),
        Example(name="Nobody ever attested", asset="service:registrar", register=(_REGISTRAR,), expect=Fail),
        Example(name="The register asks for no attestation", asset="pypi:callisto-core", expect=NotApplicable),
    ),
)
def overdue_attestation(entry: DeclaredAsset, attestation: DeclaredAttestation | Absent, today: Today) -> Verdict:
    """The register wants a person to have looked at an asset, and no valid attestation says that one did.

    ## What it does

    Judges the entries with `attest: true`. It passes while the register holds an attestation for the asset that was
    seen by the day judged and is valid through it.

    ## Why it matters

    The domain registrar, the password manager and most social accounts have no interface that a program may ask.
    They are also what an attacker wants first. What keeps them safe is that somebody looks, and says when.

    ## How to fix

    Log in and look: who holds the account, with which second factor, reachable at which address. Then write an
    attestation into the register: who saw what, when, and until when that shall do.

    ## What is not judged

    What the statement says. It is a person's word, kept with a name and a date.
    """
    if not entry.attest:
        return NotApplicable("the register asks for no attestation")
    nobody = "nobody has attested to it: look at it and write an attestation"
    return attested(entry, attestation, today, nobody=nobody)
