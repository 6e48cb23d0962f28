"""Records batches and reads back what was believed: carries out ``evidence.belief``, and decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from muniment.evidence.belief import Belief, Fact, Standing, Suspicion, believe, fills, settled
from muniment.evidence.kind import digest
from muniment.model.observation import Batch, Cell, Outcome, Vantage
from muniment.model.tlp import CLEAR, Marking, join
from muniment.ports import CellRecord, Recorded
from muniment.stores.drivers import Driver
from muniment.stores.retention import horizons
from muniment.stores.text import escaped, grants, instant, marking, micros, names, recipients, unescaped

GROUP = 2000
"""Batches, and cells, handled at once: bounds the memory, not the transaction."""

_BATCH = (
    *("id", "run", "cell", "vantage", "outcome", "observed_at", "parser", "schema", "level", "recipients"),
    *("seen", "total", "detail", "opened", "closed", "standing", "suspicion", "suspected"),
    *("believed_level", "believed_recipients", "reparsed"),
)
_FACT = ["cell", "key", "since", "until", "digest", "payload", "schema", "vantage"]


class _State(msgspec.Struct):
    """What is believed of one cell while batches are recorded."""

    cell: int
    facts: dict[str, Fact]
    since: dict[str, int]
    standing: Standing | None = None
    standing_id: int | None = None
    parser: str = ""
    suspicion: Suspicion | None = None
    believed: Marking | None = None
    reparsed: int = 0
    complete: dict[Vantage, datetime] = {}
    """When each vantage's newest complete look was taken: of this call's looks, of all of them once ``asked``."""
    asked: bool = False


class _Suspects(msgspec.Struct, omit_defaults=True):
    run: int
    keys: list[str]
    twice: list[str] = []


_suspects = msgspec.json.Decoder(_Suspects)


class Recorder:
    """Records the batches of one call, in the transaction it is given."""

    def __init__(self, driver: Driver, connection: Connection, run: int, at: int) -> None:
        self._driver = driver
        self._connection = connection
        self._run = run
        self._at = at
        self._next_batch = _next(driver, connection, "batch")
        self._next_cell = _next(driver, connection, "cell")
        rows = driver.few(connection, "select id, grants from vantage")
        self._vantages: dict[Vantage, int] = {grants(text): id for id, text in rows}
        self._by_id = {id: vantage for vantage, id in self._vantages.items()}

    def record(self, batches: Sequence[Batch], confirmed: bool) -> Iterator[Recorded]:
        """Keep the batches, in order."""
        rest = iter(batches)
        while group := list(islice(rest, GROUP)):
            yield from self._group(group, confirmed)

    def _group(self, group: list[Batch], confirmed: bool) -> Iterator[Recorded]:
        states = self._states({batch.cell for batch in group})
        changes = _Changes()
        rows: list[tuple[object, ...]] = []
        done: list[Recorded] = []
        for batch in group:
            state = states[batch.cell]
            outcome = settled(batch, state.standing)
            belief = believe(
                batch,
                run=self._run,
                facts=state.facts,
                standing=state.standing,
                suspicion=state.suspicion,
                confirmed=confirmed,
                complete=self._complete(state) if fills(batch, state.standing) else None,
            )
            id = self._next_batch
            self._next_batch += 1
            opened = len(belief.insert) + len(belief.replace)
            closed = len(belief.retire) + len(belief.replace)
            self._apply(state, batch, belief, changes)
            self._stand(state, batch, outcome, belief, id)
            rows.append(self._row(id, state, batch, outcome, opened, closed))
            done.append(Recorded(id, batch.cell, outcome, belief.stands, opened, closed))
        self._driver.load(self._connection, "batch", _BATCH, rows)
        changes.flush(self._driver, self._connection, self._at)
        yield from done

    def _apply(self, state: _State, batch: Batch, belief: Belief, changes: _Changes) -> None:
        for key in belief.retire:
            changes.close(state, key, self._at)
            del state.facts[key], state.since[key]
        if not belief.insert and not belief.replace:
            return
        vantage = self._vantage(batch.vantage)
        for item in belief.replace:
            changes.close(state, item.key, self._at)
        for item in (*belief.insert, *belief.replace):
            mark = digest(item.payload)
            changes.opened[state.cell, item.key] = (
                state.cell,
                escaped(item.key),
                self._at,
                None,
                mark,
                item.payload,
                batch.schema,
                vantage,
            )
            state.facts[item.key] = Fact(mark, batch.vantage)
            state.since[item.key] = self._at

    def _complete(self, state: _State) -> dict[Vantage, datetime]:
        """When each vantage's newest complete look at a cell was taken; asked of the database once."""
        if not state.asked:
            state.asked = True
            for seen_by, newest in self._driver.few(
                self._connection,
                "select vantage, max(observed_at) from batch where cell = ? and outcome in (?, ?) group by vantage",
                (state.cell, Outcome.COLLECTED.value, Outcome.ABSENT.value),
            ):
                _noted(state, self._by_id[seen_by], instant(newest))
        return state.complete

    def _stand(self, state: _State, batch: Batch, outcome: Outcome, belief: Belief, id: int) -> None:
        state.believed = _believed_marking(state, batch, belief)
        state.suspicion = belief.suspicion
        if outcome in (Outcome.COLLECTED, Outcome.ABSENT):
            _noted(state, batch.vantage, batch.observed_at)
        if belief.stands:
            if state.standing is not None and state.parser != batch.parser:
                changed = belief.insert or belief.replace or belief.retire or outcome is not state.standing.outcome
                if changed:
                    state.reparsed = self._run
            state.standing = Standing(outcome, batch.vantage, batch.observed_at)
            state.standing_id = id
            state.parser = batch.parser

    def _row(
        self, id: int, state: _State, batch: Batch, outcome: Outcome, opened: int, closed: int
    ) -> tuple[object, ...]:
        suspicion = state.suspicion
        believed = state.believed
        assert believed is not None
        return (
            id,
            self._run,
            state.cell,
            self._vantage(batch.vantage),
            outcome.value,
            micros(batch.observed_at),
            batch.parser,
            batch.schema,
            int(batch.marking.level),
            recipients(batch.marking),
            len(batch.items),
            batch.total,
            escaped(batch.detail),
            opened,
            closed,
            state.standing_id,
            None
            if suspicion is None
            else msgspec.json.encode(
                _Suspects(suspicion.run, sorted(suspicion.keys), sorted(suspicion.twice))
            ).decode(),
            0 if suspicion is None else len(suspicion.keys),
            int(believed.level),
            recipients(believed),
            state.reparsed,
        )

    def _vantage(self, vantage: Vantage) -> int:
        known = self._vantages.get(vantage)
        if known is None:
            known = len(self._vantages) + 1
            self._driver.run(
                self._connection, "insert into vantage (id, grants) values (?, ?)", (known, names(vantage))
            )
            self._vantages[vantage] = known
            self._by_id[known] = vantage
        return known

    def _states(self, cells: set[Cell]) -> dict[Cell, _State]:
        """What is believed of the cells, the new ones among them: a few queries for all of them."""
        driver, connection = self._driver, self._connection
        found: dict[Cell, _State] = {}
        scopes = sorted({escaped(cell.scope) for cell in cells})
        wanted = driver.among("c.scope", "text")
        for (
            id,
            scope,
            kind,
            source,
            suspicion,
            level,
            to,
            reparsed,
            standing,
            outcome,
            seen_by,
            at,
            parser,
        ) in driver.few(
            connection,
            f"""select c.id, c.scope, c.kind, c.source, b.suspicion, b.believed_level, b.believed_recipients,
                           b.reparsed, s.id, s.outcome, s.vantage, s.observed_at, s.parser
                    from cell c
                    join batch b on b.id = (select max(x.id) from batch x where x.cell = c.id)
                    left join batch s on s.id = b.standing
                    where {wanted}""",  # noqa: S608 - fragments of our own
            (driver.listed(scopes),),
        ):
            cell = Cell(unescaped(source), unescaped(scope), kind)
            if cell not in cells:
                continue
            state = found[cell] = _State(id, {}, {}, reparsed=reparsed, believed=marking(level, to))
            if suspicion is not None:
                suspects = _suspects.decode(suspicion)
                state.suspicion = Suspicion(suspects.run, frozenset(suspects.keys), frozenset(suspects.twice))
            if standing is not None:
                state.standing = Standing(Outcome(outcome), self._by_id[seen_by], instant(at))
                state.standing_id, state.parser = standing, parser
        self._load_facts({state.cell: state for state in found.values()})
        fresh = sorted(cells - found.keys())
        for cell in fresh:
            found[cell] = _State(self._next_cell, {}, {})
            self._next_cell += 1
        rows = [(found[c].cell, escaped(c.scope), c.kind, escaped(c.source)) for c in fresh]
        driver.load(connection, "cell", ("id", "scope", "kind", "source"), rows)
        return found

    def _load_facts(self, states: dict[int, _State]) -> None:
        if not states:
            return
        wanted = self._driver.among("cell")
        for cell, key, since, mark, vantage in self._driver.few(
            self._connection,
            f"select cell, key, since, digest, vantage from fact where until is null and {wanted}",  # noqa: S608
            (self._driver.listed(sorted(states)),),
        ):
            state = states[cell]
            key = unescaped(key)
            state.facts[key] = Fact(mark, self._by_id[vantage])
            state.since[key] = since


