"""Bundles: what is written is read back, and what is wrong is refused with its line."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.evidence import bundle
from muniment.evidence.belief import REGISTER
from muniment.evidence.kind import encode, kind_id
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.model.errors import BundleError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR, TLP, Marking

DAY = datetime(2026, 1, 15, 12, tzinfo=UTC)
NOW = DAY + timedelta(days=1)


def batch(*facts, scope="pypi:moonbase", kind=PackageRole, outcome=Outcome.COLLECTED, **fields):
    items = tuple(sorted((Item(f.key, encode(f)) for f in facts), key=lambda i: i.key))
    return Batch(
        **{
            "cell": Cell(fields.pop("source", "pypi"), scope, kind_id(kind)),
            "vantage": frozenset({"pypi:anonymous"}),
            "outcome": outcome,
            "observed_at": DAY,
            "parser": "pypi/1",
            "marking": CLEAR,
            "items": items,
            "total": len(items) if outcome is Outcome.COLLECTED else None,
            **fields,
        }
    )


ROLES = batch(PackageRole(account="ada", role="Owner"), PackageRole(account="grace", role="Owner"))
HELD = batch(PackageOwnership(organization="lunar"), kind=PackageOwnership)
DENIED = batch(scope="pypi:mars", outcome=Outcome.DENIED, detail="answered 403")


def written(*batches, **options):
    return bundle.write(batches, made=DAY, by="muniment 0", **options)


def read(data, **options):
    return bundle.read(data, **{"now": NOW, **options})


def altered(change, line=1):
    """A bundle of two batches, one line of it changed."""
    lines = written(ROLES, HELD).splitlines()
    value = msgspec.json.decode(lines[line])
    change(value)
    lines[line] = msgspec.json.encode(value)
    return b"\n".join(lines) + b"\n"


def test_what_is_written_is_read_back():
    found = read(written(ROLES, DENIED, HELD))
    assert found.batches == (DENIED, HELD, ROLES)
    assert (found.made, found.by, found.marking, found.notes) == (DAY, "muniment 0", CLEAR, ())


def test_a_bundle_is_canonical():
    assert written(ROLES, HELD, DENIED) == written(DENIED, ROLES, HELD)
    assert written(*read(written(ROLES, HELD, DENIED)).batches) == written(ROLES, HELD, DENIED)


def test_a_line_holds_one_batch_and_the_first_says_what_it_is():
    lines = [msgspec.json.decode(line) for line in written(ROLES, HELD).splitlines()]
    assert lines[0] == {
        "muniment": "bundle",
        "version": 1,
        "made": "2026-01-15T12:00:00Z",
        "by": "muniment 0",
        "marking": {"level": "clear", "to": None},
    }
    assert [(line["scope"], line["kind"]) for line in lines[1:]] == [
        ("pypi:moonbase", "package-ownership"),
        ("pypi:moonbase", "package-role"),
    ]
    assert lines[2]["items"][0] == {"account": "ada", "role": "Owner"}


def test_a_compressed_bundle_is_read_too():
    data = written(ROLES, HELD, compressed=True)
    assert data == written(HELD, ROLES, compressed=True)
    assert read(data).batches == (HELD, ROLES)


_NAMES = st.text(st.characters(categories=("L", "N", "P", "Zs", "So")), min_size=1, max_size=12)


@given(
    st.dictionaries(
        st.sampled_from(["pypi:a", "pypi:b", "npm:c", "npm:@d/e"]),
        st.tuples(
            st.sampled_from(list(Outcome)),
            st.sets(st.tuples(_NAMES, _NAMES), max_size=4),
            st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
            st.sets(st.sampled_from(["pypi:anonymous", "pypi:configured"]), min_size=1),
            st.none() | st.integers(0, 99),
            st.builds(Marking, st.sampled_from(TLP), st.none() | st.frozensets(_NAMES, max_size=2)),
        ),
        max_size=4,
    )
)
def test_reading_what_was_written_is_the_identity(world):
    batches = []
    for scope, (outcome, pairs, at, vantage, total, marking) in world.items():
        seen = pairs if outcome in (Outcome.COLLECTED, Outcome.PARTIAL) else set()
        by_key = {f.key: f for f in (PackageRole(account=a, role=r) for a, r in pairs if (a, r) in seen)}
        batches.append(
            batch(
                *by_key.values(),
                scope=scope,
                outcome=outcome,
                observed_at=at,
                vantage=frozenset(vantage),
                total=total,
                marking=marking,
            )
        )
    for compressed in (False, True):
        data = written(*batches, compressed=compressed)
        assert read(data).batches == tuple(sorted(batches, key=lambda b: b.cell))


def test_hosts_are_written_and_read_through_the_callers_functions():
    fact = PackageRelease(version="1", yanked=True, yanked_reason="see host.example/x")
    one = batch(fact, kind=PackageRelease, detail="asked host.example")
    data = written(one, templated=lambda text: text.replace("host.example", "{pypi}"))
    assert b"host.example" not in data
    assert data.count(b"{pypi}") == 2
    assert read(data, filled=lambda text: text.replace("{pypi}", "host.example")).batches == (one,)


def test_the_header_carries_the_highest_marking():
    closed = batch(scope="pypi:mars", marking=Marking(TLP.AMBER, frozenset({"moon"})))
    assert read(written(ROLES, closed)).marking == Marking(TLP.AMBER, frozenset({"moon"}))
    assert read(written()).marking.level is TLP.RED


def test_a_bundle_does_not_open_what_its_kind_keeps_closed(monkeypatch):
    monkeypatch.setattr(PackageRole, "marking", TLP.AMBER)
    assert read(written(ROLES)).batches[0].marking.level is TLP.AMBER


def test_unknown_fields_are_accepted_and_dropped():
    def change(line):
        line["later"] = 1
        line["items"][0]["later"] = {"deep": [1]}

    assert read(altered(change)).batches == (HELD, ROLES)


def test_unknown_kinds_are_left_out_with_a_note():
    found = read(altered(lambda line: line.update(kind="moon-phase\x1b")))
    assert found.batches == (ROLES,)
    assert found.notes == ("1 recorded answer left out: this version knows no evidence kind 'moon-phase\ufffd'",)


def test_a_bundle_cannot_speak_for_the_register():
    found = read(altered(lambda line: line.update(source=REGISTER)))
    assert found.batches == (ROLES,)
    assert "register" in found.notes[0]
    assert written(batch(source=REGISTER)) == written()


WRONG = {
    "another scope's kind": (lambda v: v.update(scope="domain:moon.example"), "no such evidence"),
    "another spelling": (lambda v: v.update(scope="pypi:Moon_Base"), "not spelt"),
    "no asset": (lambda v: v.update(scope="moonbase\x1b[31m"), "not an asset id"),
    "future": (lambda v: v.update(observed_at="2026-01-17T00:00:00Z"), "in the future"),
    "long ago": (lambda v: v.update(observed_at="1999-12-31T23:59:59Z"), "before 2000"),
    "before time": (lambda v: v.update(observed_at="0001-01-01T00:00:00+14:00"), "before 2000 (0001-01-01)"),
    "the end of time": (lambda v: v.update(observed_at="9999-12-31T23:59:59-14:00"), "in the future"),
    "no zone": (lambda v: v.update(observed_at="2026-01-15T00:00:00"), "timezone"),
    "outcome": (lambda v: v.update(outcome="fine"), "$.outcome"),
    "facts denied": (lambda v: v.update(outcome="denied"), "outcome is denied"),
    "fact": (lambda v: v.update(items=[{"organization": 7}]), "$.organization"),
    "fact of no shape": (lambda v: v.update(items=[[]]), "Expected `object`"),
    "twice": (lambda v: v.update(items=[{}, {}]), "twice"),
    "no vantage": (lambda v: v.update(vantage=[]), "from where"),
    "level": (lambda v: v.update(marking={"level": "violet"}), "no level"),
    "no marking": (lambda v: v.pop("marking"), "marking"),
    "total": (lambda v: v.update(total=-1), "$.total"),
    "vast total": (lambda v: v.update(total=2**31), "$.total"),
    "schema": (lambda v: v.update(schema=2**70), "$.schema"),
    "organization": (
        lambda v: v.update(items=[{"organization": "../lunar moon"}]),
        "a name or an asset id - at `$.org",
    ),
    "dependency": (lambda v: v.update(kind="package-dependency", items=[{"asset": "garbage"}]), "$.asset"),
    "long name": (lambda v: v.update(parser="x" * 501), "$.parser"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_line_is_refused_with_its_number_and_a_hint(name):
    change, why = WRONG[name]
    with pytest.raises(BundleError) as caught:
        read(altered(change))
    assert caught.value.message.startswith("line 2 of the bundle: ")
    assert why in caught.value.message
    assert "\x1b" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda v: v.update(muniment="else"), "not a bundle"),
        (lambda v: v.update(version=2), "version 2"),
        (lambda v: v.update(made="2030-01-01T00:00:00Z"), "future"),
        (lambda v: v.pop("muniment"), "muniment"),
    ],
)
def test_a_wrong_first_line_is_refused(change, why):
    with pytest.raises(BundleError, match="line 1") as caught:
        read(altered(change, line=0))
    assert why in caught.value.message


GOOD = written(ROLES, HELD)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"hello\n", "line 1"),
        (GOOD[:-1], "line 3 of the bundle: the last line is cut short"),
        (GOOD[: len(GOOD) // 2], "cut short"),
        (GOOD + b"\n", "line 4"),
        (GOOD + b"\xff\n", "not UTF-8"),
        (GOOD + b"[" * 100_000 + b"]" * 100_000 + b"\n", "line 4"),
        (GOOD + b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "nested too deeply"),
        (GOOD + b" " * (bundle.LONGEST + 1) + b"\n", "longer than"),
        (gzip.compress(GOOD)[:-20], "cut short"),
        (b"\x1f\x8bnonsense", "damaged"),
    ],
)
def test_a_broken_file_is_refused(data, why):
    with pytest.raises(BundleError) as caught:
        read(data)
    assert why in caught.value.message
    assert caught.value.hint


def test_a_bomb_is_refused_before_it_unpacks(monkeypatch):
    monkeypatch.setattr(bundle, "LARGEST", 2**20)
    for data in (gzip.compress(b" " * 2**24), b" " * (2**20 + 1)):
        with pytest.raises(BundleError, match="larger than 1 MiB"):
            read(data)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_nothing_but_a_bundle_error_comes_of_any_bytes(noise, where):
    for data in (noise, GOOD[:where] + noise + GOOD[where:], GOOD[:where] + noise + GOOD[where + len(noise) :]):
        try:
            assert isinstance(read(data), bundle.Bundle)
        except BundleError as refused:
            assert refused.hint
