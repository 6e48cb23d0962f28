"""The ledger in the database: appends events, keeps the findings folded from them, reads both back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

import msgspec
from sqlalchemy import Connection

from muniment.evidence.kind import encode
from muniment.ledger.events import Entry, Event, FindingId, How, Opened, Restated, Waived, Why
from muniment.ledger.finding import Finding, State, fold
from muniment.ledger.recording import Kept, text_digest
from muniment.model.errors import StoreError
from muniment.model.verdict import Severity
from muniment.ports import RunStamp, Tally
from muniment.stores.drivers import Driver
from muniment.stores.text import escaped, instant, unescaped

CHUNK = 5000
"""Entries written at once."""

_EVENT = ["seq", "run", "type", "check_id", "asset", "key", "data"]
_FINDING = (
    *("asset", "check_id", "key", "state", "severity", "digest", "why"),
    *("again", "how", "since", "changed", "worded", "waived"),
)
_TALLY = ["run", "check_id", "subproject", "verdict", "reason", "stale", "count"]

decode_event = msgspec.json.Decoder(Event).decode


class Standing(msgspec.Struct, frozen=True):
    """A finding, and which events its words and its waiver come from."""

    finding: Finding
    worded: int
    waived: int | None


def folded(before: Standing | None, id: FindingId, event: Event, run: int, at: int, seq: int) -> Standing:
    """A finding after one more event of the log."""
    after = fold(None if before is None else before.finding, id, event, run, instant(at))
    worded = seq if before is None or isinstance(event, Opened | Restated) else before.worded
    waived = seq if isinstance(event, Waived) else before.waived if before is not None else None
    return Standing(after, worded, waived if after.waiver is not None else None)


def row_of(standing: Standing) -> tuple[Any, ...]:
    """A finding's row."""
    f = standing.finding
    return (
        escaped(f.id.asset),
        escaped(f.id.check),
        escaped(f.id.key),
        f.state.value,
        int(f.severity),
        text_digest(f.message, f.cause, f.subproject, f.marking, f.where),
        f.why.value,
        f.again,
        None if f.how is None else f.how.value,
        f.since,
        f.changed,
        standing.worded,
        standing.waived,
    )


def _opened(name: tuple[str, str, str], event: Opened, run: int, seq: int) -> tuple[Any, ...]:
    """The row of a finding that this event begins: ``row_of(folded(None, …))``, without the way there."""
    words = text_digest(event.message, event.cause, event.subproject, event.marking, event.where)
    return (*name, "open", int(event.severity), words, _WHY[event.why], event.again, None, run, run, seq, None)


_WHY = {why: why.value for why in Why}

_STANDING = """
select f.asset, f.check_id, f.key, f.state, f.severity, f.why, f.again, f.how, f.since, f.changed,
       f.worded, f.waived, e.data, w.data, r.at, c.at
from {source}
join event e on e.seq = f.worded
left join event w on w.seq = f.waived
join run r on r.id = f.since
join run c on c.id = f.changed
"""


def _standing(row: tuple[Any, ...]) -> Standing:
    (asset, check, key, state, severity, why, again, how, since, changed, worded, waived, said, waiver, at, at2) = (
        row
    )
    words = decode_event(said)
    assert isinstance(words, Opened | Restated)
    decision = None if waiver is None else decode_event(waiver)
    assert decision is None or isinstance(decision, Waived)
    finding = Finding(
        id=FindingId(unescaped(check), unescaped(asset), unescaped(key)),
        state=State(state),
        severity=Severity(severity),
        message=words.message,
        cause=words.cause,
        subproject=words.subproject,
        marking=words.marking,
        why=Why(why),
        where=words.where,
        again=bool(again),
        since=since,
        since_at=instant(at),
        changed=changed,
        changed_at=instant(at2),
        how=None if how is None else How(how),
        waiver=decision,
    )
    return Standing(finding, worded, waived)


