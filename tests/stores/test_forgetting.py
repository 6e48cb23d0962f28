"""A person who is forgotten leaves tombstones, and no byte of theirs stays in either database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.evidence.forgetting import Erasure, Person
from muniment.evidence.kind import Evidence, encode, kind_id, kinds
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_role import PackageRole
from muniment.ledger.events import Entry, FindingId, Fixed, How, Opened, Restated, Waived, Why
from muniment.ledger.finding import State
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.model.verdict import Severity, Where
from muniment.model.waiver import Decision
from muniment.ports import Tally
from muniment.stores.store import SqlStore
from muniment.testing.canaries import Secrets, filled
from muniment.testing.postgres import Server

from .conftest import Stores
from .worlds import DAY, START, begin, rows

NUMBER = 4711000123
OTHERS = ("{}x", "x{}", "{}-smith", "{}.l", "pre-{}", "{}_2")
"""Names of other people that hold the person's: none of them may change."""

JUDGED = {
    "access/of-members": frozenset({"organization-member"}),
    "packages/of-roles": frozenset({"package-role"}),
}

CROWD = Cell("pypi", "pypi:crowd", "package-role")


def batch(cell: Cell, facts: list[Evidence], day: float, **changes: Any) -> Batch:
    base: dict[str, Any] = {
        "cell": cell,
        "vantage": frozenset({"pypi:anonymous"}),
        "outcome": Outcome.COLLECTED,
        "observed_at": START + day * DAY,
        "parser": "pypi/1",
        "marking": CLEAR,
        "items": tuple(Item(f.key, encode(f)) for f in facts),
    }
    return Batch(**(base | changes))


def everywhere(store: SqlStore, tag: str = "zqx") -> tuple[Person, list[str]]:
    """Facts of every kind with a name of the person in each text field, and the ledger around them."""
    secrets = Secrets(tag)
    grant = f"github:user/{secrets.new('')}"
    for days in (0, 1):  # the second day's facts close the first day's
        run = begin(store, days)
        batches = []
        for id, kind in sorted(kinds().items()):
            fact = filled(kind, secrets)
            batches.append(batch(Cell("pypi", f"pypi:{secrets.new('')}", id), [fact], days))
            cell = Cell("pypi", f"pypi:p-{id}", id)
            batches.append(batch(cell, [filled(kind, secrets)], days, detail=f"{secrets.new('')} said no"))
        crowd: list[Evidence] = [
            PackageRole(account=secrets.new(""), role="Owner") for _ in range(0 if days else 5)
        ]
        batches.append(batch(CROWD, crowd, days, counted=bool(crowd)))  # which vanish at once
        members: list[Evidence] = [OrganizationMember(id=NUMBER, login=secrets.new(""), role="owner")]
        batches.append(
            batch(
                Cell("github", "github:org/callisto", "organization-member"),
                members,
                days,
                vantage=frozenset({grant}),
            )
        )
        store.record(run, batches)
        store.remember(f"https://x.example/{secrets.new('')}", "", START, {"etag": secrets.new("")}, b"body")
        with store.assessing(run) as ledger:
            ledger.write(list(_story(secrets, days)))
            ledger.tally([Tally("packages/of-roles", "", "fail", "", False, 3)])
            ledger.judged_by({"packages/of-roles": "1"})
    store.record(begin(store, 2), [batch(CROWD, [], 2, counted=False)])  # and are missed twice
    assert [r.suspected for r in store.cells() if r.cell == CROWD] == [5]
    return Person(handles=tuple(secrets.given), numbers=(NUMBER,)), secrets.given


def _story(secrets: Secrets, days: int) -> Iterator[Entry]:
    amber = Marking(TLP.AMBER)

    def opened(id: FindingId) -> Entry:
        said = f'{secrets.new("")} alone holds it, see github:{NUMBER} and "{secrets.new("")}"\n\u00e9'
        where = Where(f"people/{secrets.new('')}/x.yaml", 3)
        return Entry(id, Opened(Severity.HIGH, said, f"github:{NUMBER}", "", amber, Why.OBSERVED, where))

    for check in ("packages/of-roles", "access/of-members", "packages/other"):
        id = FindingId(check, f"pypi:{secrets.new('')}", secrets.new(""))
        yield opened(id)
        yield Entry(id, Restated(f"now {secrets.new('')}.", secrets.new(""), "", amber))
        yield Entry(id, Waived(secrets.new(""), f"because {secrets.new('')}", date(2027, 1, 1), Decision.ACCEPTED))
    gone = FindingId("access/of-members", "github:org/callisto", str(NUMBER) if not days else f"x{days}")
    yield opened(gone)
    yield Entry(gone, Fixed(How.GONE, Why.OBSERVED))