def _noted(state: _State, vantage: Vantage, at: datetime) -> None:
    state.complete[vantage] = max(at, state.complete.get(vantage, at))


class _Changes:
    """Facts to close and to open, gathered so that they are written together."""

    def __init__(self) -> None:
        self.opened: dict[tuple[int, str], tuple[object, ...]] = {}
        self.closed: list[tuple[int, str]] = []
        self.undone: list[tuple[int, str]] = []

    def close(self, state: _State, key: str, at: int) -> None:
        """End a fact. One begun in this very run was never believed at any instant, so it goes altogether."""
        if self.opened.pop((state.cell, key), None) is not None:
            return
        ended = self.undone if state.since[key] == at else self.closed
        ended.append((state.cell, escaped(key)))

    def flush(self, driver: Driver, connection: Connection, at: int) -> None:
        """Write: first what ends, then what begins."""
        driver.many(
            connection,
            "update fact set until = ? where cell = ? and key = ? and until is null",
            [(at, *row) for row in self.closed],
        )
        driver.many(connection, "delete from fact where cell = ? and key = ? and until is null", self.undone)
        if self.opened:
            driver.load(connection, "fact", _FACT, self.opened.values())


def _believed_marking(state: _State, batch: Batch, belief: Belief) -> Marking:
    """The marking of what is believed after a batch: of every look that a live fact comes from.

    A complete look that saw all live facts itself speaks for all of them; any other joins what was there.
    """
    before = state.believed
    if before is None:
        return batch.marking
    if belief.stands:
        seen = {item.key for item in batch.items}
        if all(key in seen and fact.vantage <= batch.vantage for key, fact in state.facts.items()):
            return batch.marking
        return join(before, batch.marking)
    if belief.insert or belief.replace:
        return join(before, batch.marking)
    return before