class SqlLedger:
    """The open ledger of one assessment. It lives in the transaction of ``Store.assessing``."""

    def __init__(self, driver: Driver, connection: Connection, run: int, at: int) -> None:
        self._driver = driver
        self._connection = connection
        self._run = run
        self._at = at
        self._seq: int = driver.few(connection, "select coalesce(max(seq), 0) from event")[0][0]

    def write(self, entries: Iterable[Entry]) -> None:
        """Append events and bring the projection up to date."""
        rest = iter(entries)
        while chunk := list(islice(rest, CHUNK)):
            numbered = list(enumerate(chunk, self._seq + 1))
            self._seq += len(chunk)
            self._append(numbered)

    def _append(self, numbered: list[tuple[int, Entry]]) -> None:
        """New findings are inserted as they come; the other events are folded onto what is in the table."""
        run = self._run
        log: list[tuple[Any, ...]] = []
        new: dict[tuple[str, str, str], tuple[Any, ...]] = {}
        others: list[tuple[int, Entry]] = []
        touched: set[tuple[str, str, str]] = set()
        for line in numbered:
            seq, entry = line
            id, event = entry.finding, entry.event
            name = escaped(id.asset), escaped(id.check), escaped(id.key)
            log.append((seq, run, type(event).__name__, name[1], name[0], name[2], encode(event).decode()))
            if type(event) is Opened and not event.again and name not in new and name not in touched:
                new[name] = _opened(name, event, run, seq)
            else:
                touched.add(name)
                others.append(line)
        self._driver.load(self._connection, "event", _EVENT, log)
        if new and not self._insert(new.values()):
            others = numbered
        if others:
            by_finding: dict[FindingId, list[tuple[int, Event]]] = {}
            for seq, entry in others:
                by_finding.setdefault(entry.finding, []).append((seq, entry.event))
            self._fold_onto(by_finding)

    def _insert(self, rows: Iterable[tuple[Any, ...]]) -> bool:
        """Insert findings held to be new; ``False``, and nothing done, if one of them is there already."""
        savepoint = self._connection.begin_nested()
        try:
            self._driver.load(self._connection, "finding", _FINDING, rows)
        except Exception as error:
            savepoint.rollback()
            if type(error).__name__ in ("IntegrityError", "UniqueViolation"):  # sqlite3's, psycopg's
                return False
            raise
        savepoint.commit()
        return True

    def _fold_onto(self, changed: Mapping[FindingId, list[tuple[int, Event]]]) -> None:
        driver, connection = self._driver, self._connection
        ids = [(escaped(id.asset), escaped(id.check), escaped(id.key)) for id in changed]
        table, parameters = driver.triples(ids)
        sql = _STANDING.format(
            source=f"{table} join finding f on f.asset = t.a and f.check_id = t.b and f.key = t.c"
        )
        before = {s.finding.id: s for s in map(_standing, driver.few(connection, sql, parameters))}
        after = [self._folded(before.get(id), id, events) for id, events in changed.items()]
        gone = [(escaped(id.asset), escaped(id.check), escaped(id.key)) for id in before]
        driver.many(connection, "delete from finding where asset = ? and check_id = ? and key = ?", gone)
        driver.load(connection, "finding", _FINDING, map(row_of, after))

    def _folded(self, before: Standing | None, id: FindingId, events: list[tuple[int, Event]]) -> Standing:
        for seq, event in events:
            before = folded(before, id, event, self._run, self._at, seq)
        assert before is not None
        return before

    def tally(self, tallies: Iterable[Tally]) -> None:
        """Keep the run's counts."""
        rows = [(self._run, t.check, t.subproject, t.verdict, t.reason, t.stale, t.count) for t in tallies]
        if rows:
            self._driver.load(self._connection, "tally", _TALLY, rows)

    def judged_by(self, judges: Mapping[str, str]) -> None:
        """Keep by which checks the run judged, and call it finished."""
        self._driver.run(
            self._connection,
            "update run set judges = ?, finished = true where id = ?",
            (encode(dict(judges)).decode(), self._run),
        )


