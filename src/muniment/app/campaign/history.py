"""The findings of a campaign's checks, folded from the ledger under the present names of what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from muniment.app.campaign.names import Names
from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.subjects import UNASKED, Change, Sight, subject_of
from muniment.checks.declaration import Check
from muniment.ledger.events import Event, FindingId, Fixed, How, Opened, Restated, Unwaived, Waived, Why
from muniment.ledger.finding import Finding, State, fold
from muniment.ports import Store

NOTHING_SEEN = (How.NOT_APPLICABLE, How.RETIRED)
"""How findings close that nobody saw mended: there was nothing to look at."""


class _Tale(Struct):
    """The findings so far, when each opened and closed, and which of them only a former name has told of."""

    findings: dict[FindingId, Finding] = field(default_factory=dict)
    moves: list[tuple[datetime, FindingId, bool]] = field(default_factory=list)
    former: set[FindingId] = field(default_factory=set)

    def tell(self, id: FindingId, event: Event, run: int, at: datetime) -> None:
        before = self.findings.get(id)
        if isinstance(event, Opened) and before is not None:
            if before.state is not State.FIXED:  # the same problem, found again under the new name
                self._waiver_ends(id, before, run, at)
                event = Restated(event.message, event.cause, event.subproject, event.marking, event.where)
                self.findings[id] = fold(self.findings[id], id, event, run, at)
                return
            if before.how in NOTHING_SEEN:  # it was never mended, and so it is not news
                again = fold(before, id, event, run, at)
                self.findings[id] = replace(again, since=before.since, since_at=before.since_at, again=before.again)
                self.moves.append((at, id, True))
                return
        self.findings[id] = fold(before, id, event, run, at)
        if isinstance(event, Opened | Unwaived):
            self.moves.append((at, id, True))
        elif isinstance(event, Fixed | Waived):
            self.moves.append((at, id, False))

    def _waiver_ends(self, id: FindingId, before: Finding, run: int, at: datetime) -> None:
        if before.state is not State.OPEN:
            self.tell(id, Unwaived(expired=False), run, at)


def history(
    store: Store,
    checks: Mapping[str, Check],
    kind: CampaignKind,
    names: Names,
    sights: Mapping[tuple[str, str], Sight],
    *,
    newest: int,
) -> tuple[tuple[Finding, ...], tuple[Change, ...]]:
    """The findings of the kind's checks, and when they opened and closed.

    What an organization has under its former name it has under the present one, if it is looked at under that.
    What closed because a name leads nowhere stays open. ``newest`` is the last run.
    """
    ids = [id for check in kind.checks if check in checks for id in (check, *checks[check].aliases)]
    tale = _Tale()
    for stamp, entry in store.history(checks=ids):
        id, event = entry.finding, entry.event
        place = names.of(id.asset)
        moved = place != id.asset and (id.check, place) in sights
        if (moved or names.why_gone(id.asset)) and isinstance(event, Fixed) and event.how in NOTHING_SEEN:
            continue
        if moved:
            id = FindingId(id.check, place, id.key)
            tale.former.add(id)
        else:
            tale.former.discard(id)
        tale.tell(id, event, stamp.id, stamp.at)
    for id in sorted(tale.former):
        _seen_under_new_name(tale, id, sights.get((id.check, id.asset), UNASKED), newest)
    index = {id: n for n, id in enumerate(tale.findings)}
    subject = {id: subject_of(kind.subjects, f.id.asset, f.id.key, f.subproject) for id, f in tale.findings.items()}
    changes = tuple(Change(at, subject[id], index[id], opened) for at, id, opened in tale.moves)
    return tuple(tale.findings.values()), changes


def _seen_under_new_name(tale: _Tale, id: FindingId, sight: Sight, newest: int) -> None:
    """Close what was open under the former name, where the whole look under the present one does not find it."""
    found = tale.findings[id]
    if found.state is State.FIXED or not sight.whole or id.key in sight.failing | sight.unclear:
        return
    at = sight.seen_at or found.changed_at
    how = How.PASSED if sight.applies else How.NOT_APPLICABLE
    tale.tell(id, Fixed(how, Why.OBSERVED), newest, max(at, found.changed_at))
