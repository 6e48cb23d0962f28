"""``report.json``: everything an audience may see, for programs; versioned, and marked at its head."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Severity
from muniment.publish import summary
from muniment.publish.projection import Shown, label

VERSION = 1
"""Raised when a field is removed or changes its meaning; fields are added without."""


def files(shown: Shown) -> dict[str, bytes]:
    """``report.json``."""
    return {"report.json": msgspec.json.format(msgspec.json.encode(report(shown)), indent=1) + b"\n"}


def report(shown: Shown) -> dict[str, Any]:
    """The report as plain values; ``marking`` of each piece is its label.

    ``pretended``: judged as if it were the day ``as_of``, which is to come. ``checks`` have the ``severity`` that
    the register gives them and their ``own_severity``.
    """
    view = shown.view
    made: dict[str, Any] = {
        "version": VERSION,
        "marking": label(shown.audience),
        "at": view.at,
        "as_of": view.as_of,
        "pretended": view.pretended,
        "baseline": view.baseline,
        "project": _plain(view.project),
        "run": _plain(view.run),
        "previous": _plain(view.previous),
        "reach": _plain(view.reach),
        "unread": _plain(view.unread),
        "released": _plain(view.released),
        "released_campaigns": _plain(view.released_campaigns),
        "subprojects": _plain(view.subprojects),
        "assets": _plain(view.assets),
        "roles": _plain(view.roles),
        "looks": _plain(view.looks),
        "checks": [
            {
                "id": c.id,
                "title": c.title,
                "severity": Severity(c.graded).word,
                "own_severity": Severity(c.severity).word,
                "controls": c.controls,
            }
            for c in view.checks
        ],
    }
    return made | _findings(shown) if shown.audience.level >= TLP.AMBER else made


def _findings(shown: Shown) -> dict[str, Any]:
    """What is told of findings; to the public nothing is, since an empty list would read as "nothing is wrong".

    In ``summary``, ``answers`` counts every answer that is not "not applicable" in exactly one of ``pass``,
    ``fail``, ``stale_pass``, ``stale_fail`` and ``unknown``: a pass or a fail on stale evidence stands and is in
    its stale number alone. ``stale`` is the sum of the two. ``subprojects`` says the same by subproject.
    """
    view = shown.view
    groups = summary.groups(shown, summary.open_findings(shown))
    return {
        "summary": {
            "balance": _plain(summary.balance(view.findings)),
            "unknown": summary.unknown(shown),
            "stale": summary.stale(shown),
            "answers": _answers(summary.answers(shown)),
            "subprojects": [{"id": p.subproject} | _answers(p) for p in summary.postures(shown)],
            "groups": [
                {
                    "check": group.check,
                    "cause": group.cause or group.check,
                    "severity": group.severity.word,
                    "findings": group.findings,
                    "assets": group.assets,
                    "new": group.new,
                }
                for group in groups
            ],
        },
        "findings": [_plain(f) | {"severity": Severity(f.severity).word} for f in view.findings],
        "answers": [_plain(a) for a in view.answers if a.verdict == "unknown" or a.stale],
        "counts": _plain(view.counts),
        "holders": _plain(view.holders),
        "people": _plain(view.people),
        "attested": _plain(view.attested),
        "shipping": _plain(view.shipping),
        "credentials": _plain(view.credentials),
        "grants": _plain(view.grants),
        "reviews": _plain(view.reviews),
        "council": _plain(view.council),
        "campaigns": _plain(view.campaigns),
    }


def _answers(p: summary.Posture) -> dict[str, Any]:
    return {
        "pass": p.ok,
        "fail": p.fail,
        "stale_pass": p.stale_ok,
        "stale_fail": p.stale_fail,
        "unknown": p.unknown,
    }


_AS_IT_IS = frozenset({str, int, float, bool, type(None), date, datetime})
"""The types of which nearly all values are, and which JSON takes as they are."""


@lru_cache(1 << 10)
def _label(marking: Marking) -> str:
    return marking.label


def _plain(value: Any) -> Any:
    if isinstance(value, Marking):
        return _label(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Struct):
        fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: field if type(field) in _AS_IT_IS else _plain(field) for name, field in fields}
    if value is None or isinstance(value, str | int | float | bool | date):
        return value
    raise TypeError(f"a report holds no {type(value).__name__}")
