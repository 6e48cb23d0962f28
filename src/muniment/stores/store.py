"""The store behind ``muniment.ports.Store``: each method is one transaction on one of the two databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from muniment.campaigns.log import Campaign, Logged, Settled
from muniment.campaigns.message import Message
from muniment.campaigns.posted import Posted
from muniment.evidence.forgetting import Erasure
from muniment.ledger.events import Entry, FindingId
from muniment.ledger.finding import Finding
from muniment.ledger.recording import Kept
from muniment.model.errors import StoreError
from muniment.model.observation import Batch
from muniment.ports import CellRecord, Delivery, Ledger, Recorded, RunStamp, Tally, Touched
from muniment.stores import answers, campaigns, forgetting, leases, log, observations, outbox, retention
from muniment.stores.drivers import Driver
from muniment.stores.text import escaped, instant, micros, unescaped

_judges = msgspec.json.Decoder(dict[str, str])

_AHEAD = timedelta(days=1) // timedelta(microseconds=1)
"""How far the newest run may lie ahead, in microseconds: machines of one team do not agree to the minute."""


class SqlStore:
    """Observations and ledger in SQLite or PostgreSQL. Made by ``muniment.stores.opening.open_store``."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self._lease: tuple[str, Callable[[], datetime]] | None = None

    @property
    def where(self) -> str:
        """The database's address as it may be shown: without its password."""
        return self.driver.where

    # ------------------------------------------------------------ runs

    @contextmanager
    def lease(self, holder: str, now: Callable[[], datetime]) -> Iterator[None]:
        """Hold the database for a run; ``LeaseHeld`` if another live run holds it. Each write renews it."""
        with self.driver.writing() as connection:
            leases.take(self.driver, connection, holder, now())
        self._lease = (holder, now)
        try:
            yield
        except BaseException:
            self._lease = None
            with suppress(StoreError), self.driver.writing() as connection:  # the first error is the one to tell
                leases.leave(self.driver, connection, holder)
            raise
        self._lease = None
        with self.driver.writing() as connection:
            leases.leave(self.driver, connection, holder)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.driver.writing() as connection:
            if self._lease is not None:
                holder, now = self._lease
                leases.renew(self.driver, connection, holder, now())
            yield connection

    def open_run(self, *, at: datetime, code: str, register: str, commit: str) -> int:
        """Begin a run and give its id.

        Runs are told apart by their instants and these only grow: a run that begins at or before the newest
        one, because a clock was set back, is kept one microsecond after it. If the newest run lies more than a
        day ahead, nothing seen now would be believed until that day comes: ``StoreError``.
        """
        with self._writing() as connection:
            (newest,) = self.driver.few(connection, "select max(id), max(at) from run")
            if newest[1] is not None and newest[1] - micros(at) > _AHEAD:
                ahead = f"{instant(newest[1]):%Y-%m-%d %H:%M} UTC"
                raise StoreError(
                    f"the newest run in {self.where} is dated {ahead}, and the clock says {at:%Y-%m-%d %H:%M}",
                    hint="set the clock right; if it was wrong at that run, restore a backup from before it",
                )
            id = (newest[0] or 0) + 1
            stamp = micros(at) if newest[1] is None else max(micros(at), newest[1] + 1)
            self.driver.run(
                connection,
                "insert into run (id, at, code, register, commit_id) values (?, ?, ?, ?, ?)",
                (id, stamp, escaped(code), escaped(register), escaped(commit)),
            )
        return id

    def runs(self, *, until: datetime | None = None) -> Sequence[RunStamp]:
        """The runs, oldest first."""
        with self.driver.reading() as connection:
            return self._stamps(connection, until)

    def _stamps(self, connection: Connection, until: datetime | None = None) -> list[RunStamp]:
        where, parameters = ("", ()) if until is None else ("where at <= ?", (micros(until),))
        return [
            RunStamp(
                id=id,
                at=instant(at),
                code=unescaped(code),
                register=unescaped(register),
                commit=unescaped(commit),
                judges=_judges.decode(judges),
                finished=bool(finished),
            )
            for id, at, code, register, commit, judges, finished in self.driver.few(
                connection,
                f"select id, at, code, register, commit_id, judges, finished from run {where} order by id",  # noqa: S608
                parameters,
            )
        ]

    def _instant_of(self, connection: Connection, run: int) -> int:
        """The instant of the newest run. An older one is closed: writing to it would change the past."""
        for newest, at in self.driver.few(connection, "select id, at from run order by id desc limit 1"):
            if newest == run:
                return int(at)
        raise StoreError(f"run {run} is not the newest run of {self.where}", hint="begin a run of your own")

    # ------------------------------------------------------------ observations

    def record(self, run: int, batches: Sequence[Batch], *, confirmed: bool = False) -> tuple[Recorded, ...]:
        """Keep batches and what they change, in one transaction; acknowledged when this returns."""
        with self._writing() as connection:
            at = self._instant_of(connection, run)
            recorder = observations.Recorder(self.driver, connection, run, at)
            return tuple(recorder.record(batches, confirmed))

    def cells(
        self,
        *,
        at: datetime | None = None,
        scopes: Sequence[str] | None = None,
        since: int = 0,
        kinds: Sequence[str] | None = None,
    ) -> Iterator[CellRecord]:
        """What was believed at an instant (default: now), ordered by scope, kind and source; streamed.

        ``standing``, ``observed_at``, ``vantage``, ``seen``, ``total``, ``parser``, ``run`` and ``schema`` are
        those of the look believed, or of the newest one while none ever observed the cell. ``detail`` is the
        newest look's. ``marking`` joins those of every look that a fact shown comes from. ``reparsed``: in a run
        after ``since`` a look changed what is believed, and another parser had read the look believed before.
        """
        with self.driver.reading() as connection:
            yield from observations.cells(self.driver, connection, at, scopes, since, kinds)

    # ------------------------------------------------------------ ledger

    def kept(self) -> dict[str, dict[str, dict[str, Kept]]]:
        """The findings as they stand, the fixed ones too, by asset, check and key."""
        with self.driver.reading() as connection:
            return log.kept(self.driver, connection)

    @contextmanager
    def assessing(self, run: int) -> Iterator[Ledger]:
        """The ledger, open for one assessment: all of it is kept when the block ends, nothing if it raises."""
        with self._writing() as connection:
            at = self._instant_of(connection, run)
            yield log.SqlLedger(self.driver, connection, run, at)

    def findings(self, *, fixed: bool = False) -> Iterator[Finding]:
        """The findings as they stand, by asset, check and key; the fixed ones too if asked."""
        with self.driver.reading() as connection:
            yield from log.findings(self.driver, connection, fixed)

    def history(
        self,
        *,
        until: datetime | None = None,
        finding: FindingId | None = None,
        run: int | None = None,
        checks: Sequence[str] | None = None,
    ) -> Iterator[tuple[RunStamp, Entry]]:
        """The log, oldest first; ``until`` an instant, or of one finding, one run or some checks alone."""
        with self.driver.reading() as connection:
            stamps = {stamp.id: stamp for stamp in self._stamps(connection, until)}
            bound = None if until is None else micros(until)
            yield from log.history(self.driver, connection, stamps, bound, finding, run, checks)

    def rebuild(self) -> None:
        """Make the projection of findings again from the log."""
        with self._writing() as connection:
            log.rebuild(self.driver, connection)

    def tallies(self, run: int) -> Sequence[Tally]:
        """A run's counts."""
        with self.driver.reading() as connection:
            return log.tallies(self.driver, connection, run)

    # ------------------------------------------------------------ answers

    def recall(self, url: str, credential: str) -> tuple[Mapping[str, str], bytes] | None:
        """The validators and the body kept of an earlier answer, for a conditional request."""
        with self.driver.reading() as connection:
            return answers.recall(self.driver, connection, url, credential)

    def remember(self, url: str, credential: str, at: datetime, headers: Mapping[str, str], body: bytes) -> None:
        """Keep an answer, RED, for 30 days."""
        with self._writing() as connection:
            answers.remember(self.driver, connection, url, credential, at, headers, body)

    # ------------------------------------------------------------ campaigns

    def campaign_log(self, campaign: str | None = None) -> Sequence[tuple[str, Logged]]:
        """What people decided, oldest first, of one campaign or of all, each line with its campaign's name."""
        with self.driver.reading() as connection:
            return campaigns.log(self.driver, connection, campaign)

    def log_campaign(self, campaign: str, event: Logged) -> Campaign:
        """Append a line to a campaign's log, and the campaign after it; ``UsageError`` if it cannot follow."""
        with self._writing() as connection:
            return campaigns.append(self.driver, connection, campaign, event)

    # ------------------------------------------------------------ the outbox

    def posted(self, campaign: str) -> Sequence[Posted]:
        """Everything of a campaign that was ever handed over, oldest first, in its newest state."""
        with self.driver.reading() as connection:
            return outbox.posted(self.driver, connection, campaign)

    def known(self, key: str) -> Posted | None:
        """What is remembered of one message; ``None``: it was never handed over."""
        with self.driver.reading() as connection:
            return outbox.known(self.driver, connection, key)

    def hand_over(self, message: Message, at: datetime) -> bool:
        """Note that a message is about to be sent; ``False``, and nothing done, if its key is known already."""
        with self._writing() as connection:
            return outbox.hand_over(self.driver, connection, message, at)

    def settle(self, key: str, delivery: Delivery, at: datetime, said: Settled | None = None) -> None:
        """Note what became of a message; ``StoreError`` where that cannot follow what is known of it."""
        with self._writing() as connection:
            outbox.settle(self.driver, connection, key, delivery, at)
            if said is not None:
                outbox.say(self.driver, connection, key, said)

    def release(self, key: str, said: Settled) -> None:
        """Forget a refused or uncertain message, on somebody's word that it was not sent, which is kept."""
        with self._writing() as connection:
            outbox.say(self.driver, connection, key, said)
            outbox.release(self.driver, connection, key)

    def recover(self, at: datetime) -> Sequence[Posted]:
        """Call every message uncertain that a crash left in the middle of being sent. Only under the lease."""
        with self._writing() as connection:
            return outbox.recover(self.driver, connection, at)

    # ------------------------------------------------------------ forgetting

    def tidy(self, keep: Mapping[str, int], *, now: datetime, write: bool = True) -> Mapping[str, int]:
        """Drop what ended so many days ago, by kind, and answers after 30 days; how many facts of each kind.

        Without ``write`` it only counts.
        """
        if not write:
            with self.driver.reading() as connection:
                return retention.over(self.driver, connection, keep, now)
        with self._writing() as connection:
            return retention.drop(self.driver, connection, keep, now)

    def came(self, kind: str) -> Mapping[tuple[str, str], datetime]:
        """Since when each live fact of a kind was believed without a break, whatever it said, by scope and key."""
        with self.driver.reading() as connection:
            return observations.came(self.driver, connection, kind)

    def ever(self, kind: str) -> Iterator[bytes]:
        """The payloads of a kind's facts, of all times, each once."""
        with self.driver.reading() as connection:
            yield from forgetting.ever(self.driver, connection, kind)

    def next_act(self) -> int:
        """The number of the next act of forgetting."""
        with self.driver.reading() as connection:
            return forgetting.next_act(self.driver, connection)

    def forget(self, erasure: Erasure, judged: Mapping[str, frozenset[str]], *, at: datetime | None) -> Touched:
        """Replace a person by tombstones, in one transaction; ``at`` ``None``: only count what would be touched."""
        if at is None:
            with self.driver.reading() as connection:
                return forgetting.Eraser(self.driver, connection, erasure, judged).touched
        with self._writing() as connection:
            eraser = forgetting.Eraser(self.driver, connection, erasure, judged)
            eraser.write(forgetting.next_act(self.driver, connection), micros(at))
        return eraser.touched

    def is_clean(self) -> bool:
        """False if an act of forgetting was stopped before the database was made anew."""
        with self.driver.reading() as connection:
            return forgetting.is_clean(self.driver, connection)

    def scrub(self) -> None:
        """Make the database anew, so that no byte of what was forgotten is left in it."""
        self.driver.scrub()
        with self._writing() as connection:
            forgetting.cleaned(self.driver, connection)

    def close(self) -> None:
        """Let go of the database."""
        self.driver.engine.dispose()
