"""Foreign text in Markdown reads as itself, whatever it holds, by a real parser of Markdown."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from muniment.model.text import plain
from muniment.reporters.harmless import WIDEST, code, linked, row, text, url

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "a | b",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<script>alert(1)</script>",
    "<!-- muniment:end compass harbour -->",
    "`code` and ``more",
    "\\",
    "a\\",
    "**bold** __bold__ ~~gone~~",
    "&lt;b&gt; &#60;",
    "<https://evil.example>",
    "line\nbreak\r\n| cell |",
    "{ref}`x` $x$ {{ x }} ^[note] [^1]",
    "\x1b[31mred\u202e\u2066",
    "# heading",
    "- [ ] task",
    "https://evil.example www.evil.example",
)


def inline(markdown: str) -> list[list[Token]]:
    """The tokens of each cell of a row in a table of two columns."""
    tokens = PARSER.parse(f"| a | b |\n|---|---|\n{markdown}\n")
    assert [t.type for t in tokens].count("tr_open") == 2
    assert not [t for t in tokens if t.type == "html_block"]
    cells = [t.children or [] for t in tokens if t.type == "inline"]
    return cells[2:]


def words(tokens: list[Token]) -> str:
    return "".join(t.content for t in tokens)


@given(st.text(max_size=60))
@example("x" * 5000)
def test_text_in_a_cell_reads_as_what_it_is(value: str) -> None:
    mine, other = inline(row(text(value), "end"))
    assert {t.type for t in mine} <= {"text", "text_special"}
    assert words(mine) == plain(value, WIDEST).strip()
    assert words(other) == "end"


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_in_a_cell_is_text(value: str) -> None:
    mine, other = inline(row(text(value), "end"))
    assert {t.type for t in mine} <= {"text", "text_special"}
    assert words(mine) == plain(value, WIDEST).strip()
    assert words(other) == "end"


@pytest.mark.parametrize("value", HOSTILE)
def test_an_identifier_that_is_none_is_no_code(value: str) -> None:
    mine, _ = inline(row(code(value), "end"))
    assert {t.type for t in mine} <= {"text", "text_special", "code_inline"}
    assert words(mine) == plain(value, WIDEST).strip()


@given(st.text(max_size=60))
@example("https://a.example/(x)")
@example("https://a.example/a b|c")
@example('https://a.example/"onclick="x')
@example("https://a.example/&copy;")
@example("https://a.example/<b>`x`")
def test_an_address_leads_to_the_web_or_to_mail_or_is_no_link(value: str) -> None:
    for to in (value, f"https://a.example/{value}", f"javascript:{value}", f"data:text/html,{value}"):
        mine, other = inline(row(linked("here", to), "end"))
        assert words(mine) == "here"
        assert words(other) == "end"
        targets = [str(t.attrs["href"]) for t in mine if t.type == "link_open"]
        assert len(targets) == bool(url(to))
        assert all(target.startswith(("http://", "https://", "mailto:")) for target in targets)


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://user:secret@a.example/",
        "https://[broken",
        "mailto:a@b.example?body=x",
        "mailto:everybody",
        "file:///etc/passwd",
        "https://a.example/\u202egpj.exe",
        "",
    ],
)
def test_what_nobody_should_follow_is_no_address(value: str) -> None:
    assert url(value) == ""


def test_an_address_keeps_its_meaning() -> None:
    (mine, _) = inline(row(linked("x", "https://a.example/ä?a=1&copy=2#L3"), "end"))
    (target,) = [t.attrs["href"] for t in mine if t.type == "link_open"]
    assert target == "https://a.example/%C3%A4?a=1&copy=2#L3"


@given(st.text("ab \t\r\n\x1b", max_size=30), st.integers(1, 12))
@example("\r\n" * 5, 3)
@example("\r\n\r\n\r\r\n", 2)
def test_cut_text_begins_as_the_whole_of_it_is_shown(value: str, limit: int) -> None:
    whole = plain(value, len(value) + 1)
    assert plain(value, limit) == (whole if len(whole) <= limit else whole[: limit - 1] + "…")
