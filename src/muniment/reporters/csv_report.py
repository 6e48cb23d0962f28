"""``findings.csv``: the findings for a spreadsheet, which must not run what is in them."""

from __future__ import annotations

import csv
import io

from muniment.model.text import is_formula, plain
from muniment.model.tlp import TLP
from muniment.model.verdict import Severity
from muniment.publish.pieces import FindingPiece
from muniment.publish.projection import Shown, label

COLUMNS = (
    "marking",
    "row_marking",
    "id",
    "state",
    "new",
    "severity",
    "check",
    "cause",
    "subproject",
    "asset",
    "key",
    "message",
    "since",
    "changed",
    "waived_by",
    "waived_until",
    "waived_reason",
    "register_file",
    "register_line",
    "as_if_on",
)
"""``marking`` is the file's, ``row_marking`` the finding's own; a file without findings has one row saying so.

``as_if_on`` is empty, or the day to come that all rows are judged as if on.
"""


def files(shown: Shown) -> dict[str, bytes]:
    """``findings.csv``, for readers that are told of findings at all."""
    if shown.audience.level < TLP.AMBER:
        return {}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    as_if = shown.view.as_of.isoformat() if shown.view.pretended else ""
    if not shown.view.findings:
        nothing = dict.fromkeys(COLUMNS, "") | {
            "marking": label(shown.audience),
            "message": "no finding",
            "as_if_on": as_if,
        }
        writer.writerow(nothing.values())
    for finding in shown.view.findings:
        writer.writerow([guarded(cell) for cell in (label(shown.audience), *_row(finding), as_if)])
    return {"findings.csv": out.getvalue().encode()}


def guarded(cell: str) -> str:
    """The cell, without control characters, so that no spreadsheet takes it for a formula."""
    text = plain(cell)
    return f"'{text}" if is_formula(text) else text


def _row(finding: FindingPiece) -> tuple[str, ...]:
    waiver = finding.waiver
    return (
        finding.marking.label,
        finding.id,
        finding.state,
        "new" if finding.is_new else "",
        Severity(finding.severity).word,
        finding.check,
        finding.cause,
        finding.subproject,
        finding.asset,
        finding.key,
        finding.message,
        finding.since_at.isoformat(),
        finding.changed_at.isoformat(),
        waiver.by if waiver else "",
        waiver.until.isoformat() if waiver else "",
        waiver.reason if waiver else "",
        finding.file,
        str(finding.line or ""),
    )