def sqlite_files(store: SqlStore) -> bytes:
    path = Path(store.where)
    return b"".join(f.read_bytes() for f in sorted(path.parent.glob(f"{path.name}*")))


def postgres_files(server: Server, url: str) -> bytes:
    """Every file of the database, its catalogs too; what the server's log of changes holds is another matter."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        found = connection.execute(
            "select current_setting('data_directory'), oid from pg_database where datname = current_database()"
        ).fetchone()
    assert found is not None
    folder = Path(found[0]) / "base" / str(found[1])
    return b"".join(f.read_bytes() for f in sorted(folder.iterdir()) if f.is_file())


def stored(stores: Stores, store: SqlStore, url: str, request: pytest.FixtureRequest) -> bytes:
    if stores.kind == "sqlite":
        return sqlite_files(store)
    return postgres_files(request.getfixturevalue("server"), url)


def test_no_byte_of_a_forgotten_person_stays_in_the_database(
    stores: Stores, request: pytest.FixtureRequest
) -> None:
    url = stores.url()
    store = stores(url)
    person, names = everywhere(store)
    before = stored(stores, store, url, request).lower()
    packed = {n for n in names if n.encode() not in before}
    assert not packed and str(NUMBER).encode() in before, "the search finds what is there"

    touched = store.forget(Erasure(person, 1), JUDGED, at=START + 3 * DAY)
    assert touched.anything and touched.answers == 2
    assert not store.is_clean()
    store.scrub()
    assert store.is_clean()
    after = stored(stores, store, url, request).lower()
    assert [n for n in names if n.encode() in after] == []
    assert str(NUMBER).encode() not in after
    assert b"forgotten-1" in after
    assert rows(url, "raw") == []
    assert store.next_act() == 2


def test_a_preview_counts_what_is_touched_and_writes_nothing(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    person, _ = everywhere(store)
    tables = ("fact", "event", "finding", "batch", "cell", "vantage", "raw", "forgotten")
    before = {table: rows(url, table) for table in tables}
    seen = store.forget(Erasure(person, 1), JUDGED, at=None)
    assert {table: rows(url, table) for table in tables} == before
    assert store.forget(Erasure(person, 1), JUDGED, at=START + 3 * DAY) == seen


def test_people_whose_names_hold_the_persons_stay_as_they_are(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    cell = Cell("pypi", "pypi:lantern", "package-role")
    others = [PackageRole(account=form.format("ada"), role="Owner") for form in OTHERS]
    run = begin(store, 0)
    store.record(run, [batch(cell, [PackageRole(account="ada", role="Owner"), *others], 0)])
    kept = [row for row in rows(url, "fact") if row[1] != "ada/Owner"]
    store.forget(Erasure(Person(accounts=(Account("pypi", "ada"),)), 1), JUDGED, at=START + DAY)
    after = rows(url, "fact")
    assert [row for row in after if row in kept] == kept and len(kept) == len(OTHERS)
    (gone,) = [row for row in after if row not in kept]
    assert gone[1] == "forgotten-1/Owner"


def test_two_accounts_of_one_person_in_one_cell_stay_two(stores: Stores) -> None:
    store = stores()
    cell = Cell("pypi", "pypi:lantern", "package-role")
    roles: list[Evidence] = [PackageRole(account=a, role="Owner") for a in ("ada", "ada-robot", "noor")]
    store.record(begin(store, 0), [batch(cell, roles, 0)])
    person = Person(accounts=(Account("pypi", "ada"), Account("pypi", "ada-robot")))
    store.forget(Erasure(person, 1), JUDGED, at=START + DAY)
    (record,) = store.cells()
    assert [key for key, _ in record.facts] == ["forgotten-1-2/Owner", "forgotten-1/Owner", "noor/Owner"]


def test_a_tombstone_never_takes_the_place_of_another_fact(stores: Stores) -> None:
    """Two spellings of one name would become one fact; so would a name that already looks like a tombstone."""
    store = stores()
    cell = Cell("pypi", "pypi:lantern", "package-role")
    roles: list[Evidence] = [PackageRole(account=a, role="Owner") for a in ("Ada", "ada", "forgotten-1")]
    store.record(begin(store, 0), [batch(cell, roles, 0)])
    store.forget(Erasure(Person(accounts=(Account("pypi", "ada"),)), 1), JUDGED, at=START + DAY)
    (record,) = store.cells()
    assert [key for key, _ in record.facts] == ["forgotten-1.2/Owner", "forgotten-1.3/Owner", "forgotten-1/Owner"]


def test_the_same_look_again_changes_nothing_that_is_believed(stores: Stores) -> None:
    """Digests are computed anew as the types write them, or the next look would replace every fact."""
    url = stores.url()
    store = stores(url)
    cell = Cell("github", "github:org/callisto", "organization-member")
    seen: list[Evidence] = [
        OrganizationMember(id=NUMBER, login="ada", role="owner"),
        OrganizationMember(id=2, login="noor"),
    ]
    store.record(begin(store, 0), [batch(cell, seen, 0)])
    erasure = Erasure(Person(accounts=(Account("github", "ada"),), numbers=(NUMBER,)), 1)
    store.forget(erasure, JUDGED, at=START + DAY)
    facts = rows(url, "fact")
    stone = erasure.numbers[NUMBER]
    again: list[Evidence] = [OrganizationMember(id=stone, login="forgotten-1", role="owner"), seen[1]]
    (done,) = store.record(begin(store, 2), [batch(cell, again, 2)])
    assert (done.opened, done.closed) == (0, 0)
    assert rows(url, "fact") == facts


def sums(store: SqlStore, url: str) -> dict[str, Any]:
    """What must be the same before and after: counts, intervals, and how many there are of each."""
    facts = rows(url, "fact")
    findings = list(store.findings(fixed=True))
    return {
        "batches": [(b[0], b[1], b[4], b[10], b[13], b[14], b[15], b[17]) for b in sorted(rows(url, "batch"))],
        "intervals": sorted((f[0], f[2], f[3] or 0) for f in facts),
        "keys": Counter(cell for cell, _ in {(f[0], f[1]) for f in facts}),
        "events": [(e[0], e[1], e[2], e[3]) for e in sorted(rows(url, "event"))],
        "findings": Counter((f.id.check, f.state, f.since, f.changed) for f in findings),
        "tallies": rows(url, "tally"),
        "runs": rows(url, "run"),
    }


_PEOPLE = ("ada", "Ada", "ada-l", "noor", "forgotten-1", "zeta")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    looks=st.lists(st.lists(st.sampled_from(_PEOPLE), unique=True, max_size=6), min_size=1, max_size=4),
    accounts=st.lists(st.sampled_from(_PEOPLE[:4]), unique=True, max_size=3),
)
def test_histories_add_up_to_the_same_sums(stores: Stores, looks: list[list[str]], accounts: list[str]) -> None:
    url = stores.url()
    store = stores(url)
    cell = Cell("pypi", "pypi:lantern", "package-role")
    check = "packages/of-roles"
    for day, people in enumerate(looks):
        run = begin(store, day)
        facts: list[Evidence] = [PackageRole(account=p, role="Owner") for p in people]
        store.record(run, [batch(cell, facts, day)])
        open_now = {f.id.key for f in store.findings() if f.state is State.OPEN}
        known = {f.id.key for f in store.findings(fixed=True)}
        keys = {f.key for f in facts}
        new = [
            Entry(
                FindingId(check, "pypi:lantern", k),
                Opened(Severity.LOW, k, "c", "", CLEAR, Why.OBSERVED, again=k in known),
            )
            for k in sorted(keys - open_now)
        ]
        ended = [
            Entry(FindingId(check, "pypi:lantern", k), Fixed(How.GONE, Why.OBSERVED))
            for k in sorted(open_now - keys)
        ]
        with store.assessing(run) as ledger:
            ledger.write([*new, *ended])
            ledger.judged_by({check: "1"})
    before = sums(store, url)
    person = Person(accounts=tuple(Account("pypi", a) for a in accounts))
    store.forget(Erasure(person, 1), JUDGED, at=START + 90 * DAY)
    assert sums(store, url) == before
    findings = rows(url, "finding")
    store.rebuild()
    assert rows(url, "finding") == findings
    facts_now = {key for (_, key, *_) in rows(url, "fact")}
    assert {f.id.key for f in store.findings(fixed=True)} <= facts_now, "ledger and facts name the same people"


def test_every_path_that_names_people_leads_to_a_field() -> None:
    for kind in kinds().values():
        for path in kind.people:
            value: Any = msgspec.to_builtins(filled(kind, Secrets(f"p-{kind_id(kind)}")))
            for part in path.split("."):
                value = value[0] if isinstance(value, list | tuple) else value
                assert part in value, (kind_id(kind), path)
                value = value[part]
