"""Tells, before a run, what the credentials at hand see, what they do not, and who could change that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, Status, family
from muniment.ports import Answer, Card, Collector, Diagnosing, Diagnosis, Io, Sight
from muniment.register.inventory import Inventory, parent_of

BLIND = frozenset({"outside", "missing", "refused", "unreachable"})
"""The levels at which a credential shows no more than a stranger sees."""


class Source(Struct, frozen=True):
    """A source that needs no credential: where one cheap question was put, and what came of it.

    ``answered``: any answer at all, even a refusal of the question.
    """

    name: str
    url: str
    answered: bool
    detail: str


class Health(Struct, frozen=True):
    """What was found. ``organizations`` are all that were looked at, ``keyless`` if no credential is at hand."""

    organizations: tuple[str, ...]
    cards: tuple[Card, ...]
    levels: Mapping[str, str]
    sights: tuple[Sight, ...]
    sources: tuple[Source, ...]
    keyless: bool

    @property
    def is_lacking(self) -> bool:
        """True if a credential is in trouble, or something would not be seen in full."""
        return (
            self.keyless
            or any(card.trouble for card in self.cards)
            or any(sight.sees != "all" and not sight.extra for sight in self.sights)
            or any(not source.answered for source in self.sources)
        )

    @property
    def is_refused(self) -> bool:
        """True if there are credentials, and GitHub accepts none of them."""
        return bool(self.levels) and all(level == "refused" for level in self.levels.values())

    @property
    def is_cut_off(self) -> bool:
        """True if things were asked and nothing answered at all."""
        reached = any(s.answered for s in self.sources) or any(v != "unreachable" for v in self.levels.values())
        return not reached and bool(self.sources or self.levels)


def examine(
    inventory: Inventory,
    collectors: Sequence[Collector],
    io: Callable[[Collector], Io],
    *,
    only: Sequence[str] = (),
    offline: bool = False,
) -> Health:
    """Ask the least that tells. ``only`` are the organizations to look at (default: all that the register has).

    A register whose ``live-limit`` is 0 keeps registries from being asked by a run, and so they are not asked here.
    """
    official = (Status.OFFICIAL, Status.UNCLEAR)
    known = [a for a, e in sorted(inventory.assets.items()) if e.status in official]
    organizations = tuple(only) or tuple(a for a in known if family(a) == GITHUB_ORG)
    alone = (
        () if only else tuple(a for a in known if family(a) == GITHUB_REPO and parent_of(a) not in organizations)
    )
    able = [c for c in collectors if isinstance(c, Diagnosing) and c.asks]
    rations = (
        not offline and not only and inventory.policy.live_limit != 0
    )  # 0: the register's names are asked never
    open_to_all = tuple(c for c in collectors if c.rationed) if rations else ()

    async def ask() -> tuple[list[Diagnosis], list[Source]]:
        told = [await c.diagnose((*organizations, *alone), io(c)) for c in able]
        return told, [s for c in open_to_all for s in await _reached(c, inventory, io(c))]

    told, sources = asyncio.run(ask())
    joined = Diagnosis(
        cards=tuple(card for t in told for card in t.cards),
        levels={asset: _UNASKED if offline else level for t in told for asset, level in t.levels.items()},
        sights=tuple(sight for t in told for sight in t.sights),
    )
    return Health(
        organizations,
        tuple(sorted(joined.cards, key=lambda card: (not card.trouble, card.name))),
        joined.levels,
        joined.sights,
        tuple(sources),
        keyless=not able,
    )


async def _reached(collector: Collector, inventory: Inventory, io: Io) -> list[Source]:
    """Put the first question that a run would put to each family of a source."""
    found = []
    for own in collector.asks:
        asset = next((a for a in sorted(inventory.assets) if family(a) == own), None)
        request = next(iter(collector.requests(asset)), None) if asset else None
        if request is not None:
            answer = await io.get(request.url)
            found.append(Source(collector.source, request.url, answer.status != 0, _said(answer)))
    return found


def _said(answer: Answer) -> str:
    return f"answered with status {answer.status}" if answer.status else answer.detail


def first_line(health: Health) -> str:
    """How far the credentials at hand reach: what somebody with rights in a few organizations looks for first."""
    levels = [health.levels.get(o, "outside") for o in health.organizations]
    parts = [f"{word} in {levels.count(level)}" for level, word in _LEVELS if level in levels or level in _ALWAYS]
    parts.append(f"blind in {sum(level in BLIND for level in levels)}")
    if _UNASKED in levels:
        parts = ["not asked, so what would be seen is not known"]
    line = f"{len(levels)} organization{'s' * (len(levels) != 1)}: {', '.join(parts)}"
    beside = ((levels.count(level), words) for level, words in _BESIDE)
    told = ", ".join(f"{count} {words}" for count, words in beside if count)
    return f"{line} ({told})" if told else line


_UNASKED = "unasked"
_LEVELS = (("owner", "owner"), ("member", "member"), ("grants", "some rights"))
_ALWAYS = frozenset({"owner", "member"})
_BESIDE = (
    ("refused", "with no credential that GitHub accepts"),
    ("unreachable", "did not answer"),
    ("missing", "unknown to GitHub"),
)


class Part(Struct, frozen=True):
    """Kinds of evidence of which the same is seen, for the same reason."""

    sees: str
    kinds: tuple[str, ...]
    needs: str
    who: str


class Outlook(Struct, frozen=True):
    """Organizations of which the same is seen. ``cost`` is the requests for all of them together."""

    level: str
    assets: tuple[str, ...]
    credentials: tuple[str, ...]
    parts: tuple[Part, ...]
    cost: int


def outlooks(health: Health) -> tuple[Outlook, ...]:
    """The sights grouped, so that twenty organizations stay readable: those seen best come first."""
    by_asset: dict[str, list[Sight]] = {}
    for sight in health.sights:
        by_asset.setdefault(sight.asset, []).append(sight)
    alike: dict[tuple[str, tuple[Part, ...]], list[str]] = {}
    for asset, sights in by_asset.items():
        alike.setdefault((health.levels.get(asset, ""), _parts(sights)), []).append(asset)
    found = [
        Outlook(
            level=level,
            assets=tuple(sorted(assets)),
            credentials=tuple(sorted({s.credential for a in assets for s in by_asset[a] if s.credential})),
            parts=parts,
            cost=sum(s.cost for a in assets for s in by_asset[a] if s.sees != "none"),
        )
        for (level, parts), assets in alike.items()
    ]
    return tuple(sorted(found, key=lambda o: (_place(o.level, _DEGREES), o.assets)))


def _parts(sights: Iterable[Sight]) -> tuple[Part, ...]:
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for sight in sights:
        kinds.setdefault((sight.sees, sight.needs, sight.who), []).append(sight.kind)
    found = (Part(sees, tuple(sorted(some)), needs, who) for (sees, needs, who), some in kinds.items())
    return tuple(sorted(found, key=lambda p: (_place(p.sees, _SEEN), p.kinds)))


_SEEN = ("all", "part", "untried", "none")
_DEGREES = ("owner", "member", "grants", "outside", "missing", "refused", "unreachable", _UNASKED)


def _place(word: str, order: Sequence[str]) -> int:
    return order.index(word) if word in order else len(order)


def days_left(card: Card, now: datetime) -> str:
    """When a credential ends, and in how many days."""
    if card.expires is None:
        return "does not say"
    days = (card.expires - now).days
    left = "ended" if card.expires <= now else f"{days} day{'s' * (days != 1)} left"
    return f"{card.expires:%Y-%m-%d}, {left}"


def in_trouble(cards: Iterable[Card]) -> int:
    """How many credentials are of no use."""
    return sum(bool(card.trouble) for card in cards)
