"""Whether somebody vouches for an asset on the day judged: what the checks that ask for an attestation share."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Absent
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.model.verdict import PASS, Fail, Problem, Verdict


def attested(
    entry: DeclaredAsset, attestation: DeclaredAttestation | Absent, today: date, *, nobody: str
) -> Verdict:
    """Passes if an attestation was made by ``today`` and is valid through it; ``nobody``: said where none is."""
    if isinstance(attestation, Absent):
        return Fail((Problem(nobody, where=entry.where),))
    if attestation.seen > today:
        text = f"the attestation is dated {attestation.seen}, later than the day judged: correct its date"
        return Fail((Problem(text, where=attestation.where),))
    if attestation.until < today:
        text = f"last seen by {attestation.by} on {attestation.seen}, valid until {attestation.until}: look again"
        return Fail((Problem(text, where=attestation.where),))
    return PASS
