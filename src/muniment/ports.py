"""The protocols: what the use cases ask of the world. Adapters fulfil them; ``wiring`` brings the two together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from msgspec import Struct

from muniment.campaigns.log import Campaign, Logged, Settled
from muniment.campaigns.message import Message
from muniment.campaigns.posted import Posted
from muniment.evidence.forgetting import Erasure
from muniment.evidence.kind import Evidence
from muniment.ledger.events import Entry, FindingId
from muniment.ledger.finding import Finding
from muniment.ledger.recording import Kept
from muniment.model.observation import Batch, Cell, Outcome, Vantage
from muniment.model.tlp import Marking

# ---------------------------------------------------------------- time


class Clock(Protocol):
    """Tells the time, in UTC."""

    def now(self) -> datetime:
        """The present instant, with zone UTC."""
        ...


# ---------------------------------------------------------------- collecting


class Answer(Struct, frozen=True):
    """One HTTP answer as a parser gets it. ``status`` 0: none came, and ``detail`` says why.

    ``headers`` has lower-case names. The body is bounded in size by the client; ``at`` is when it was asked
    (UTC), also for a body that a 304 confirmed. ``question`` is the collector's own word for what it asked.
    """

    url: str
    status: int
    at: datetime
    headers: Mapping[str, str] = {}
    body: bytes = b""
    detail: str = ""
    question: str = ""


class Io(Protocol):
    """What a collector may do: ask. Retries, pauses, concurrency and conditional requests lie behind it.

    ``credential`` names one of the credentials at hand; empty: what is configured for the address, if anything.
    Collectors never see a secret, only names.
    """

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """The answer to one GET; never raises for what the network or the server does."""
        ...

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        """The answer to one GraphQL query, as ``get``'s; ``ValueError`` if the document is not a plain query."""
        ...


class Planned(Struct, frozen=True):
    """One request that would be sent: to which source, for what, with which right, at what cost.

    ``open``: how many more follow depends on what is answered, so that the cost is the least it can be.
    """

    source: str
    scope: str
    url: str
    right: str = "none"
    cost: int = 1
    open: bool = False


class Raw(Struct, frozen=True):
    """The answers about one scope, unread, and the grants that they were asked with, where these vary."""

    scope: str
    answers: tuple[Answer, ...]
    vantage: Vantage = frozenset()


class Collector(Protocol):
    """One source. ``fetch`` does the I/O, ``parse`` is pure; it gives a batch for every kind it yields.

    ``families`` are the assets it tells of, ``asks`` those it is asked about: an organization's answer may tell
    of its repositories, which then need no question of their own. ``rationed``: a run asks about no more of them
    than the policy's ``live-limit``. ``rank``: the higher ones are asked after the lower ones have answered, since
    those may bring up assets that nobody declared.
    """

    source: str
    yields: tuple[type[Evidence], ...]
    families: tuple[str, ...]
    asks: tuple[str, ...]
    rationed: bool
    rank: int

    def requests(self, scope: str) -> Iterable[Planned]:
        """What would be asked about an asset, before anything is."""
        ...

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask."""
        ...

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: one batch per kind, in every case, with the outcome that fits."""
        ...


class Key(Struct, frozen=True):
    """A credential by name: what collectors may know of it.

    ``kind`` is ``classic``, ``fine-grained``, ``oauth``, ``app-user``, ``installation``, ``app`` or ``unknown``;
    ``source`` where it lay, such as ``$GH_TOKEN``. An App's own key signs; its tokens are asked for by
    ``NAME@ORGANIZATION#INSTALLATION``. ``fingerprint`` tells it from others and gives nothing of it away.
    """

    name: str
    kind: str
    source: str = ""
    fingerprint: str = ""


class Card(Struct, frozen=True, kw_only=True):
    """A credential as it may be shown: never the secret, nor a part of it.

    ``account`` is whose it is (``@ada``, an App's name), ``rights`` what it was given (``admin:org``,
    ``members:read``), ``expires`` when it ends (UTC; ``None``: it does not say). ``trouble``: why it is of no use.
    """

    name: str
    kind: str
    account: str = ""
    rights: tuple[str, ...] = ()
    expires: datetime | None = None
    source: str = ""
    trouble: str = ""


class Sight(Struct, frozen=True, kw_only=True):
    """What the credentials at hand can see of one datum of one asset.

    ``sees`` is ``all``, ``part``, ``none`` or ``untried``; ``credential`` the one that would be used. ``needs``
    says which right is lacking and ``who`` could grant it; both empty where all is seen. ``cost`` is in requests.
    ``extra``: most organizations have no such thing, and nothing is lacking where it is not seen.
    """

    asset: str
    kind: str
    sees: str
    credential: str = ""
    needs: str = ""
    who: str = ""
    cost: int = 0
    extra: bool = False


class Diagnosis(Struct, frozen=True):
    """What the credentials at hand are good for.

    ``levels`` is owner, member, grants, outside, missing (there is no such thing), refused (no credential here is
    accepted) or unreachable, by asset.
    """

    cards: tuple[Card, ...] = ()
    levels: Mapping[str, str] = {}
    sights: tuple[Sight, ...] = ()