def _next(driver: Driver, connection: Connection, table: str) -> int:
    for (newest,) in driver.few(connection, f"select max(id) from {table}"):  # noqa: S608 - a name of our own
        return int(newest or 0) + 1
    return 1


_PAGE = """
select c.id, c.scope, c.kind, c.source,
       b.outcome, b.observed_at, b.detail, b.level, b.recipients, b.believed_level, b.believed_recipients,
       b.suspected, b.reparsed,
       s.outcome, s.observed_at, coalesce(s.vantage, b.vantage), coalesce(s.seen, b.seen),
       case when s.id is null then b.total else s.total end,
       coalesce(s.parser, b.parser), coalesce(s.run, b.run), coalesce(s.schema, b.schema)
from cell c
join batch b on b.id = (select max(x.id) from batch x where x.cell = c.id and x.id <= ?)
left join batch s on s.id = b.standing
where {where} order by c.scope, c.kind, c.source limit {limit}
"""


def cells(
    driver: Driver,
    connection: Connection,
    at: datetime | None,
    scopes: Sequence[str] | None,
    since: int,
    kinds: Sequence[str] | None = None,
) -> Iterator[CellRecord]:
    """What was believed at an instant, a page of cells at a time."""
    instant_at = None if at is None else micros(at)
    last = _last_batch(driver, connection, instant_at)
    if last is None:
        return
    rows = driver.few(connection, "select id, grants from vantage")
    vantages = {id: grants(text) for id, text in rows}
    begins = {} if at is None else horizons(driver, connection)
    where = "(c.scope, c.kind, c.source) > (?, ?, ?)"
    fixed: list[object] = []
    if scopes is not None:
        where += f" and {driver.among('c.scope', 'text')}"
        fixed.append(driver.listed(sorted({escaped(scope) for scope in scopes})))
    if kinds is not None:
        where += f" and {driver.among('c.kind', 'text')}"
        fixed.append(driver.listed(sorted(kinds)))
    after = ("", "", "")
    while True:
        sql = _PAGE.format(where=where, limit=GROUP)
        page = driver.few(connection, sql, (last, *after, *fixed))
        if not page:
            return
        facts = _facts(driver, connection, [row[0] for row in page], instant_at)
        for row in page:
            record = _record(row, vantages, since, tuple(facts.pop(row[0], ())))
            begin = begins.get(record.cell.kind)
            beyond = at is not None and begin is not None and at < begin
            yield replace(record, standing=None, facts=(), dropped=begin) if beyond else record
        after = page[-1][1:4]


