"""The credential register on a day, and the duties of who comes and who leaves, in their order."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from muniment.app.credentials import credentials, off_boarding, on_boarding
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import Evidence
from muniment.register.inventory import Inventory

TODAY = date(2026, 6, 15)
PEOPLE = ("ada", "grace", "noor")


def credential(id: str, *readers: str, opens: tuple[str, ...] = (), **more: object) -> DeclaredCredential:
    return DeclaredCredential(id=id, purpose="x", kept="the vault", opens=opens, readers=readers, **more)  # type: ignore[arg-type]


def inventory(*facts: Evidence) -> Inventory:
    team = DeclaredParty(handle="crew", members=("ada", "grace"))
    return Inventory.of([*(DeclaredParty(handle=p) for p in PEOPLE), team, *facts])


def test_what_is_to_be_made_anew_first_comes_first_and_what_has_no_term_last() -> None:
    found = credentials(
        inventory(
            credential("a-none", "ada"),
            credential("b-due", "ada", rotated=date(2026, 6, 1), rotate_every=365),
            credential("c-overdue", "ada", due=date(2026, 6, 14)),
            credential("d-today", "crew", due=TODAY),
            credential("e-never", "ada", rotate_every=90),
        ),
        TODAY,
    )
    assert [(c.declared.id, c.state) for c in found] == [
        ("e-never", "never rotated"),
        ("c-overdue", "overdue"),
        ("d-today", "due"),
        ("b-due", "due"),
        ("a-none", "no term"),
    ]
    assert found[2].people == ("ada", "grace")


def test_what_one_alone_can_read_is_handed_over_before_anything_is_taken_away() -> None:
    duties = off_boarding(
        inventory(
            credential("alone", "ada"),
            credential("crew", "crew", opens=("service:a", "service:b")),
            credential("others", "grace", "noor"),
        ),
        "ada",
        TODAY,
    )
    assert [(d.kind, d.credential, d.by) for d in duties] == [
        ("hand-over", "alone", ("ada",)),
        ("take-away", "crew", ("grace",)),
        ("rotate", "crew", ("grace",)),
        ("take-away", "alone", ()),
        ("rotate", "alone", ()),
        ("strike", "crew", ()),
        ("strike", "alone", ()),
    ]
    assert duties[-2].what == "take ada out of the team crew in the register"


def test_who_left_hands_nothing_over_to_the_next() -> None:
    gone = DeclaredParty(handle="mina", left=date(2026, 1, 1))
    (first, *_) = off_boarding(inventory(gone, credential("x", "ada", "mina")), "ada", TODAY)
    assert first.kind == "hand-over"


def test_who_comes_is_given_what_their_teams_read() -> None:
    duties = on_boarding(inventory(credential("crew", "crew"), credential("noors", "noor")), "grace", TODAY)
    assert [(d.kind, d.credential, d.by) for d in duties] == [
        ("give", "crew", ("ada",)),
        ("teach", "crew", ("ada",)),
    ]


@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.lists(st.sampled_from([*PEOPLE, "crew"]), max_size=4, unique=True), max_size=6
    ),
    st.sampled_from(PEOPLE),
)
def test_nothing_that_a_leaver_reads_is_forgotten_and_nothing_else_is_touched(
    readers: dict[str, list[str]], person: str
) -> None:
    own = inventory(*(credential(id, *who) for id, who in readers.items()))
    duties = off_boarding(own, person, TODAY)
    reads = {id for id, who in readers.items() if person in own.people(who)}
    for kind in ("take-away", "rotate", "strike"):
        assert {d.credential for d in duties if d.kind == kind} == reads
    order = [("hand-over", "take-away", "rotate", "strike").index(d.kind) for d in duties]
    assert [k == 0 for k in order] == sorted((k == 0 for k in order), reverse=True)
    assert [k == 3 for k in order] == sorted(k == 3 for k in order)
    assert all(person not in d.by for d in duties if d.kind != "hand-over")
