"""What happened over time, as pieces: the history of a finding, and movements and answers by run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from muniment.ledger.events import Event, FindingId, Fixed, Opened, Regraded, Restated, Unwaived, Waived, Why
from muniment.model.tlp import Marking, join
from muniment.model.waiver import Decision
from muniment.publish.material import Happened, Material
from muniment.publish.pieces import EventPiece, TalliedPiece, TurnPiece, WaiverPiece


def history(finding: FindingId, marking: Marking, material: Material) -> tuple[EventPiece, ...]:
    """What happened to a finding so marked, oldest first. What was more closed when it was said stays so."""
    return tuple(_piece(happened, marking, material) for happened in material.histories.get(finding, ()))


def turns(material: Material) -> Iterator[TurnPiece]:
    """The movements of findings, each under the marking of the findings that moved."""
    for t in material.turns:
        yield TurnPiece(
            marking=join(t.marking, material.register_marking),
            at=t.at,
            subproject=t.subproject,
            new=t.new,
            ours=t.ours,
            fixed=t.fixed,
            dropped=t.dropped,
            waived=t.waived,
            unwaived=t.unwaived,
        )


def tallied(material: Material) -> Iterator[TalliedPiece]:
    """How the answers stood after earlier runs."""
    for t in material.tallied:
        yield TalliedPiece(
            marking=join(t.marking, material.register_marking),
            at=t.at,
            subproject=t.subproject,
            ok=t.ok,
            fail=t.fail,
            stale=t.stale,
            unknown=t.unknown,
        )


def _piece(happened: Happened, marking: Marking, material: Material) -> EventPiece:
    event = happened.event
    if isinstance(event, Opened | Restated):
        marking = join(marking, event.marking)
    what, why, how = _words(event)
    return EventPiece(
        marking=marking,
        run=happened.run,
        at=happened.at,
        what=what,
        why=why,
        how=how,
        severity=event.severity if isinstance(event, Opened | Regraded) else 0,
        message=event.message if isinstance(event, Opened | Restated) else "",
        waiver=WaiverPiece(
            marking=join(marking, material.decisions_marking), by=event.by, reason=event.reason, until=event.until
        )
        if isinstance(event, Waived)
        else None,
    )


def _words(event: Event) -> tuple[str, str, str]:
    """What happened, why, and how."""
    match event:
        case Opened(why=why, again=again):
            return "reopened" if again else "opened", why.value, ""
        case Regraded(why=why):
            return "regraded", why.value, ""
        case Restated():
            return "restated", "", ""
        case Fixed(how=how, why=why):
            return "fixed" if why is Why.OBSERVED else "dropped", why.value, how.value
        case Waived(decision=decision):
            return "false-positive" if decision is Decision.FALSE_POSITIVE else "waived", "", ""
        case Unwaived(expired=expired):
            return "expired" if expired else "withdrawn", "", ""
        case _:
            assert_never(event)
