"""``findings.sarif``: the findings in SARIF 2.1.0, for code hosts and editors."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import msgspec

from muniment.model.text import plain
from muniment.model.tlp import TLP
from muniment.model.verdict import Severity
from muniment.publish.pieces import AnswerPiece, AssetPiece, CheckPiece, FindingPiece
from muniment.publish.projection import Shown, label

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""Where OASIS keeps the schema of SARIF 2.1.0."""

LEVELS = {
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
"""SARIF knows three levels; ``security-severity`` keeps the fourth."""

SCORES = {Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
"""Scores inside the bands in which code hosts read ``security-severity``."""

REGISTER = "REGISTER"
"""The base of all addresses in the file: the folder of the register."""


def files(shown: Shown) -> dict[str, bytes]:
    """``findings.sarif``, for readers that are told of findings at all.

    For others there is none: a file without results would read as "nothing is wrong".
    """
    if shown.audience.level < TLP.AMBER:
        return {}
    return {"findings.sarif": msgspec.json.format(msgspec.json.encode(log(shown)), indent=1) + b"\n"}


def log(shown: Shown) -> dict[str, Any]:
    """The SARIF log: one run, its rules the checks, its results the findings and the Unknown answers."""
    view = shown.view
    told = [c.id for c in view.checks]
    missing = sorted(({f.check for f in view.findings} | {a.check for a in view.answers}) - set(told))
    rules = [_rule(c) for c in view.checks] + [{"id": id} for id in missing]
    index = {rule["id"]: n for n, rule in enumerate(rules)}
    places = {a.asset: a for a in view.assets}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "muniment",
                "semanticVersion": _semantic(version("muniment")),
                "version": version("muniment"),
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {REGISTER: {"description": {"text": "the folder of the register"}}},
        "properties": {
            "tlp": label(shown.audience),
            "at": view.at,
            "asOf": view.as_of,
            **({"pretended": True} if view.pretended else {}),
        },
        "results": [
            *(_finding(f, index[f.check], places.get(f.asset)) for f in view.findings),
            *(_unknown(a, index[a.check], places.get(a.asset)) for a in view.answers if a.verdict == "unknown"),
        ],
    }
    if view.project:
        run["automationDetails"] = {"id": f"muniment/{quote(view.project.id)}/"}
    if view.run:
        run["invocations"] = [{"executionSuccessful": True, "startTimeUtc": f"{view.run.at:%Y-%m-%dT%H:%M:%SZ}"}]
        run["properties"] |= {"run": view.run.id, "commit": view.run.commit}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run], "properties": {"tlp": label(shown.audience)}}


def _semantic(version: str) -> str:
    """A Python version as SemVer writes it: ``0.1.0.dev0`` is ``0.1.0-dev0``."""
    return re.sub(r"^(\d+\.\d+\.\d+)[.-]?([A-Za-z].*)$", r"\1-\2", version)


def _rule(check: CheckPiece) -> dict[str, Any]:
    severity = Severity(check.graded)
    return {
        "id": check.id,
        "name": "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", check.id)),
        "shortDescription": {"text": check.title},
        "help": {"text": check.text or check.title, "markdown": check.text or check.title},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"security-severity": SCORES[severity], "tags": ["security", *check.controls]},
    }


def _finding(finding: FindingPiece, rule: int, place: AssetPiece | None) -> dict[str, Any]:
    severity = Severity(finding.severity)
    file, line = finding.file, finding.line
    if not file and place is not None:
        file, line = place.file, place.line
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "kind": "fail",
        "level": LEVELS[severity],
        "message": {"text": plain(f"{finding.asset}: {finding.message}")},
        "locations": [_location(finding.asset, file, line)],
        "partialFingerprints": {"munimentFinding/v1": _fingerprint(finding.check, finding.asset, finding.key)},
        "baselineState": _baseline(finding),
        "properties": {
            "tlp": finding.marking.label,
            "id": finding.id,
            "cause": plain(finding.cause),
            "subproject": finding.subproject,
            "state": finding.state,
            "since": finding.since_at,
            "security-severity": SCORES[severity],
        },
    }
    if finding.state in ("waived", "false-positive"):
        suppression = {"kind": "external", "status": "accepted"}
        waiver = finding.waiver
        if waiver is not None:
            suppression["justification"] = plain(f"{waiver.reason} ({waiver.by}, until {waiver.until})")
        result["suppressions"] = [suppression]
    return result


def _unknown(answer: AnswerPiece, rule: int, place: AssetPiece | None) -> dict[str, Any]:
    told = f"{answer.asset}: cannot be told ({answer.reason})"
    return {
        "ruleId": answer.check,
        "ruleIndex": rule,
        "kind": "open",
        "level": "none",
        "message": {"text": plain(f"{told}: {answer.detail}" if answer.detail else told)},
        "locations": [_location(answer.asset, place.file if place else "", place.line if place else 0)],
        "partialFingerprints": {"munimentAnswer/v1": _fingerprint(answer.check, answer.asset, "")},
        "properties": {"tlp": answer.marking.label, "reason": answer.reason, "stale": answer.stale},
    }


def _location(asset: str, file: str, line: int) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"name": plain(asset), "fullyQualifiedName": plain(asset), "kind": "resource"}]
    }
    if file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(file), "uriBaseId": REGISTER}}
        if line > 0:
            physical["region"] = {"startLine": line}
        location["physicalLocation"] = physical
    return location


def _baseline(finding: FindingPiece) -> str:
    if finding.state in ("fixed", "dropped"):
        return "absent"
    if finding.is_new:
        return "new"
    return "updated" if set(finding.moves) - {"baseline"} else "unchanged"


def _fingerprint(check: str, asset: str, key: str) -> str:
    return hashlib.blake2b("\0".join((check, asset, key)).encode(), digest_size=16).hexdigest()
