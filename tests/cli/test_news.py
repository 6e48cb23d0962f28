"""The issue's text fits into an issue, whatever happened."""

from __future__ import annotations

from muniment.app.news import Item, News
from muniment.cli.commands.news import issue
from muniment.model.verdict import Severity


def item(number: int, change: str = "new") -> Item:
    return Item(
        change=change,
        severity=Severity.LOW,
        asset=f"github:repo/callisto/part-{number}",
        whose="Lodestar",
        what="no security policy is in effect, asks @ada: " + "word " * 20,
        act="Write one.",
        finding=f"F-{number:08d}",
    )


def test_an_issue_holds_what_github_takes_and_says_how_much_it_left_out() -> None:
    told = News("1000 new: Project Callisto, 2026-11-16", tuple(item(n) for n in range(1000)))
    text = issue(told, "TLP:RED")
    assert len(text) < 65_536
    lines = [line for line in text.splitlines() if line.startswith("- [ ]")]
    assert 100 < len(lines) < 1000
    assert text.endswith(f"\n… and {1000 - len(lines)} more: `muniment news`.\n")
    assert "@ada" not in text, "nobody is called by name"


def test_a_few_lines_are_all_told() -> None:
    told = News("2 new: Project Callisto, 2026-11-16", (item(1), item(2, "waiver ended")))
    text = issue(told, "TLP:RED")
    assert "more:" not in text
    assert "**low, waiver ended** `github:repo/callisto/part-2`" in text


def test_no_news_is_no_issue() -> None:
    assert issue(News("", ()), "TLP:RED") == ""
