"""Forgets a person in the database: every row that names them, in one transaction; only tombstones stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from muniment.campaigns.message import key_of
from muniment.evidence.forgetting import Erasure
from muniment.evidence.kind import digest, encode, kinds
from muniment.model.errors import StoreError
from muniment.ports import Touched
from muniment.stores import log
from muniment.stores.drivers import Driver
from muniment.stores.text import escaped, unescaped

MOST_VARIANTS = 100


class Eraser:
    """One act of forgetting in one transaction. Nothing is written before ``write``."""

    def __init__(
        self, driver: Driver, connection: Connection, erasure: Erasure, judged: Mapping[str, frozenset[str]]
    ) -> None:
        self._driver = driver
        self._connection = connection
        self._erasure = erasure
        self._judged = judged
        self._left = 0
        self._kinds: dict[int, str] = {}
        self._scopes: dict[int, str] = {}
        self._keys: dict[int, dict[str, str]] = {}
        """By cell: each key that changes, and what it becomes."""
        self._renamed: dict[tuple[str, str], dict[str, str]] = {}
        """By scope and kind: the same, for the ledger."""
        self._writes: list[tuple[str, list[tuple[Any, ...]]]] = []
        self.touched = self._find()

    def write(self, act: int, at: int) -> None:
        """Carry it out, make the projection anew, and note that it was done: how many rows, never who."""
        driver, connection = self._driver, self._connection
        for sql, rows in self._writes:
            driver.many(connection, sql, rows)
        driver.run(connection, "delete from raw")
        log.rebuild(driver, connection)
        driver.run(
            connection,
            "insert into forgotten (act, at, touched, clean) values (?, ?, ?, ?)",
            (act, at, encode(self.touched).decode(), False),
        )

    def _find(self) -> Touched:
        vantages = self._vantages()
        cells = self._cells()
        facts = self._facts()
        looks = self._looks()
        events, findings = self._events()
        decisions, messages = self._decisions(), self._messages()
        ((answers,),) = self._driver.few(self._connection, "select count(*) from raw")
        return Touched(
            facts=facts,
            events=events,
            findings=findings,
            looks=looks,
            cells=cells,
            vantages=vantages,
            answers=int(answers),
            decisions=decisions,
            messages=messages,
            left=self._left,
        )

    def _rows(self, sql: str) -> Iterator[Any]:
        return self._driver.rows(self._connection, sql)

    def _vantages(self) -> int:
        """Grants that name the person: ``github:user/ada``."""
        rows = list(self._rows("select id, grants from vantage order by id"))
        known = {grants for _, grants in rows}
        changed: list[tuple[Any, ...]] = []
        for id, grants in rows:
            before: list[str] = msgspec.json.decode(grants)
            after = self._free(
                grants,
                known,
                lambda v, b=before: _listed(self._erasure.text(g, v) for g in b),
            )
            if after != grants:
                changed.append((after, id))
        self._writes.append(("update vantage set grants = ? where id = ?", changed))
        return len(changed)

    def _cells(self) -> int:
        rows = list(self._rows("select id, scope, kind, source from cell order by id"))
        known = {(scope, kind, source) for _, scope, kind, source in rows}
        changed: list[tuple[Any, ...]] = []
        for id, scope, kind, source in rows:
            self._kinds[id], self._scopes[id] = kind, scope
            after = self._free(
                (scope, kind, source),
                known,
                lambda v, s=scope, k=kind, o=source: (self._text(s, v), k, self._text(o, v)),
            )
            if after != (scope, kind, source):
                changed.append((after[0], after[2], id))
        self._writes.append(("update cell set scope = ?, source = ? where id = ?", changed))
        return len(changed)

    def _facts(self) -> int:
        """Facts of all times. A key becomes the same in all intervals, and never another fact's key."""
        erasure = self._erasure
        found: dict[int, list[tuple[str, int, bytes]]] = {}
        for cell, key, since, payload in self._rows("select cell, key, since, payload from fact"):
            if erasure.may_touch(payload.decode()) or erasure.may_touch(key):
                found.setdefault(cell, []).append((unescaped(key), since, payload))
        changed: list[tuple[Any, ...]] = []
        for cell, facts in found.items():
            kind = self._kinds[cell]
            variants = self._variants(cell, kind, facts)
            for key, since, payload in facts:
                after = erasure.payload(kind, payload, variants[key])
                new = self._keys.get(cell, {}).get(key, key)
                self._left += erasure.left(after.decode())
                if (new, after) != (key, payload):
                    changed.append((escaped(new), digest(after), after, cell, escaped(key), since))
        self._writes.append(
            (
                "update fact set key = ?, digest = ?, payload = ? where cell = ? and key = ? and since = ?",
                changed,
            )
        )
        return len(changed)

    def _variants(self, cell: int, kind: str, facts: list[tuple[str, int, bytes]]) -> dict[str, int]:
        """By key: which variant of the tombstone gives a key that no other fact of the cell has."""
        erasure = self._erasure
        payloads: dict[str, bytes] = {}
        for key, _, payload in facts:
            payloads.setdefault(key, payload)
        if all(self._key(kind, k, p, 0) == k for k, p in payloads.items()):
            return dict.fromkeys(payloads, 0)
        rows = self._driver.few(self._connection, "select distinct key from fact where cell = ?", (cell,))
        taken = {unescaped(key) for (key,) in rows}
        variants: dict[str, int] = {}
        for key, payload in sorted(payloads.items()):
            new = self._key(kind, key, payload, 0)
            variant = 0
            while new != key and new in taken and variant < MOST_VARIANTS:
                variant += 1
                new = self._key(kind, key, payload, variant)
            if new != key:
                if new in taken:
                    raise StoreError(
                        f"two facts of {erasure.text(unescaped(self._scopes[cell]))} would become one",
                        hint="nothing was changed; forget the person's accounts one by one",
                    )
                taken.add(new)
                self._keys.setdefault(cell, {})[key] = new
                self._renamed.setdefault((self._scopes[cell], kind), {})[key] = new
            variants[key] = variant
        return variants

    def _key(self, kind: str, key: str, payload: bytes, variant: int) -> str:
        after = self._erasure.payload(kind, payload, variant)
        return self._erasure.key(kind, key, payload, after, variant)

    def _looks(self) -> int:
        changed: list[tuple[Any, ...]] = []
        for id, cell, detail, suspicion in self._rows(
            "select id, cell, detail, suspicion from batch where detail <> '' or suspicion is not null"
        ):
            told = self._text(detail)
            suspects = suspicion
            if suspicion is not None:
                known = self._keys.get(cell, {})
                value = msgspec.json.decode(suspicion)
                for part in ("keys", "twice"):
                    if part in value:
                        value[part] = sorted(known.get(key, self._erasure.text(key)) for key in value[part])
                suspects = msgspec.json.encode(value).decode()
            if (told, suspects) != (detail, suspicion):
                changed.append((told, suspects, id))
        self._writes.append(("update batch set detail = ?, suspicion = ? where id = ?", changed))
        return len(changed)

    def _events(self) -> tuple[int, int]:
        """The log, finding by finding: one identity becomes one identity."""
        names = list(self._rows("select distinct asset, check_id, key from event"))
        known = {tuple(name) for name in names}
        becomes: dict[tuple[str, str, str], tuple[tuple[str, str, str], int]] = {}
        for asset, check, key in names:
            variant = 0
            new = self._finding(asset, check, key, variant)
            while new != (asset, check, key) and new in known and variant < MOST_VARIANTS:
                variant += 1
                new = self._finding(asset, check, key, variant)
            if new != (asset, check, key):
                if new in known:
                    raise StoreError("two findings would become one", hint="nothing was changed")
                known.add(new)
                becomes[asset, check, key] = new, variant
        changed: list[tuple[Any, ...]] = []
        for seq, asset, check, key, data in self._rows("select seq, asset, check_id, key, data from event"):
            new, variant = becomes.get((asset, check, key), ((asset, check, key), 0))
            after = self._erasure.event(data, of_people=self._is_of_people(check), variant=variant)
            self._left += self._erasure.left(after)
            if (new, after) != ((asset, check, key), data):
                changed.append((new[0], new[2], after, seq))
        self._writes.append(("update event set asset = ?, key = ?, data = ? where seq = ?", changed))
        return len(changed), len(becomes)

    def _decisions(self) -> int:
        """What people decided about campaigns: who, of whom, and why."""
        changed: list[tuple[Any, ...]] = []
        for seq, name, data in self._rows("select seq, campaign, data from campaign_log"):
            after = self._text(name), self._erasure.decision(data)
            self._left += self._erasure.left(after[1])
            if after != (name, data):
                changed.append((*after, seq))
        self._writes.append(("update campaign_log set campaign = ?, data = ? where seq = ?", changed))
        return len(changed)

    def _messages(self) -> int:
        """What was sent: to whom, and what a channel said of it. Even a redacted address of theirs goes."""
        changed: list[tuple[Any, ...]] = []
        rows = list(self._rows("select key, campaign, subject, stage, shown_to, detail from outbox order by key"))
        known = {key for key, *_ in rows}
        for key, name, subject, stage, shown_to, detail in rows:
            whom = escaped(self._erasure.account(unescaped(subject)))
            own = self._text(name), whom, self._text(detail)
            where = escaped(self._erasure.main) if whom != subject else self._text(shown_to)
            if (*own, where) == (name, subject, detail, shown_to):
                continue
            new = self._free(key, known, lambda v, n=own[0], s=whom, g=stage: _varied_key(n, s, g, v))
            changed.append((new, *own, where, key))
        sql = "update outbox set key = ?, campaign = ?, subject = ?, detail = ?, shown_to = ? where key = ?"
        self._writes.append((sql, changed))
        return len(changed)

    def _finding(self, asset: str, check: str, key: str, variant: int) -> tuple[str, str, str]:
        """A finding's identity: by its fact's new key where the check judges facts one by one, else as text."""
        own = unescaped(key)
        for kind in self._judged.get(check, ()):
            renamed = self._renamed.get((asset, kind), {}).get(own)
            if renamed is not None:
                return self._text(asset, variant), check, escaped(renamed)
        new = self._erasure.account(own, variant) if self._is_of_people(check) else self._erasure.text(own, variant)
        return self._text(asset, variant), check, escaped(new)

    def _is_of_people(self, check: str) -> bool:
        return any(kinds()[kind].people for kind in self._judged.get(check, ()) if kind in kinds())

    def _text(self, stored: str, variant: int = 0) -> str:
        return escaped(self._erasure.text(unescaped(stored), variant))

    def _free(self, before: Any, known: set[Any], make: Any) -> Any:
        """What ``make`` gives for the first variant that is not taken."""
        for variant in range(MOST_VARIANTS):
            after = make(variant)
            if after == before or after not in known:
                known.add(after)
                return after
        raise StoreError("two rows would become one", hint="nothing was changed")


def _varied_key(campaign: str, subject: str, stage: str, variant: int) -> str:
    return key_of(campaign, subject, stage) + (f".{variant + 1}" if variant else "")


def _listed(grants: Iterable[str]) -> str:
    return msgspec.json.encode(sorted(grants)).decode()


def next_act(driver: Driver, connection: Connection) -> int:
    """The number of the next act of forgetting."""
    ((newest,),) = driver.few(connection, "select coalesce(max(act), 0) from forgotten")
    return int(newest) + 1


def is_clean(driver: Driver, connection: Connection) -> bool:
    """False if the file still has to be made anew after an act of forgetting."""
    return not driver.few(connection, "select act from forgotten where not clean")


def cleaned(driver: Driver, connection: Connection) -> None:
    """Note that the file was made anew."""
    driver.run(connection, "update forgotten set clean = ? where not clean", (True,))


def ever(driver: Driver, connection: Connection, kind: str) -> Iterator[bytes]:
    """The payloads of a kind's facts, of all times, each once."""
    for (payload,) in driver.rows(
        connection,
        "select distinct f.payload from fact f join cell c on c.id = f.cell where c.kind = ?",
        (kind,),
    ):
        yield payload
