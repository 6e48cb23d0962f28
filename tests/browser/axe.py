"""Asks axe-core about a page: what it finds wrong, what it cannot tell, and what it found right."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from msgspec import Struct, convert
from playwright.sync_api import Page

VERSION = "4.12.1"
"""The axe-core whose rules are the measure; another one is a change of the measure, made on purpose."""

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # off by itself, although it is WCAG 2.2 AA
    "preload": False,  # else it would fetch style sheets, which the policy forbids
    "resultTypes": ["violations", "incomplete"],
}
_RUN = """options => axe.run(document, options).then(found => {
    const told = rows => rows.flatMap(rule => rule.nodes.map(node => ({
        rule: rule.id,
        target: String(node.target[0]),
        html: node.html.slice(0, 200),
        why: [...node.any, ...node.all, ...node.none].map(check => check.message).join("; ") || rule.help,
    })));
    return {
        version: found.testEngine.version,
        wrong: told(found.violations),
        unclear: told(found.incomplete),
        right: found.passes.map(rule => rule.id),
    };
})"""


class Told(Struct, frozen=True):
    """What axe says of one element: ``target`` is a selector of it."""

    rule: str
    target: str
    html: str
    why: str


class Answer(Struct, frozen=True):
    """What axe says of one page: elements that are wrong or unclear, and rules that all elements keep."""

    version: str
    wrong: tuple[Told, ...]
    unclear: tuple[Told, ...]
    right: frozenset[str]


def ready(there: Page) -> None:
    """Have axe in every page that a tab goes to from now on."""
    there.add_init_script(_source())


def asked(there: Page) -> Answer:
    """Run axe in the page that a tab shows, under the page's own policy."""
    if not there.evaluate("typeof axe === 'object'"):
        there.evaluate(_source())
    return convert(there.evaluate(_RUN, _OPTIONS), Answer)


def _source() -> str:
    # From the package's file, not its module: that one runs other options and knows no "incomplete".
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


class Judgement(Struct, frozen=True):
    """What a person decided of elements that axe cannot judge."""

    rule: str
    where: str
    """The selector that the elements match."""

    words: str
    """Why it is right as it is."""

    readers: tuple[str, ...]
    """In whose pages such elements are."""

    settings: tuple[str, ...] = ()
    """In which themes and widths, where not in all."""


JUDGED = Path(__file__).with_name("judged.toml")


def judgements() -> tuple[Judgement, ...]:
    """Every judgement written down, in order."""
    found: dict[str, Any] = tomllib.loads(JUDGED.read_text(encoding="utf-8"))
    return convert(found.get("judged", ()), tuple[Judgement, ...])


def judged(there: Page, told: Told, by: tuple[Judgement, ...]) -> Judgement | None:
    """The judgement that speaks of an element; ``None``: nobody has judged it yet."""
    for one in by:
        if one.rule == told.rule and there.locator(told.target).first.evaluate(
            "(element, where) => element.matches(where)", one.where
        ):
            return one
    return None
