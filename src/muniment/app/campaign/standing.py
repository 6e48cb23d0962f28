"""How a campaign stands on a day: everything that the commands and the pages tell of it, in one piece."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.campaign.drifting import Drift, drift
from muniment.app.campaign.looking import Looked, look
from muniment.app.campaign.people import themselves
from muniment.campaigns.clock import day_of, forward
from muniment.campaigns.due import Due, as_sent, foreseen
from muniment.campaigns.impact import Impact, impact
from muniment.campaigns.kind import CampaignKind, kinds
from muniment.campaigns.log import Campaign, Logged, fold
from muniment.campaigns.message import Message
from muniment.campaigns.posted import Posted
from muniment.campaigns.standing import Standings, Where, standings
from muniment.campaigns.subjects import Ground
from muniment.campaigns.term import Term, asked_on, term
from muniment.checks.declaration import Check
from muniment.model.errors import UsageError
from muniment.model.tlp import CLEAR, Marking, join
from muniment.ports import Store
from muniment.publish.campaigns import COUNCIL_ALONE, SumPiece
from muniment.publish.releases import campaign_counts


class Stands(Struct, frozen=True, kw_only=True):
    """A campaign on a day.

    ``due`` falls due that day. ``ahead``: the day lies ahead, and all that fell due before was taken to be sent on
    its day. ``drift`` is what slid back, ``impact`` what the requirement would do now, ``posted`` what was handed
    over, ``themselves`` the owners who ask their people, by the subjects that they are. ``terms`` are, by
    subject, since when and by when those to go are asked whom a message has reached.
    """

    kind: CampaignKind
    log: tuple[Logged, ...]
    looked: Looked
    standings: Standings
    due: tuple[Due, ...]
    drift: tuple[Drift, ...]
    impact: tuple[Impact, ...]
    posted: tuple[Posted, ...]
    marking: Marking
    themselves: Mapping[str, str] = {}
    terms: Mapping[str, Term] = {}
    ahead: bool = False

    @property
    def hurried(self) -> tuple[Term, ...]:
        """The time of those who were asked late: it ends after the campaign's last day, and is not over yet."""
        if self.standings.campaign.closed is not None:
            return ()
        return tuple(one for one in self.terms.values() if one.is_own and one.by >= self.standings.today)


def campaigns(store: Store) -> dict[str, Campaign]:
    """Every campaign there is, by name, in the order in which they began."""
    lines: dict[str, list[Logged]] = {}
    for name, event in store.campaign_log():
        lines.setdefault(name, []).append(event)
    folded = {name: fold(name, own) for name, own in lines.items()}
    return {name: campaign for name, campaign in folded.items() if campaign is not None}


def named(store: Store, word: str | None) -> str:
    """The campaign that a word names; without a word the only one that is not closed, or the only one."""
    known = campaigns(store)
    if word is not None:
        if word not in known:
            told = f"there are {', '.join(known)}" if known else "none was started yet"
            raise UsageError(f"there is no campaign {word!r}: {told}", hint="muniment campaign start two-factor")
        return word
    running = [name for name, campaign in known.items() if campaign.closed is None]
    if len(running or known) == 1:
        return next(iter(running or known))
    if not known:
        raise UsageError("no campaign was started yet", hint="muniment campaign start two-factor")
    names = sorted(running or known)
    raise UsageError(
        f"name one of the campaigns: {', '.join(names)}",
        hint=f"muniment campaign status {names[0]}, or another name",
    )


def kind_of(campaign: Campaign) -> CampaignKind:
    """The kind of a campaign; ``UsageError`` if it is not installed here."""
    kind = kinds().get(campaign.kind)
    if kind is None:
        raise UsageError(f"{campaign.name} is of a kind that is not known here: {campaign.kind}")
    return kind


def still_wanted(store: Store, message: Message, today: date) -> bool:
    """True unless the campaign was paused or closed, or its subject exempted, by the log as it stands."""
    campaign = fold(message.campaign, (event for _, event in store.campaign_log(message.campaign)))
    if campaign is None or campaign.closed is not None or campaign.is_paused:
        return False
    return campaign.exemption(message.subject, today) is None


