"""Rows of what evidence shows of who holds an asset, and of what it does not show."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from muniment.checks.assessment import Seen
from muniment.evidence.kind import Evidence, kind_id
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR
from muniment.publish.held import Held
from muniment.publish.shipping import Route

Wanted = Mapping[str, tuple[str, str]]
"""By person, the role that the register expects of them on an asset, and the team that they have it by."""

NOTHING: Wanted = MappingProxyType({})
"""No expectation."""

BOT = "[bot]"
"""How GitHub ends the logins of its Apps; nobody else's can."""


def sighted(
    asset: str,
    view: Seen,
    kind: type[Evidence],
    *,
    place: str,
    who: str,
    role: str,
    path: str,
    number: int = 0,
    party: str = "",
    wanted: Wanted = NOTHING,
    bot: bool = False,
    route: Route | None = None,
) -> Held:
    """A path that was seen, as the cell that shows it was seen. ``route``: one that is open to them alone."""
    return Held(
        asset=asset,
        place=place,
        who=who,
        number=number,
        party=party,
        role=role,
        path=path,
        state="seen",
        source=view.source,
        observed_at=view.observed_at,
        stale=view.stale,
        expected=(party in wanted) if wanted else None,
        route=route or "",
        alone=True if route else None,
        kind=kind_id(kind),
        bot=bot or who.lower().endswith(BOT),
        marking=view.marking,
    )


def unsighted(asset: str, kind: type[Evidence], view: Seen | None) -> Held:
    """That a cell does not tell, or not everything."""
    return Held(
        asset=asset,
        state="gone" if view is not None and view.outcome is Outcome.ABSENT else "unseen",
        detail=unseen_line(kind, view),
        source=view.source if view is not None else "",
        observed_at=view.observed_at if view is not None else None,
        stale=view.stale if view is not None else False,
        kind=kind_id(kind),
        marking=view.marking if view is not None else CLEAR,
    )


def is_blind(view: Seen | None) -> bool:
    """True if there may be more than a cell tells."""
    return view is None or view.outcome is not Outcome.COLLECTED


def label(kind: type[Evidence]) -> str:
    """A kind in words: ``package role``."""
    return kind_id(kind).replace("-", " ")


def unseen_line(kind: type[Evidence], view: Seen | None) -> str:
    """Why nothing, or not everything, is known of a kind."""
    if view is None:
        return f"{label(kind)}: not collected"
    if view.outcome is Outcome.ABSENT:
        return f"{label(kind)}: the asset does not exist there"
    if view.outcome is Outcome.PARTIAL:
        return f"{label(kind)}: only a part was seen ({view.detail})"
    return f"{label(kind)}: {view.reason.value}{f' ({view.detail})' if view.detail else ''}"


def seen_stamp(row: Held) -> str:
    """When and where something was seen: ``2026-06-14 06:02 UTC, pypi (stale)``."""
    when = row.observed_at.strftime("%Y-%m-%d %H:%M UTC") if row.observed_at else "never"
    return f"{when}, {row.source}{' (stale)' if row.stale else ''}"