def kept(driver: Driver, connection: Connection) -> dict[str, dict[str, dict[str, Kept]]]:
    """Every finding as recording needs it, by asset, check and key."""
    waivers: dict[int, Waived] = {}
    for seq, data in driver.few(
        connection, "select f.waived, e.data from finding f join event e on e.seq = f.waived"
    ):
        event = decode_event(data)
        assert isinstance(event, Waived)
        waivers[seq] = event
    states = {state.value: state for state in State}
    severities = {int(severity): severity for severity in Severity}
    found: dict[str, dict[str, dict[str, Kept]]] = {}
    asset_before = check_before = None
    by_check: dict[str, dict[str, Kept]] = {}
    by_key: dict[str, Kept] = {}
    for asset, check, key, state, severity, words, waived in driver.rows(
        connection,
        "select asset, check_id, key, state, severity, digest, waived from finding order by asset, check_id, key",
    ):
        if asset != asset_before:
            by_check = found[unescaped(asset)] = {}
            asset_before, check_before = asset, None
        if check != check_before:
            by_key = by_check[unescaped(check)] = {}
            check_before = check
        waiver = None if waived is None else waivers[waived]
        by_key[unescaped(key)] = Kept(states[state], severities[severity], words, waiver)
    return found


def findings(driver: Driver, connection: Connection, fixed: bool) -> Iterator[Finding]:
    """The findings as they stand, by asset, check and key."""
    sql = _STANDING.format(source="finding f")
    if not fixed:
        sql += " where f.state <> 'fixed'"
    for row in driver.rows(connection, sql + " order by f.asset, f.check_id, f.key"):
        yield _standing(row).finding


def history(
    driver: Driver,
    connection: Connection,
    stamps: Mapping[int, RunStamp],
    until: int | None,
    finding: FindingId | None,
    run: int | None = None,
    checks: Sequence[str] | None = None,
) -> Iterator[tuple[RunStamp, Entry]]:
    """The log, oldest first, with the run of each line."""
    conditions: list[str] = []
    parameters: list[Any] = []
    if until is not None:
        conditions.append("run <= ?")
        parameters.append(max((s.id for s in stamps.values()), default=0))
    if finding is not None:
        conditions.append("asset = ? and check_id = ? and key = ?")
        parameters += [escaped(finding.asset), escaped(finding.check), escaped(finding.key)]
    if run is not None:
        conditions.append("run = ?")
        parameters.append(run)
    if checks is not None:
        conditions.append(driver.among("check_id", "text"))
        parameters.append(driver.listed(sorted(map(escaped, checks))))
    where = f"where {' and '.join(conditions)}" if conditions else ""
    for in_run, check, asset, key, data in driver.rows(
        connection,
        f"select run, check_id, asset, key, data from event {where} order by seq",  # noqa: S608
        parameters,
    ):
        id = FindingId(unescaped(check), unescaped(asset), unescaped(key))
        yield stamps[in_run], Entry(id, decode_event(data))


def rebuild(driver: Driver, connection: Connection) -> None:
    """Fold the whole log again into the table of findings."""
    driver.run(connection, "delete from finding")
    rows = _replayed(driver, connection)
    while chunk := list(islice(rows, CHUNK)):
        driver.load(connection, "finding", _FINDING, chunk)


def _replayed(driver: Driver, connection: Connection) -> Iterator[tuple[Any, ...]]:
    log = driver.rows(
        connection,
        """select e.asset, e.check_id, e.key, e.seq, e.run, r.at, e.data
           from event e join run r on r.id = e.run order by e.asset, e.check_id, e.key, e.seq""",
    )
    for (asset, check, key), lines in groupby(log, lambda row: row[:3]):
        id = FindingId(unescaped(check), unescaped(asset), unescaped(key))
        standing: Standing | None = None
        for *_, seq, run, at, data in lines:
            try:
                standing = folded(standing, id, decode_event(data), run, at, seq)
            except ValueError as error:
                raise StoreError(f"the log does not add up: {error}", hint="restore a backup") from error
        assert standing is not None
        yield row_of(standing)


def tallies(driver: Driver, connection: Connection, run: int) -> list[Tally]:
    """A run's counts, in a fixed order."""
    return [
        Tally(check, subproject, verdict, reason, bool(stale), count)
        for check, subproject, verdict, reason, stale, count in driver.few(
            connection,
            """select check_id, subproject, verdict, reason, stale, count from tally where run = ?
               order by check_id, subproject, verdict, reason, stale""",
            (run,),
        )
    ]
