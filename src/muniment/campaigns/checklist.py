"""What a subproject has to do in a campaign about settings: one box for each of them, ticked by evidence alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.subjects import NOBODY, UNASKED, Ground, Sight
from muniment.ledger.events import How
from muniment.ledger.finding import Finding, State
from muniment.model.tlp import TLP, Marking, join


class Box(StrEnum):
    """What is in the box. Only ``done`` is a tick."""

    DONE = "done"
    TO_DO = "to do"
    WAIVED = "waived"
    CANNOT_SEE = "cannot see"


class Item(Struct, frozen=True, kw_only=True):
    """One setting of one asset.

    ``seen`` is the day of the evidence that fills the box, ``None`` where there is none. ``since``: the day on
    which a run found it mended; ``None``: it was never found wrong, or is not done. ``why``: until when it is
    waived, or why it cannot be told.
    """

    check: str
    asset: str
    box: Box
    seen: date | None
    since: date | None = None
    why: str = ""


class Checklist(Struct, frozen=True, kw_only=True):
    """All boxes of one subproject, in the order of the campaign's checks; what to do comes first in each."""

    subproject: str
    items: tuple[Item, ...]
    marking: Marking

    @property
    def counts(self) -> Mapping[Box, int]:
        """How many boxes hold what; every word is there."""
        counted = Counter(item.box for item in self.items)
        return {box: counted[box] for box in Box}

    def of(self, check: str) -> tuple[Item, ...]:
        """The boxes of one check."""
        return tuple(item for item in self.items if item.check == check)


_ORDER = {Box.TO_DO: 0, Box.CANNOT_SEE: 1, Box.WAIVED: 2, Box.DONE: 3}


def checklists(kind: CampaignKind, ground: Ground, subproject_of: Callable[[str], str]) -> tuple[Checklist, ...]:
    """The checklist of every subproject that the campaign says anything of, by id.

    What a check does not apply to, such as an archived repository, is on no list.
    """
    findings: dict[tuple[str, str], list[Finding]] = {}
    for finding in ground.findings:
        findings.setdefault((finding.id.check, finding.id.asset), []).append(finding)
    found: dict[str, list[tuple[Item, Marking]]] = {}
    for (check, asset), sight in ground.sights.items():
        if check in kind.checks and sight.applies:
            own = findings.get((check, asset), ())
            marking = join(sight.marking, *(f.marking for f in own))
            subproject = subproject_of(asset) or NOBODY
            found.setdefault(subproject, []).append((_item(check, asset, sight, own), marking))
    return tuple(_listed(kind, subproject, own) for subproject, own in sorted(found.items()))


def _listed(kind: CampaignKind, subproject: str, own: list[tuple[Item, Marking]]) -> Checklist:
    place = {check: n for n, check in enumerate(kind.checks)}
    items = sorted((item for item, _ in own), key=lambda i: (place[i.check], _ORDER[i.box], i.asset))
    to = frozenset({subproject} - {NOBODY})
    return Checklist(
        subproject=subproject,
        items=tuple(items),
        marking=join(Marking(TLP.AMBER, to), *(marking for _, marking in own)),
    )


def _item(check: str, asset: str, sight: Sight, findings: Sequence[Finding]) -> Item:
    seen = sight.seen_at.date() if sight.seen_at is not None else None
    open_ = [f for f in findings if f.state is State.OPEN]
    waived = [f for f in findings if f.state in (State.WAIVED, State.FALSE_POSITIVE)]
    forgiven = {f.id.key for f in waived}
    if not sight.whole:
        why = sight.why or UNASKED.why
        return Item(check=check, asset=asset, box=Box.CANNOT_SEE, seen=seen, why=why)
    if sight.failing - forgiven:
        return Item(check=check, asset=asset, box=Box.TO_DO, seen=seen)
    if sight.failing:
        until = max((f.waiver.until for f in waived if f.waiver is not None), default=None)
        # Why is the council's own business; that nobody asks any more, and how long, is the subproject's too.
        return Item(check=check, asset=asset, box=Box.WAIVED, seen=seen, why=f"until {until}" if until else "")
    if not sight.passed or open_:
        why = sight.why or "it was judged differently, and the next run tells"
        return Item(check=check, asset=asset, box=Box.CANNOT_SEE, seen=seen, why=why)
    mended = [f.changed_at.date() for f in findings if f.how is How.PASSED]
    return Item(check=check, asset=asset, box=Box.DONE, seen=seen, since=max(mended, default=None))