def posted_of(store: Store, name: str) -> tuple[Posted, ...]:
    """Everything of a campaign that was ever handed over."""
    return tuple(store.posted(name))


def stands(
    store: Store, checks: Mapping[str, Check], name: str, *, now: datetime, until: date | None = None
) -> Stands:
    """How a campaign stands now; ``until`` a day ahead: what falls due then if nothing else changes.

    Raises:
        UsageError: there is no such campaign, or the clock went backwards.
    """
    log = tuple(event for _, event in store.campaign_log(name))
    campaign = fold(name, log)
    if campaign is None:
        raise UsageError(f"there is no campaign {name!r}", hint="muniment campaign status lists them")
    kind = kind_of(campaign)
    posted = posted_of(store, name)
    forward(campaign, posted, now)
    looked = look(store, checks, kind, now=now)
    called = looked.names
    by_name = sorted(campaign.delegated, key=lambda each: called.of(each[0]) == each[0])  # its own name counts
    campaign = replace(campaign, delegated=tuple((called.of(o), to) for o, to in by_name))
    today = now.date()
    day = max(until or today, today)
    on = _Days(campaign, kind, looked.ground, log)
    own = themselves(campaign, looked.book.inventory)
    found = on(today)
    shown = replace(on(day), day=day_of(campaign, day), today=day, burndown=found.burndown)
    ahead = dict(foreseen(campaign, lambda d: on(d).subjects, posted, today, day, own))
    before = (as_sent(campaign, one, when) for when, ones in ahead.items() if when < day for one in ones)
    return Stands(
        kind=kind,
        log=log,
        looked=looked,
        standings=shown,
        due=ahead.get(day, ()),
        drift=drift(store, checks, campaign, kind, looked),
        impact=impact(shown.subjects, shown.organizations) if kind.subjects == "people" else (),
        posted=posted,
        marking=join(found.marking, looked.book.whole),
        themselves=own,
        terms=_terms(shown, (*posted, *before)),
        ahead=day > today,
    )


def _terms(found: Standings, posted: Iterable[Posted]) -> dict[str, Term]:
    told: defaultdict[str, list[Posted]] = defaultdict(list)
    for post in posted:
        told[post.subject].append(post)
    since = {s.subject: asked_on(told[s.subject]) for s in found.of(Where.TO_GO) if s.subject in told}
    return {who: term(found.campaign, day, found.today) for who, day in since.items() if day is not None}


class _Days:
    """How it stands on each day to come: another than today only where an exemption ends in between."""

    def __init__(self, campaign: Campaign, kind: CampaignKind, ground: Ground, log: tuple[Logged, ...]) -> None:
        self._on = (campaign, kind, ground)
        self._log = log
        self._made: dict[frozenset[str], Standings] = {}

    def __call__(self, day: date) -> Standings:
        campaign, kind, ground = self._on
        holding = frozenset(e.subject for e in campaign.exempt if e.until >= day)
        if holding not in self._made:
            self._made[holding] = standings(campaign, kind, ground, day, self._log)
        return self._made[holding]


def released(found: Stands) -> tuple[tuple[str, int | None], ...]:
    """The numbers that everybody may see: of what open trees of the register declare, those under five hidden.

    Raises:
        UsageError: the register is not open to everybody, and so nothing of it is released.
    """
    public = found.looked.book.public
    if public != CLEAR:
        raise UsageError(
            f"the register is {public.label}, so no number of its campaigns is for everybody",
            hint="without --public the council sees them",
        )
    own = open_to_all(found)
    return campaign_counts(own.done, own.to_go, own.cannot_see)


def open_to_all(found: Stands) -> SumPiece:
    """How many of what open trees of the register declare stand where."""
    inventory = found.looked.book.inventory
    counted = Counter(
        s.where for s in found.standings.subjects if any(inventory.tree_marking(t.asset) == CLEAR for t in s.ties)
    )
    return SumPiece(
        marking=COUNCIL_ALONE,
        done=counted[Where.COMPLIED] + counted[Where.LEFT],
        to_go=counted[Where.TO_GO] + counted[Where.EXEMPT],
        cannot_see=counted[Where.CANNOT_SEE],
    )
