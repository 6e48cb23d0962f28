"""How the answer to "who can ship this?" is printed: its sentence, a line for each path, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from muniment.app.holding import seen_stamp
from muniment.app.who import Called, Holders
from muniment.model.text import plain
from muniment.publish.held import Held
from muniment.publish.shipping import Protection, Shipper, Shipping, Workflow

COLUMNS = ("who", "person", "role", "alone", "expected", "path", "two-factor", "seen")

ALONE = {True: "alone", False: "with a second person", None: ""}
"""Whether a path is open to one person; empty: it does not lead to a release, or nobody saw."""

EXPECTED = {True: "yes", False: "no", None: "not stated"}


def lead(found: Holders) -> tuple[str, ...]:
    """The answer in a sentence, how many may leave, and which workflows publish it."""
    told = found.shipping
    return (told.sentence, f"Bus factor: {told.bus_told}.", *(one.words for one in told.workflows))


def lead_called(found: Called) -> tuple[str, ...]:
    """The answer about all that goes by a name, what that is, how many may leave of each, and what publishes it."""
    names = ", ".join(one.asset for one in found.each)
    told = "; ".join(f"{one.asset} {one.shipping.bus_told}" for one in found.each)
    by = (f"{one.asset}: {own.words}" for one in found.each for own in one.shipping.workflows)
    return (found.together.sentence, f"{found.name} is {names}.", f"Bus factor: {told}.", *by)


def body_called(found: Called) -> dict[str, Any]:
    """The answers about all that goes by a name as plain values."""
    return {
        "version": 1,
        "marking": found.together.marking.label,
        "name": found.name,
        "answer": found.together.sentence,
        "assets": [body(one) for one in found.each],
    }


def lines(found: Holders) -> Iterator[tuple[str, ...]]:
    """Every row of what is held, whether or not it leads to a release."""
    factors = {own.account.lower(): own for one in _everybody(found) for own in one.factors}
    for row in found.holders:
        own = factors.get(f"{row.place}:{row.who}".lower())
        yield (
            row.who,
            f"{row.party or 'unknown to the register'}{' (machine)' if row.bot else ''}",
            row.role,
            ALONE[row.alone] or ("not seen" if row.route else ""),
            EXPECTED[row.expected],
            row.path,
            f"two-factor {own.factor}" if own is not None else "",
            seen_stamp(row),
        )


def body(found: Holders) -> dict[str, Any]:
    """The whole answer as plain values. Times are ISO 8601 in UTC."""
    told = found.shipping
    return {
        "version": 1,
        "marking": found.marking.label,
        "asset": found.asset,
        "answer": told.sentence,
        "verb": told.verb,
        "people": [_shipper(one) for one in told.people],
        "machines": [_shipper(one) for one in told.bots],
        "bus-factor": {"least": told.bus.least, "most": told.bus.most, "told": told.bus.told},
        "bus-factor-if-one-person": _if_one(told),
        "may-be-one-person": [
            {"who": [plain(name) for name in one.called], "strength": one.strength.value, "why": plain(one.why)}
            for one in found.maybe
        ],
        "workflows": [_workflow(one) for one in told.workflows],
        "not-seen": [{"route": gap.route, "through": gap.through, "why": gap.detail} for gap in told.gaps],
        "expected-and-not-seen": list(found.missing),
        "rows": [dict(zip(COLUMNS, line, strict=True)) for line in lines(found)],
        "unseen": list(found.unseen),
    }


def _if_one(told: Shipping) -> dict[str, Any] | None:
    bus = told.bus_if_one
    return {"least": bus.least, "most": bus.most, "told": bus.told} if bus is not None else None


def _everybody(found: Holders) -> tuple[Shipper, ...]:
    return (*found.shipping.people, *found.shipping.bots)


def _shipper(one: Shipper) -> dict[str, Any]:
    return {
        "person": one.handle or None,
        "name": one.name,
        "accounts": list(one.accounts),
        "alone": one.alone,
        "paths": [_path(path) for path in one.paths],
        "two-factor": [_factor(own) for own in one.factors],
    }


def _workflow(one: Workflow) -> dict[str, Any]:
    return {
        "repository": one.repository,
        "workflow": one.workflow,
        "environment": one.environment,
        "how": one.detail,
        "evidence": one.kind,
        "source": one.source,
        "seen": _iso(one.observed_at),
        "stale": one.stale,
    }


def _path(path: Held) -> dict[str, Any]:
    return {
        "route": path.route,
        "account": f"{path.place}:{path.who}",
        "role": path.role,
        "path": path.path,
        "through": path.through,
        "alone": path.alone,
        "evidence": path.kind,
        "source": path.source,
        "seen": _iso(path.observed_at),
        "stale": path.stale,
    }


def _factor(own: Protection) -> dict[str, Any]:
    return {
        "account": own.account,
        "factor": own.factor.value,
        "how": own.detail,
        "source": own.source,
        "seen": _iso(own.observed_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at is not None else None
