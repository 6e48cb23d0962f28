"""Edits keep every byte that they do not mean to change."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.evidence.declared_answer import DeclaredAnswer
from muniment.model.errors import UsageError
from muniment.model.waiver import Decision, Waiver
from muniment.register.document import parse, plain
from muniment.register.editing import add_waiver, correct_answer

WAIVER = Waiver(
    check="packages/single-shipper",
    asset="pypi:Old_Rope",
    by="ada",
    reason="Grace joins in March: then there are two",
    until=date(2027, 1, 31),
)
BLOCK = """\
  - check: packages/single-shipper
    asset: pypi:old-rope
    by: ada
    reason: "Grace joins in March: then there are two"
    until: 2027-01-31
"""


def waivers_of(text: str) -> list[dict[str, str]]:
    document = parse(text.removeprefix("\ufeff"))
    assert document.mistakes == ()
    assert document.root is not None
    return plain(document.root)["waivers"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "waivers:\n" + BLOCK),
        ("# a note\n", "# a note\nwaivers:\n" + BLOCK),
        ("# a note", "# a note\nwaivers:\n" + BLOCK),
        ("assets:\n  x: 1  # why\n", "assets:\n  x: 1  # why\nwaivers:\n" + BLOCK),
        ("assets: {}", "assets: {}\nwaivers:\n" + BLOCK),
        ("a: 1\n...\n# tail\n", "a: 1\nwaivers:\n" + BLOCK + "...\n# tail\n"),
        ("waivers:\n# none yet\nb: 1\n", "waivers:\n" + BLOCK + "# none yet\nb: 1\n"),
        ("waivers:  # none yet\nb: 1\n", "waivers:  # none yet\n" + BLOCK + "b: 1\n"),
        ("waivers: []\nb: 1\n", "waivers:\n" + BLOCK + "b: 1\n"),
        ("waivers: []  # none yet\nb: 1\n", "waivers:   # none yet\n" + BLOCK + "b: 1\n"),
        ("waivers: null\n", "waivers:\n" + BLOCK),
        ("waivers: []", "waivers:\n" + BLOCK),
        (
            "waivers:\n  - {a: 1}  # first\n\n# next\nb: 1\n",
            "waivers:\n  - {a: 1}  # first\n" + BLOCK + "\n# next\nb: 1\n",
        ),
        ("waivers:\n  - a: 1\n    b:\nc: 1\n", "waivers:\n  - a: 1\n    b:\n" + BLOCK + "c: 1\n"),
        ("waivers:\n  - a: |\n      text\n", "waivers:\n  - a: |\n      text\n" + BLOCK),
        ("waivers:\n  - a: 1", "waivers:\n  - a: 1\n" + BLOCK),
        ("waivers:\n  - a:\n      - 1\n# next\n", "waivers:\n  - a:\n      - 1\n" + BLOCK + "# next\n"),
    ],
)
def test_the_waiver_lands_where_a_person_would_write_it(before: str, after: str) -> None:
    assert add_waiver(before, WAIVER) == after


def test_a_list_without_indentation_is_continued_without_one() -> None:
    before = "waivers:\n- a: 1\nb: 2\n"
    assert add_waiver(before, WAIVER).startswith("waivers:\n- a: 1\n- check: packages/single-shipper\n  asset: ")


def test_a_list_in_brackets_is_continued_in_brackets() -> None:
    before = "waivers: [{a: 1}, {a: 2},\n]  # all\nb: 1\n"
    after = add_waiver(before, WAIVER)
    assert after.startswith("waivers: [{a: 1}, {a: 2}, {check: packages/single-shipper, ")
    assert after.endswith("},\n]  # all\nb: 1\n")


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    after = add_waiver("\ufeffassets: {}\r\nwaivers:\r\n  - a: 1\r\n", WAIVER)
    assert after.startswith("\ufeffassets: {}\r\nwaivers:\r\n  - a: 1\r\n  - check:")
    assert after.count("\n") == after.count("\r\n") == 8


@pytest.mark.parametrize("text", ["{a: 1}\n", "- a\n", "a: [\n", "a: &x 1\n", "a: 1\na: 2\n", "waivers: {a: 1}\n"])
def test_what_cannot_be_added_to_safely_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        add_waiver(text, WAIVER)


def test_a_waiver_that_steers_the_terminal_is_refused() -> None:
    evil = Waiver(check="a/b", asset="*", by="ada", reason="\x1b[31m", until=date(2027, 1, 31))
    with pytest.raises(UsageError):
        add_waiver("", evil)


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cf", "Cn")), min_size=1, max_size=40)
waivers = st.builds(
    Waiver,
    check=st.sampled_from(["packages/a", "*", "yes", "null", "1.5", "a: b", "- x"]),
    asset=st.sampled_from(["pypi:Old_Rope", "pypi:*", "npm:@callisto/sail"]),
    key=words | st.just("*"),
    by=st.sampled_from(["ada", "no", "007"]),
    reason=words.map(lambda text: text + "."),
    until=st.dates(),
    decision=st.sampled_from(Decision),
)
items = st.sampled_from(
    [
        "{a: 1}",
        "a: 1\n{i}  b: 'x  # y'  # z",
        "a: |\n{i}    one\n{i}\n{i}    two",
        "a:\n{i}    - 1\n{i}    - b:",
        "text # c",
    ]
)


@st.composite
def files(draw: st.DrawFn) -> str:
    indent = draw(st.sampled_from(["", "  ", "    "]))
    listed = draw(st.lists(items, max_size=3))
    head = draw(
        st.sampled_from(["", "# head\n", "---\n", "project: {id: x}  # why\n\n", "assets:\n  'a b':\n    c: d\n"])
    )
    tail = draw(st.sampled_from(["", "\n", "# tail", "z:\n  - 1\n", "# note\n'z' : \"q\"\n\n\n"]))
    block = "".join(f"{indent}- {item.replace('{i}', indent)}\n" for item in listed)
    note = draw(st.sampled_from(["", "  # why"]))
    middle = draw(st.sampled_from(["", f"waivers:{note}\n", f"waivers: [ ]{note}\n", f"waivers:{note}\n{block}"]))
    text = (head + middle + tail).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from(["", "\ufeff"])) + text


@given(files(), waivers)
def test_the_result_reads_again_and_nothing_else_changed(before: str, waiver: Waiver) -> None:
    after = add_waiver(before, waiver)
    old = parse(before.removeprefix("\ufeff")).root
    entries = (plain(old) or {}) if old is not None else {}
    new = waivers_of(after)
    assert new[:-1] == (entries.get("waivers") or [])
    assert new[-1]["reason"] == waiver.reason.strip()
    assert new[-1].get("key", "*") == waiver.key
    assert new[-1]["until"] == waiver.until.isoformat()
    assert ("\r\n" in before) == ("\r\n" in after)
    assert "\r\n" not in before or "\n" not in after.replace("\r\n", "")
    assert after.startswith("\ufeff") == before.startswith("\ufeff")
    old_lines, new_lines = lines_of(before), lines_of(after)
    kept = common(old_lines, new_lines)
    assert kept + common(old_lines[kept:][::-1], new_lines[kept:][::-1]) == len(old_lines)


def lines_of(text: str) -> list[str]:
    """The lines, without the empty list that a first waiver takes the place of."""
    return [line.replace("[ ]", "").rstrip() for line in text.removeprefix("\ufeff").split("\n")]


def common(one: list[str], other: list[str]) -> int:
    """How many lines two texts begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@given(files(), waivers, waivers)
