"""The laws of belief, held by both databases on histories that nobody thought of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.evidence.belief import settled
from muniment.model.errors import StoreError
from muniment.model.observation import Batch, Cell, Outcome
from muniment.model.tlp import CLEAR, TLP, Marking

from .conftest import Stores
from .worlds import (
    ANYONE,
    DAY,
    OTHER,
    OWNER,
    START,
    begin,
    histories,
    keys,
    live,
    look,
    looks,
    only,
    rows,
)

law = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # each example costs a database: the pure laws of belief are there to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SILENT = [o for o in Outcome if not o.observes]


@law
@given(history=histories(), silence=st.lists(st.sampled_from(SILENT).flatmap(lambda o: looks(outcome=o))))
def test_silence_changes_nothing(stores: Stores, history: list[list[Batch]], silence: list[Batch]) -> None:
    url = stores.url()
    store = stores(url)
    live(store, history)
    facts = rows(url, "fact")
    before = {r.cell: (r.standing, r.observed_at, r.facts) for r in store.cells() if r.standing}
    live(store, [silence])
    assert rows(url, "fact") == facts
    assert {r.cell: (r.standing, r.observed_at, r.facts) for r in store.cells() if r.standing} == before


@law
@given(
    history=histories(vantage=OWNER, outcome=Outcome.COLLECTED),
    weaker=st.lists(st.sampled_from([ANYONE, OTHER]).flatmap(lambda v: looks(vantage=v)), min_size=1),
)
def test_a_weaker_or_incomparable_vantage_retires_and_replaces_nothing(
    stores: Stores, history: list[list[Batch]], weaker: list[Batch]
) -> None:
    store = stores()
    live(store, history)
    before = {(r.cell, key): payload for r in store.cells() for key, payload in r.facts}
    live(store, [weaker])
    after = {(r.cell, key): payload for r in store.cells() for key, payload in r.facts}
    assert before.items() <= after.items()


@law
@given(history=histories(), later=histories())
def test_what_was_believed_at_a_past_instant_never_changes(
    stores: Stores, history: list[list[Batch]], later: list[list[Batch]]
) -> None:
    store = stores()
    then = {}
    for batches in [*history, *later]:
        (run,) = live(store, [batches])
        at = store.runs()[run - 1].at
        now = list(store.cells())
        assert list(store.cells(at=at)) == now
        then[at] = now
    for at, believed in then.items():
        assert list(store.cells(at=at)) == believed
        assert list(store.cells(at=at + timedelta(hours=12))) == believed
    assert list(store.cells(at=min(then) - timedelta(microseconds=1))) == []


@law
@given(history=histories(), again=st.lists(looks(), max_size=4))
def test_the_same_evidence_twice_writes_no_facts(
    stores: Stores, history: list[list[Batch]], again: list[Batch]
) -> None:
    url = stores.url()
    store = stores(url)
    # Several looks at one cell may contradict each other; the last word on each is what is said twice.
    again = list({batch.cell: batch for batch in again}.values())
    live(store, [*history, again, again])
    facts, cells, batches = rows(url, "fact"), rows(url, "cell"), len(rows(url, "batch"))
    (run,) = live(store, [again])
    assert rows(url, "fact") == facts
    assert rows(url, "cell") == cells
    assert len(rows(url, "batch")) == batches + len(again)
    assert len(rows(url, "run")) == run


@law
@given(
    full=st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True),
    others=st.lists(
        st.tuples(st.lists(st.sampled_from("abcdefgh"), unique=True), st.integers(-9, -1), st.sampled_from(Outcome))
    ),
    later=st.lists(st.sampled_from([*SILENT, Outcome.PARTIAL])),
    data=st.data(),
)
def test_an_emptier_or_older_answer_never_wins(
    stores: Stores,
    full: list[str],
    others: list[tuple[list[str], int, Outcome]],
    later: list[Outcome],
    data: st.DataObject,
) -> None:
    """Bundles bring old looks in any order; the newest complete one decides what is there."""
    best = look(full, day=0)
    older = [look(items, day=day, outcome=outcome) for items, day, outcome in others]
    emptier = [look((), day=1, outcome=outcome) for outcome in later]
    merged = data.draw(st.permutations([best, *older, *emptier]))
    store = stores()
    live(store, [[batch] for batch in merged])
    assert set(full) <= set(keys(store))
    store = stores()
    live(store, [[batch] for batch in [best, *older, *emptier]])
    assert keys(store) == sorted(full)


def test_an_older_look_brings_back_nothing_that_a_complete_one_missed(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("ab")])
    store.record(begin(store, 3), [look("a", day=3)])
    store.record(begin(store, 4), [look("a", day=4, outcome=Outcome.PARTIAL)])
    store.record(begin(store, 5), [look("abc", day=2)])
    assert keys(store) == ["a"], "b was gone on day 3, and c had never been seen since"
    store.record(begin(store, 6), [look("ad", day=3.5)])
    assert keys(store) == ["a", "d"], "nothing complete speaks against d"
    store.record(begin(store, 7), [look("e", day=2, vantage=OWNER)])
    assert keys(store) == ["a", "d", "e"], "the owner sees what others miss"


def test_an_older_look_brings_back_nothing_within_one_call_either(stores: Stores) -> None:
    store = stores()
    partial = look("a", day=4, outcome=Outcome.PARTIAL)
    store.record(begin(store, 5), [look("ab"), look("a", day=3), partial, look("b", day=2)])
    assert keys(store) == ["a"]


@law
@given(
    before=st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, unique=True), min_size=1, max_size=3),
    newest=st.lists(st.sampled_from("abcdef"), unique=True),
    after=st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=2),
    data=st.data(),
)
def test_what_the_newest_complete_look_missed_stays_away(
    stores: Stores, before: list[list[str]], newest: list[str], after: list[list[str]], data: st.DataObject
) -> None:
    """Whatever bundles bring later, and in any order: only looks taken after the newest complete one add to it."""
    outcomes = st.sampled_from([Outcome.COLLECTED, Outcome.PARTIAL])
    old = [look(items, day=day, outcome=data.draw(outcomes)) for day, items in enumerate(before)]
    new = [look(items, day=day + 10, outcome=Outcome.PARTIAL) for day, items in enumerate(after)]
    store = stores()
    live(store, [[batch] for batch in [look(newest, day=5), *data.draw(st.permutations([*new, *old]))]])
    assert set(keys(store)) == set(newest).union(*after)


def test_a_mass_loss_needs_a_second_run(stores: Stores) -> None:
    store = stores()
    many = list("abcdefghij")
    store.record(begin(store), [look(many)])
    second = begin(store, 1)
    store.record(second, [look("ab", day=1)])
    store.record(second, [look("ab", day=1.1)])
    assert keys(store) == many
    assert only(store).suspected == 8
    store.record(begin(store, 2), [look("abc", day=2)])
    assert keys(store) == ["a", "b", "c"]
    assert only(store).suspected == 0
    assert keys(store, at=START + DAY) == many
    assert only(store, at=START + DAY).suspected == 8


def test_a_list_that_came_empty_uncounted_takes_nothing_away_by_itself(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("abc")])
    (first,) = store.record(begin(store, 1), [replace(look("", day=1), counted=False)])
    assert (first.closed, keys(store)) == (0, ["a", "b", "c"])
    assert only(store).suspected == 3
    run = begin(store, 2)
    for day in (2, 2.1):  # two looks of one run are no third
        (second,) = store.record(run, [replace(look("", day=day), counted=False)])
        assert (second.closed, keys(store), only(store).suspected) == (0, ["a", "b", "c"], 3)
    (third,) = store.record(begin(store, 3), [replace(look("", day=3), counted=False)])
    assert (third.closed, keys(store)) == (3, [])


def test_of_what_two_empty_lists_missed_whatever_shows_again_begins_anew(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("abc")])
    for day in (1, 2):
        store.record(begin(store, day), [replace(look("", day=day), counted=False)])
    store.record(begin(store, 3), [look("abc", day=3)])
    assert only(store).suspected == 0
    for day in (4, 5):
        store.record(begin(store, day), [replace(look("", day=day), counted=False)])
        assert keys(store) == ["a", "b", "c"]


def test_what_an_empty_list_missed_is_gone_when_a_counted_one_misses_it(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("abcdefghij")])
    store.record(begin(store, 1), [replace(look("", day=1), counted=False)])
    (second,) = store.record(begin(store, 2), [look("j", day=2)])
    assert (second.closed, keys(store)) == (9, ["j"])


def test_a_person_may_confirm_a_mass_loss(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("abcdefghij")])
    store.record(begin(store, 1), [look("a", day=1)], confirmed=True)
    assert keys(store) == ["a"]


def test_a_fact_that_comes_and_goes_within_one_run_was_never_believed(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    run = begin(store)
    store.record(run, [look([("a", "1"), ("b", "1")]), look([("a", "2")], day=0.1)])
    store.record(run, [look([("a", "3"), ("c", "1")], day=0.2)])
    assert only(store).facts == (("a", b"3"), ("c", b"1"))
    assert len(rows(url, "fact")) == 2


def test_an_empty_list_that_nobody_counted_proves_nothing_until_it_came_empty_twice(stores: Stores) -> None:
    store = stores()
    lost = replace(look(""), counted=False)
    (first,) = store.record(begin(store), [lost])
    assert (first.outcome, first.stands) == (Outcome.PARTIAL, True)
    (same,) = store.record(begin(store, 1), [lost])
    assert same.outcome is Outcome.PARTIAL, "the same look again is no second one"
    (second,) = store.record(begin(store, 2), [replace(lost, observed_at=lost.observed_at + 2 * DAY)])
    assert (second.outcome, second.stands) == (Outcome.COLLECTED, True)


def test_a_weaker_look_does_not_second_an_empty_list_of_a_stronger_one(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [replace(look("", vantage=ANYONE), counted=False)])
    (stronger,) = store.record(begin(store, 1), [replace(look("", day=1, vantage=OWNER), counted=False)])
    assert stronger.outcome is Outcome.PARTIAL
    (again,) = store.record(begin(store, 2), [replace(look("", day=2, vantage=OWNER), counted=False)])
    assert again.outcome is Outcome.COLLECTED


def test_each_acknowledgement_tells_what_was_done(stores: Stores) -> None:
    store = stores()
    run = begin(store)
    one, two = store.record(run, [look("abc"), look("", outcome=Outcome.DENIED)])
    assert (one.id, one.stands, one.opened, one.closed) == (1, True, 3, 0)
    assert (two.id, two.outcome, two.stands, two.opened) == (2, Outcome.DENIED, False, 0)
    (three,) = store.record(begin(store, 1), [look("ab", day=1, total=5)])
    assert (three.outcome, three.closed) == (Outcome.PARTIAL, 0)
    assert settled(look("ab", total=5)) is Outcome.PARTIAL


def test_a_failed_look_is_shown_beside_what_is_believed(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("ab")])
    store.record(begin(store, 1), [look(outcome=Outcome.UNREACHABLE, day=1)])
    record = only(store)
    assert (record.standing, record.latest) == (Outcome.COLLECTED, Outcome.UNREACHABLE)
    assert (record.observed_at, record.latest_at) == (START, START + DAY)
    assert record.detail == "it was unreachable"


def test_a_cell_nobody_ever_saw_has_no_standing(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look(outcome=Outcome.DENIED)])
    assert only(store).standing is None
    assert only(store).latest is Outcome.DENIED


def test_a_new_parser_is_told_from_a_new_world(stores: Stores) -> None:
    store = stores()
    first = begin(store)
    store.record(first, [look("ab")])
    assert not only(store, since=first).reparsed
    second = begin(store, 1)
    store.record(second, [look("abc", day=1, parser="pypi/2")])
    assert only(store, since=first).reparsed
    assert not only(store, since=second).reparsed
    store.record(begin(store, 2), [look("ab", day=2, parser="pypi/2")])
    assert only(store, since=first).reparsed
    assert not only(store, since=second).reparsed, "the world changed, and the parser had not"
    assert not only(store, at=START, since=0).reparsed


def test_a_new_parser_that_reads_the_same_changes_nothing(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("ab")])
    store.record(begin(store, 1), [look("ab", day=1, parser="pypi/2")])
    assert not only(store).reparsed
    store.record(begin(store, 2), [look("abc", day=2, parser="pypi/2")])
    assert not only(store).reparsed
    assert only(store).parser == "pypi/2"


def test_a_new_parser_that_reads_less_surely_is_told(stores: Stores) -> None:
    store = stores()
    store.record(begin(store), [look("ab")])
    store.record(begin(store, 1), [look("ab", day=1, parser="pypi/2", total=3)])
    assert only(store).standing is Outcome.PARTIAL
    assert only(store, since=1).reparsed
    assert not only(store, since=2).reparsed


@law
@given(
    looked=st.lists(
        st.tuples(
            st.sampled_from(["a", "ab", "b"]),
            st.sampled_from(["pypi/1", "pypi/2"]),
            st.sampled_from([Outcome.COLLECTED, Outcome.COLLECTED, Outcome.PARTIAL, Outcome.DENIED]),
        ),
        min_size=4,
        max_size=8,
    )
)
def test_reparsed_tells_of_runs_after_the_one_named_and_of_no_other(
    stores: Stores, looked: list[tuple[str, str, Outcome]]
) -> None:
    """A change of parser is told to whoever judged before it, and to nobody who judged after it."""
    store = stores()
    parser, before, changed = "", None, 0
    for day, (items, by, outcome) in enumerate(looked):
        run = begin(store, day)
        store.record(run, [look(items, day=day, parser=by, outcome=outcome)])
        if outcome is not Outcome.DENIED:
            after = (only(store).facts, only(store).standing)
            if parser not in ("", by) and after != before:
                changed = run
            parser, before = by, after
    assert [only(store, since=n).reparsed for n in range(len(looked) + 1)] == [
        changed > n for n in range(len(looked) + 1)
    ]


def test_the_marking_is_that_of_every_look_that_a_fact_comes_from(stores: Stores) -> None:
    store = stores()
    secret = Marking(TLP.AMBER, frozenset({"wick"}))
    store.record(begin(store), [look("ab", vantage=OWNER, marking=secret)])
    store.record(begin(store, 1), [look("a", vantage=ANYONE, day=1)])
    assert only(store).marking == secret, "b is still what the owner saw"
    store.record(begin(store, 2), [look("a", vantage=OWNER, day=2)])
    assert only(store).marking == CLEAR, "the owner now says that nothing else is there"
    store.record(begin(store, 3), [look("c", vantage=OTHER, day=3, marking=secret)])
    assert only(store).marking == secret, "c was seen under the stricter marking"
    store.record(begin(store, 4), [look("d", vantage=OTHER, day=4)])
    assert only(store).marking == secret, "an open look that does not stand lowers nothing"


def test_an_older_run_is_closed(stores: Stores) -> None:
    store = stores()
    first = begin(store)
    begin(store, 1)
    with pytest.raises(StoreError, match="newest"):
        store.record(first, [look("a")])


def test_a_clock_set_back_does_not_rewrite_the_past(stores: Stores) -> None:
    store = stores()
    store.record(begin(store, 5), [look("ab", day=1)])
    store.record(begin(store, 4.5), [look("b", day=4.5)])
    assert keys(store, at=START + 5 * DAY) == ["a", "b"]
    first, second = store.runs()
    assert second.at - first.at == timedelta(microseconds=1)


def test_a_run_long_before_the_newest_one_is_refused(stores: Stores) -> None:
    """Every look would be older than what is believed and change nothing, without a word."""
    store = stores()
    store.record(begin(store, 365), [look("ab", day=365)])
    with pytest.raises(StoreError, match=r"the newest run in .* is dated 2027-03-01 09:00 UTC") as refused:
        begin(store, 1)
    assert "clock" in str(refused.value.hint)
    assert len(store.runs()) == 1
    assert begin(store, 364) == 2


def test_an_instant_that_could_not_be_read_back_is_refused(stores: Stores) -> None:
    store = stores()
    run = begin(store)
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    for at in (early, datetime.max.replace(tzinfo=timezone(timedelta(hours=-14)))):
        with pytest.raises(StoreError, match="outside the years"):
            store.record(run, [replace(look("a"), observed_at=at)])
    edges = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    for n, at in enumerate(edges):
        store.record(run, [replace(look("a", cell=Cell("pypi", f"pypi:{n}", "package-role")), observed_at=at)])
    assert [r.observed_at for r in store.cells()] == edges


def test_cells_come_in_order_and_by_scope(stores: Stores) -> None:
    store = stores()
    run = begin(store)
    wanted = [
        look("a", cell=type(look().cell)(source, scope, kind))
        for scope in ("pypi:wick", "npm:@Wick/x", "pypi:Lantern")
        for kind in ("package-role", "package-project")
        for source in ("pypi", "bundle")
    ]
    store.record(run, wanted)
    assert [(r.cell.scope, r.cell.kind, r.cell.source) for r in store.cells()] == sorted(
        (b.cell.scope, b.cell.kind, b.cell.source) for b in wanted
    )
    assert {r.cell.scope for r in store.cells(scopes=["pypi:wick", "pypi:none"])} == {"pypi:wick"}
    assert list(store.cells(scopes=[])) == []


def test_many_cells_are_paged_without_loss(stores: Stores) -> None:
    store = stores()
    run = begin(store)
    cell = type(look().cell)
    batches = [look("ab", cell=cell("pypi", f"pypi:p{n:05}", "package-role")) for n in range(4500)]
    done = store.record(run, batches)
    assert [r.id for r in done] == list(range(1, 4501))
    assert [r.cell.scope for r in store.cells()] == [b.cell.scope for b in batches]
    assert all(len(r.facts) == 2 for r in store.cells(at=START))


def test_hostile_text_comes_back_as_it_was(stores: Stores) -> None:
    store = stores()
    odd = ["nul\0", "esc\x1a", "\x1a0", "tab\tnew\nline\\N", "\u202eright", "𝕁", "'; drop table fact; --"]
    store.record(begin(store), [look(odd)])
    assert sorted(keys(store)) == sorted(odd)
    store.record(begin(store, 1), [look(odd, day=1)])
    assert only(store).run == 2