def came(driver: Driver, connection: Connection, kind: str) -> dict[tuple[str, str], datetime]:
    """Since when each live fact of a kind was believed without a break, by scope and key."""
    found: dict[tuple[str, str], int] = {}
    begins: dict[tuple[str, str], int] = {}
    for scope, key, since, until in driver.rows(
        connection,
        "select c.scope, f.key, f.since, f.until from fact f join cell c on c.id = f.cell "
        "where c.kind = ? order by f.since desc",
        (kind,),
    ):
        item = (unescaped(scope), unescaped(key))
        if until is None:
            begins[item] = found[item] = min(since, found.get(item, since))
        elif begins.get(item) == until:  # it was replaced in that moment, and not gone for a time
            begins[item] = found[item] = since
    return {item: instant(since) for item, since in found.items()}


def _last_batch(driver: Driver, connection: Connection, at: int | None) -> int | None:
    if at is None:
        sql, parameters = "select max(id) from batch", ()
    else:
        sql = "select max(b.id) from batch b where b.run <= (select max(r.id) from run r where r.at <= ?)"
        parameters = (at,)  # type: ignore[assignment]
    for (newest,) in driver.few(connection, sql, parameters):
        return None if newest is None else int(newest)
    return None


def _facts(
    driver: Driver, connection: Connection, ids: list[int], at: int | None
) -> dict[int, list[tuple[str, bytes]]]:
    if at is None:
        live, parameters = "until is null", []
    else:
        live, parameters = "since <= ? and (until is null or until > ?)", [at, at]
    found: dict[int, list[tuple[str, bytes]]] = {}
    for cell, key, payload in driver.rows(
        connection,
        f"select cell, key, payload from fact where {driver.among('cell')} and {live} order by cell, key",  # noqa: S608
        (driver.listed(ids), *parameters),
    ):
        found.setdefault(cell, []).append((unescaped(key), payload))
    return found


def _record(
    row: tuple[object, ...], vantages: dict[int, Vantage], since: int, facts: tuple[tuple[str, bytes], ...]
) -> CellRecord:
    (_, scope, kind, source, latest, latest_at, detail, level, to, believed_level, believed_to, suspected) = row[
        :12
    ]
    (reparsed, standing, observed_at, seen_by, seen, total, parser, run, schema) = row[12:]
    own, believed = _marking(level, to), _marking(believed_level, believed_to)
    return CellRecord(
        cell=Cell(unescaped(str(source)), unescaped(str(scope)), str(kind)),
        standing=None if standing is None else Outcome(str(standing)),
        observed_at=None if observed_at is None else instant(_int(observed_at)),
        latest=Outcome(str(latest)),
        latest_at=instant(_int(latest_at)),
        detail=unescaped(str(detail)),
        vantage=vantages[_int(seen_by)],
        marking=believed if own == believed else join(believed, own),
        seen=_int(seen),
        total=None if total is None else _int(total),
        suspected=_int(suspected),
        parser=str(parser),
        run=_int(run),
        reparsed=_int(reparsed) > since,
        schema=_int(schema),
        facts=facts,
    )


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


_markings: dict[tuple[object, object], Marking] = {(0, None): CLEAR}


def _marking(level: object, to: object) -> Marking:
    known = _markings.get((level, to))
    if known is None:
        known = marking(_int(level), None if to is None else str(to))
        if len(_markings) < 1000:
            _markings[level, to] = known
    return known
