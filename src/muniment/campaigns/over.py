"""How somebody with nothing open any more is told apart by evidence: complied, left, or out of sight."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.subjects import UNASKED, Ground, Held, number_of
from muniment.ledger.events import How, Why
from muniment.ledger.finding import Finding

NAMED = 3
"""How many assets a reason names before it counts the rest."""


class Where(StrEnum):
    """Where a subject stands."""

    TO_GO = "to-go"
    CANNOT_SEE = "cannot-see"
    COMPLIED = "complied"
    LEFT = "left"
    EXEMPT = "exempt"


def over(
    kind: CampaignKind,
    subject: str,
    findings: list[Finding],
    ground: Ground,
    held: tuple[Held, ...],
    since: datetime,
) -> tuple[Where, datetime, str]:
    """Whoever has nothing open any more complied, left, or is out of sight: only evidence tells which.

    That somebody is not on a list of who is to go says nothing of who may have gone altogether, so a person
    complied only where they were seen to belong since, and where none of the kind's checks was at a loss.
    """
    passed = [f for f in findings if f.how is How.PASSED and f.why in (Why.OBSERVED, Why.REPARSED)]
    if not passed:
        dropped = any(f.is_dropped for f in findings)
        return Where.LEFT, since, "a change of ours dropped it" if dropped else "no longer looked at"
    asked = {f.id.asset for f in passed}
    number = number_of(subject)
    if number is None:
        unseen = _unseen_of(kind, ground, subject)
        return (Where.CANNOT_SEE, since, unseen) if unseen else (Where.COMPLIED, since, "")
    here = [h for h in held if h.organization in asked]
    late = [h for h in here if all(_is_since(h, f, ground) for f in passed if f.id.asset == h.organization)]
    doubts = [_doubt(kind, ground, h.organization, str(number)) for h in late]
    if not all(doubts):
        return Where.COMPLIED, since, ""
    if doubts:
        return Where.CANNOT_SEE, since, "; ".join(dict.fromkeys(doubts))
    if here:
        names = ", ".join(sorted({h.organization for h in here}))
        return Where.CANNOT_SEE, since, f"nobody has seen since whether they belong to {names} still"
    blind = sorted(asked - ground.listed)
    if blind:
        return Where.CANNOT_SEE, since, f"not every one of {', '.join(blind)} was seen lately"
    told = (
        "belongs to none of the organizations it was asked about" if held else "belongs to no organization any more"
    )
    return Where.LEFT, since, told


def _unseen_of(kind: CampaignKind, ground: Ground, subject: str) -> str:
    """Of what a subproject answers for, what could not be seen; empty: all of it was."""
    own = sorted(asset for asset, whose in ground.answers_for.items() if whose == subject)
    sights = [(asset, ground.sights.get((check, asset))) for asset in own for check in kind.checks]
    blind = [
        f"{asset}: {sight.why or UNASKED.why}" for asset, sight in sights if sight is not None and not sight.whole
    ]
    more = f"; and {len(blind) - NAMED} more" if len(blind) > NAMED else ""
    return "; ".join(blind[:NAMED]) + more


def _is_since(held: Held, passed: Finding, ground: Ground) -> bool:
    """True if somebody was seen to belong somewhere when, or after, what was wrong there was seen to be over.

    Whoever a check sees and clears is there. Of a list that has only those who fail, somebody who vanished between
    two questions is missing too: then only who was seen after it counts.
    """
    id = passed.id
    if held.seen_at is None or id.key in ground.sights.get((id.check, id.asset), UNASKED).passing:
        return True
    asked_at = ground.asked_at.get((passed.changed, id.check, id.asset))
    later = ground.runs_after.get(passed.changed)
    return any(at is not None and held.seen_at >= at for at in (asked_at, later))


def _doubt(kind: CampaignKind, ground: Ground, asset: str, key: str) -> str:
    """Why it cannot be told that nothing is wrong; empty: every check that saw this key could judge it."""
    sights = (ground.sights.get((check, asset), UNASKED) for check in kind.checks)
    return next((s.why or "not all that is asked could be judged" for s in sights if key in s.unclear), "")