def test_a_second_waiver_follows_the_first(before: str, one: Waiver, two: Waiver) -> None:
    twice = waivers_of(add_waiver(add_waiver(before, one), two))
    assert [w["reason"] for w in twice[-2:]] == [one.reason.strip(), two.reason.strip()]


def test_a_waiver_of_the_problem_without_a_key_is_written_and_read() -> None:
    waiver = Waiver(check="packages/x", asset="pypi:x", key="", by="ada", reason="known", until=date(2027, 1, 1))
    text = add_waiver("parties:\n  ada: {name: Ada Example}\n", waiver)
    assert 'key: ""' in text or "key: ''" in text


ANSWERS = """\
attestations:
  # seen by phone
  - asset: service:registrar
    holder: noor
    answer: confirm  # for now
    by: grace
    seen: 2030-06-03
    until: 2031-06-30
    statement: >-
      she answers
      the mail
  - {asset: service:vault, holder: ada, answer: confirm, by: bo, seen: 2030-06-03, until: 2031-06-30, statement: y}
"""


def answered(day: int = 3) -> DeclaredAnswer:
    return DeclaredAnswer(
        asset="service:registrar",
        holder="noor",
        answer="drop",
        by="ada",
        seen=date(2030, 6, day),
        until=date(2031, 6, 30),
        statement="she left",
    )


def test_a_corrected_answer_changes_what_is_said_and_no_more() -> None:
    after = correct_answer(ANSWERS, 3, answered())
    assert "    answer: drop  # for now\n    by: ada\n    seen: 2030-06-03\n" in after
    assert "statement: she left\n  - {asset" in after and after.startswith("attestations:\n  # seen by phone\n")
    second = correct_answer(ANSWERS, 12, replace(answered(), asset="service:vault", holder="ada"))
    assert "{asset: service:vault, holder: ada, answer: drop, by: ada, seen: 2030-06-03" in second


@pytest.mark.parametrize(("line", "day"), [(2, 3), (4, 3), (0, 3), (99, 3), (3, 4), (12, 3)])
def test_only_an_answer_about_the_same_of_that_day_in_that_line_is_corrected(line: int, day: int) -> None:
    said = f"no answer of 2030-06-0{day} about noor and service:registrar begins in line {line}"
    with pytest.raises(UsageError, match=said):
        correct_answer(ANSWERS, line, answered(day))


def test_an_answer_about_another_person_in_the_same_line_is_not_corrected() -> None:
    for other in (replace(answered(), holder="ada"), replace(answered(), asset="service:vault")):
        with pytest.raises(UsageError, match="no answer of 2030-06-03 about"):
            correct_answer(ANSWERS, 3, other)


def test_a_file_without_answers_has_none_to_correct() -> None:
    for text in ("", "a: 1\n", "attestations: {}\n", "attestations:\n"):
        with pytest.raises(UsageError, match="no answer of"):
            correct_answer(text, 1, answered())
