"""What the newest run changed, one line to a finding: what, whose, and one thing to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from muniment.ledger.events import How
from muniment.model.verdict import Severity
from muniment.publish.pieces import FindingPiece
from muniment.publish.projection import Shown
from muniment.publish.summary import name_of

_CAME: Mapping[str, str] = {"new": "new", "reopened": "back", "unwaived": "waiver ended"}


class Item(Struct, frozen=True, kw_only=True):
    """A finding that moved. ``change`` is ``new``, ``back``, ``waiver ended`` or ``fixed``.

    ``whose`` is the subproject's name; ``act`` one sentence of what to do, empty where nothing is left to do.
    """

    change: str
    severity: Severity
    asset: str
    whose: str
    what: str
    act: str
    finding: str


class News(Struct, frozen=True):
    """What is worth telling of a run. A first run and a change of ours bring none."""

    title: str
    items: tuple[Item, ...]


def news(shown: Shown, subproject: str | None = None) -> News:
    """The news that these readers may see, or of one subproject: what came, gravest first, then what was fixed."""
    view = shown.view
    if view.baseline:
        return News("", ())
    acts = {check.id: _act(check.text) for check in view.checks}
    mine = [f for f in view.findings if subproject in (None, f.subproject)]
    items = sorted(_items(shown, mine, acts), key=lambda i: (i.change == "fixed", -i.severity, i.asset, i.finding))
    came = sum(i.change != "fixed" for i in items)
    project = (view.project.name or view.project.id) if view.project else "The project"
    counts = [f"{n} {word}" for n, word in ((came, "new"), (len(items) - came, "fixed")) if n]
    return News(f"{', '.join(counts)}: {project}, {view.at:%Y-%m-%d}" if items else "", tuple(items))


def _items(shown: Shown, findings: Iterable[FindingPiece], acts: Mapping[str, str]) -> Iterator[Item]:
    for finding in findings:
        change = _change(finding)
        if change:
            yield Item(
                change=change,
                severity=Severity(finding.severity),
                asset=finding.asset,
                whose=name_of(shown, finding.subproject),
                what=finding.message,
                act="" if change == "fixed" else acts.get(finding.check, ""),
                finding=finding.id,
            )


def _change(finding: FindingPiece) -> str:
    """What a run did to a finding; empty: nothing that is news.

    A finding whose asset left the register or its organization's list was not mended: nothing is said of it, and
    least of all where a repository was hidden on purpose.
    """
    if finding.is_open and not finding.was_open:
        return next((word for move, word in _CAME.items() if move in finding.moves), "")
    ended = finding.was_open and not finding.is_open and "fixed" in finding.moves
    return "fixed" if ended and finding.how != How.RETIRED.value else ""


def _act(text: str) -> str:
    """The first sentence under a check's heading "How to fix"."""
    section = text.partition("## How to fix")[2].partition("\n## ")[0].strip()
    paragraph = " ".join(section.partition("\n\n")[0].split())
    sentence = re.match(r".*?[.!?](?=\s|$)", paragraph)
    return sentence[0] if sentence else paragraph
