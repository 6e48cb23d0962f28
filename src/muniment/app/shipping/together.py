"""Who can publish one of several packages: what goes by one name at several registries is asked about at once."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from muniment.model.tlp import join
from muniment.publish.shipping import Bus, Shipper, Shipping


def together(name: str, found: Sequence[Shipping]) -> Shipping:
    """The people who can publish any of these, each once with all their paths.

    How many may leave is each package's own: ``bus`` tells nothing here, so that nobody takes one for all.
    """
    return Shipping(
        asset=name,
        verb=found[0].verb,
        people=_once([one for told in found for one in told.people]),
        bots=_once([one for told in found for one in told.bots]),
        gaps=tuple(gap for told in found for gap in told.gaps),
        bus=Bus(0, None),
        marking=join(*(told.marking for told in found)),
        inactive_after=found[0].inactive_after,
    )


def _once(everybody: Sequence[Shipper]) -> tuple[Shipper, ...]:
    by_key: dict[str, Shipper] = {}
    for one in everybody:
        before = by_key.get(one.key)
        by_key[one.key] = one if before is None else _both(before, one)
    return tuple(sorted(by_key.values(), key=lambda one: (not one.handle, one.key)))


def _both(one: Shipper, other: Shipper) -> Shipper:
    return replace(
        one,
        paths=(*one.paths, *other.paths),
        factors=tuple(dict.fromkeys((*one.factors, *other.factors))),
        activity=one.activity if one.activity is not None else other.activity,
    )