@runtime_checkable
class Keyed(Protocol):
    """A collector that asks with credentials."""

    keys: tuple[Key, ...]


@runtime_checkable
class Diagnosing(Protocol):
    """A collector that can tell, before anything is collected, what it would see."""

    async def diagnose(self, scopes: Sequence[str], io: Io) -> Diagnosis:
        """Ask the least that tells what the credentials at hand see of some assets."""
        ...


# ---------------------------------------------------------------- sending


class Fate(StrEnum):
    """What became of a message that a channel was given."""

    SENT = "sent"
    REFUSED = "refused"  # certainly not sent: the channel said no
    UNCERTAIN = "uncertain"


class Delivery(Struct, frozen=True):
    """A channel's answer: what became of a message, its receipt, and what it said. Without addresses."""

    fate: Fate
    receipt: str = ""
    detail: str = ""


class Actor(Protocol):
    """A channel that messages leave by. ``per_minute``: how many it takes at most."""

    channel: str
    per_minute: int

    async def deliver(self, message: Message) -> Delivery:
        """Send one message, once; never raises for what the network or the server does."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """An actor that can tell, before anything is handed over, that its channel is of no use at present."""

    async def trouble(self) -> str:
        """Why nothing can be sent now; empty: nothing is known to be in the way. Nothing is sent by asking."""
        ...


class Outbox(Protocol):
    """Remembers every message that was ever handed over. Every method that writes commits before it returns."""

    def lease(self, holder: str, now: Callable[[], datetime]) -> AbstractContextManager[None]:
        """Hold the database for a run; ``LeaseHeld`` if another live run holds it."""
        ...

    def posted(self, campaign: str) -> Sequence[Posted]:
        """Everything of a campaign that was ever handed over, in its newest state."""
        ...

    def known(self, key: str) -> Posted | None:
        """What is remembered of one message; ``None``: it was never handed over."""
        ...

    def hand_over(self, message: Message, at: datetime) -> bool:
        """Note that a message is about to be sent; ``False``, and nothing done, if its key is known already."""
        ...

    def settle(self, key: str, delivery: Delivery, at: datetime, said: Settled | None = None) -> None:
        """Note what became of a message: sent, refused or uncertain of what is being sent, sent or refused of what
        was uncertain, refused of what came back. ``StoreError`` for anything else. What a person ``said`` is
        committed with it, to the campaign's log.
        """
        ...

    def release(self, key: str, said: Settled) -> None:
        """Forget a refused or uncertain message, so that it may be due again, on the word of a person that it was
        not sent; their word is committed with it, to the campaign's log.
        """
        ...

    def recover(self, at: datetime) -> Sequence[Posted]:
        """Call every message uncertain that a crash left in the middle of being sent; those are given back.

        Only for who holds the lease: what another run is sending would be called uncertain, too.
        """
        ...


# ---------------------------------------------------------------- keeping


class RunStamp(Struct, frozen=True, kw_only=True):
    """One run: when it began (UTC), by which code, on which register, judged by which checks.

    ``judges`` maps check ids to the version judged by (with the policy's digest); empty: nothing was judged.
    """

    id: int
    at: datetime
    code: str
    register: str
    commit: str
    judges: Mapping[str, str] = {}
    finished: bool = False


class CellRecord(Struct, frozen=True, kw_only=True):
    """What is believed of one cell at an instant, payloads not yet decoded.

    ``standing`` is the outcome of the look believed (``None``: no look ever observed it), ``latest`` that of
    the newest look. ``suspected``: items that vanished at once and wait for a second look. ``reparsed``: the
    look believed was read by another parser than the one before it, after run ``since``. ``dropped``: facts of
    that instant may have been dropped; the kind is whole from this one on (UTC), and no facts are given.
    """

    cell: Cell
    standing: Outcome | None
    observed_at: datetime | None
    latest: Outcome
    latest_at: datetime
    detail: str
    vantage: Vantage
    marking: Marking
    seen: int
    total: int | None
    suspected: int
    parser: str
    run: int
    reparsed: bool
    schema: int
    facts: tuple[tuple[str, bytes], ...]
    dropped: datetime | None = None


class Recorded(Struct, frozen=True):
    """What recording a batch did. It was committed before this was returned."""

    id: int
    cell: Cell
    outcome: Outcome
    stands: bool
    opened: int
    closed: int


class Tally(Struct, frozen=True):
    """How many assets of a subproject a check answered in one way, in one run."""

    check: str
    subproject: str
    verdict: str  # pass | fail | not-applicable | unknown
    reason: str
    stale: bool
    count: int


class Touched(Struct, frozen=True, kw_only=True):
    """How many rows name somebody: facts, events, findings, looks, cells, vantages, and all kept answers.

    ``decisions`` are lines of campaigns' logs, ``messages`` what was sent to them. ``left`` are texts in which a
    name stays that stands for something else, too.
    """

    facts: int = 0
    events: int = 0
    findings: int = 0
    looks: int = 0
    cells: int = 0
    vantages: int = 0
    answers: int = 0
    left: int = 0
    decisions: int = 0
    messages: int = 0

    @property
    def anything(self) -> bool:
        """True if anything names them; kept answers are dropped unread and do not count."""
        rows = (self.facts, self.events, self.findings, self.looks, self.cells, self.vantages)
        return any((*rows, self.decisions, self.messages))


class Ledger(Protocol):
    """An open transaction on the ledger: all of an assessment is kept, or none of it."""

    def write(self, entries: Iterable[Entry]) -> None:
        """Append events and bring the projection of findings up to date."""
        ...

    def tally(self, tallies: Iterable[Tally]) -> None:
        """Keep a run's counts."""
        ...

    def judged_by(self, judges: Mapping[str, str]) -> None:
        """Keep by which versions of which checks the run judged, and call the run finished."""
        ...


class Store(Outbox, Protocol):
    """The observations, the ledger and the outbox. Every method that writes commits before it returns."""

    def open_run(self, *, at: datetime, code: str, register: str, commit: str) -> int:
        """Begin a run and give its id."""
        ...

    def record(self, run: int, batches: Sequence[Batch], *, confirmed: bool = False) -> tuple[Recorded, ...]:
        """Keep batches and what they change, in one transaction; acknowledged when this returns."""
        ...

    def cells(
        self,
        *,
        at: datetime | None = None,
        scopes: Sequence[str] | None = None,
        since: int = 0,
        kinds: Sequence[str] | None = None,
    ) -> Iterator[CellRecord]:
        """What was believed at an instant (default: now), ordered by scope, kind and source.

        ``scopes`` and ``kinds``: only of these.
        """
        ...

    def runs(self, *, until: datetime | None = None) -> Sequence[RunStamp]:
        """The runs, oldest first."""
        ...

    def kept(self) -> dict[str, dict[str, dict[str, Kept]]]:
        """The findings as they stand, for recording: by asset, check and key."""
        ...

    def assessing(self, run: int) -> AbstractContextManager[Ledger]:
        """The ledger, open for one assessment; committed when the block ends without an error."""
        ...

    def findings(self, *, fixed: bool = False) -> Iterator[Finding]:
        """The findings as they stand, from the projection; the fixed ones too if asked."""
        ...

    def history(
        self,
        *,
        until: datetime | None = None,
        finding: FindingId | None = None,
        run: int | None = None,
        checks: Sequence[str] | None = None,
    ) -> Iterator[tuple[RunStamp, Entry]]:
        """The log, oldest first: all of it, up to an instant, of one finding, of one run, or of some checks."""
        ...

    def rebuild(self) -> None:
        """Make the projection of findings again from the log."""
        ...

    def tallies(self, run: int) -> Sequence[Tally]:
        """A run's counts."""
        ...

    def recall(self, url: str, credential: str) -> tuple[Mapping[str, str], bytes] | None:
        """The validators and the body kept of an earlier answer, for a conditional request."""
        ...

    def remember(self, url: str, credential: str, at: datetime, headers: Mapping[str, str], body: bytes) -> None:
        """Keep an answer, RED, for 30 days."""
        ...

    def tidy(self, keep: Mapping[str, int], *, now: datetime, write: bool = True) -> Mapping[str, int]:
        """Drop what ended so many days ago, by kind, and answers after 30 days; how many facts of each kind.

        Without ``write`` it only counts.
        """
        ...

    def came(self, kind: str) -> Mapping[tuple[str, str], datetime]:
        """Since when each live fact of a kind was believed without a break, whatever it said, by scope and key."""
        ...

    def ever(self, kind: str) -> Iterator[bytes]:
        """The payloads of a kind's facts, of all times, each once."""
        ...

    def campaign_log(self, campaign: str | None = None) -> Sequence[tuple[str, Logged]]:
        """What people decided, oldest first, of one campaign or of all, each line with its campaign's name."""
        ...

    def log_campaign(self, campaign: str, event: Logged) -> Campaign:
        """Append a line to a campaign's log, and the campaign after it; ``UsageError`` if it cannot follow."""
        ...

    def next_act(self) -> int:
        """The number of the next act of forgetting."""
        ...

    def forget(self, erasure: Erasure, judged: Mapping[str, frozenset[str]], *, at: datetime | None) -> Touched:
        """Replace a person by tombstones, in one transaction; ``at`` ``None``: only count what would be touched.

        ``judged`` are the kinds, by check, whose facts the check judges one by one. ``scrub`` follows.
        """
        ...

    def is_clean(self) -> bool:
        """False if an act of forgetting was stopped before the database was made anew."""
        ...

    def scrub(self) -> None:
        """Make the database anew, so that no byte of what was forgotten is left in it."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


# ---------------------------------------------------------------- telling


class Progress(Protocol):
    """Shows that something long is under way."""

    def track(self, title: str, total: int) -> AbstractContextManager[Callable[[str], None]]:
        """A bar; the function it gives moves it on by one and names what was done."""
        ...
