"""A section goes between its markers, and nothing else of the page changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.model.errors import UsageError
from muniment.reporters.inset import Inset, difference, put, said

OURS = Inset("compass", "harbour", "", "\n## Harbour\n\n| a | b |\n\n")
AMBER = Inset("compass", "harbour", "amber", "\nclosed\n")
BEGIN, END = OURS.begin.encode(), OURS.end.encode()

# A line feed after a carriage return would be part of the same line end.
# A fence that is not closed takes the markers into a block of code: such a page is refused, see below.
around = st.binary(max_size=200).filter(
    lambda data: not data.startswith(b"\n") and not any(word in data for word in (b"muniment:", b"```", b"~~~"))
)
ends = st.sampled_from([b"\n", b"\r\n", b"\r"])


@given(before=around, between=around, after=around, end=ends)
def test_every_byte_outside_the_markers_stays(before: bytes, between: bytes, after: bytes, end: bytes) -> None:
    page = before + end + BEGIN + end + between + end + END + end + after
    made = put(page, OURS, "page.md")
    assert made.startswith(before + end + BEGIN + end)
    assert made.endswith(END + end + after)
    inside = made[len(before + end + BEGIN + end) : len(made) - len(END + end + after)]
    assert inside == OURS.body.encode().replace(b"\n", end)


@given(before=around, between=around, after=around, end=ends)
def test_a_page_that_was_written_says_what_is_known_and_is_not_written_again(
    before: bytes, between: bytes, after: bytes, end: bytes
) -> None:
    page = put(before + end + BEGIN + end + between + end + END + end + after, OURS, "page.md")
    assert put(page, OURS, "page.md") == page
    assert difference(page, OURS, "page.md") == ((), False)


def test_a_section_of_its_own_can_be_put_again() -> None:
    page = OURS.whole.encode()
    assert put(page, OURS, "page.md") == page


@pytest.mark.parametrize(
    ("page", "said_"),
    [
        ("# Team\n", "does not say where"),
        (f"{OURS.begin}\n", "one begin and one end"),
        (f"{OURS.end}\n{OURS.begin}\n", "line 1, 2"),
        (f"{OURS.begin}\n{OURS.end}\n{OURS.begin}\n{OURS.end}\n", "line 1, 2, 3, 4"),
        (f"{OURS.begin}\n{OURS.begin}\n{OURS.end}\n", "one begin and one end"),
        (f"{AMBER.begin}\n{AMBER.end}\n", "are for amber, and the section is for clear"),
        (f"{OURS.begin}\n{AMBER.end}\n", "are for amber"),
        (f"{OURS.begin}\n<!-- muniment:begin compass beacon -->\n{OURS.end}\n", "another section stand in line 2"),
        ("see `<!-- muniment:begin compass harbour -->`\n", "does not say where"),
        (f"```html\n{OURS.begin}\n{OURS.end}\n```\n", "does not say where"),
        (f"~~~~\n~~~\n{OURS.begin}\n{OURS.end}\n~~~~\n", "does not say where"),
        (f"```\nnever closed\n\n{OURS.begin}\n{OURS.end}\n", "does not say where"),
        (f"{OURS.begin}\n```\n{OURS.end}\n", "its markers stand in line 1"),
    ],
)
def test_a_page_that_leaves_a_doubt_is_refused(page: str, said_: str) -> None:
    with pytest.raises(UsageError, match=said_):
        put(page.encode(), OURS, "page.md")
    with pytest.raises(UsageError, match=said_):
        difference(page.encode(), OURS, "page.md")


def test_a_page_may_show_its_readers_what_markers_look_like() -> None:
    shown = f"1. write\n\n   ```html\n   {OURS.begin}\n   {OURS.end}\n   ```\n\n```not a fence```\n"
    page = f"{shown}{OURS.begin}\n{OURS.end}\n"
    assert put(page.encode(), OURS, "page.md").decode() == shown + OURS.whole


def test_a_closed_section_does_not_get_into_a_page_for_everybody() -> None:
    with pytest.raises(UsageError, match="are for clear, and the section is for amber"):
        put(OURS.whole.encode(), AMBER, "page.md")


def test_two_sections_stand_in_one_page() -> None:
    beacon = Inset("compass", "beacon", "", "\nthe lamp\n")
    page = f"\ufeff{OURS.begin}\n{OURS.end}\ntext\n  {beacon.begin}  \n{beacon.end}\n".encode()
    page = put(put(page, OURS, "page.md"), beacon, "page.md")
    assert page.decode().count("## Harbour") == page.decode().count("the lamp") == 1
    assert b"\ntext\n" in page


OLD = "| lodestar | its source | `lodestar.yaml:8` | PyPI: there, [seen 2026-06-14](https://registry.example/x) |\n"


@pytest.mark.parametrize(
    ("new", "differs"),
    [
        (OLD, False),
        (OLD.replace("06-14", "07-01"), False),
        (OLD.replace("yaml:8", "yaml:12"), False),
        (OLD.replace("there", "not there"), True),
        (OLD.replace("its source", "somebody else's"), True),
        (OLD.replace("lodestar.yaml", "shared.yaml"), True),
        (OLD.replace("registry.example/x", "registry.example/y"), True),
    ],
)
def test_a_day_or_a_line_that_moved_is_no_other_statement(new: str, differs: bool) -> None:
    page = Inset("compass", "lodestar", "", OLD).whole.encode()
    lines, found = difference(page, Inset("compass", "lodestar", "", new), "page.md")
    assert found is differs
    assert bool(lines) is (new != OLD)


def test_a_day_in_the_words_of_the_register_is_part_of_what_they_say() -> None:
    assert said(r"| a | minutes of \[seen 2026-06-14\] | seen 2026-06-14 |") == [
        r"| a | minutes of \[seen 2026-06-14\] | seen 2026-06-14 |"
    ]


def test_other_line_ends_are_told_and_are_no_other_statement() -> None:
    page = OURS.whole.encode()
    mixed = page.replace(b"## Harbour\n", b"## Harbour\r\n")
    lines, differs = difference(mixed, OURS, "page.md")
    assert lines == ("page.md: other line ends",)
    assert not differs
