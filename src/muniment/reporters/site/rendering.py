"""Makes bytes of a page: the templates, what they may call, and what every page says at its head and foot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Macro

from muniment.campaigns.clock import in_words
from muniment.model.text import plain
from muniment.model.tlp import RED
from muniment.model.verdict import Severity
from muniment.publish import summary
from muniment.publish.pieces import EventPiece
from muniment.publish.projection import label
from muniment.reporters import words
from muniment.reporters.places import done_at
from muniment.reporters.site import charts, gathering, paths, prose
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import MOST_LINES, Entry, Page
from muniment.reporters.site.pages import campaign

LONG_GROUP = 8
"""From how many findings on a group's list is folded away."""

_MOVES = {
    "new": ("new", "New"),
    "reopened": ("reopened", "Reopened"),
    "unwaived": ("reopened", "Waiver ended"),
    "fixed": ("pass", "Fixed"),
    "dropped": ("ours", "Dropped"),
    "waived": ("waived", "Waived"),
    "rejudged": ("ours", "Rejudged"),
    "reparsed": ("ours", "Reread"),
    "regraded": ("ours", "Regraded"),
    "baseline": ("ours", "Baseline"),
}


class Press:
    """Prints the pages of one audience; what they have in common is made once, and dropped with it."""

    def __init__(self, catalogue: Catalogue, entries: Iterable[Entry]) -> None:
        shown = catalogue.shown
        self._catalogue = catalogue
        self._common: dict[str, Any] = {
            "c": catalogue,
            "shown": shown,
            "view": shown.view,
            "label": label(shown.audience),
            "level": shown.audience.level,
            "level_word": shown.audience.level.word.replace("+", "-"),
            "apart": "" if shown.audience.may_see(RED) else " that these readers may see",
            "readers": words.readers(shown.audience),
            "no_evidence": words.no_evidence(shown.audience),
            "names_findings": catalogue.names_findings,
            "entries": tuple(entries),
            "standing": words.standing(shown.view),
            "project": catalogue.project,
        }
        self._settings: dict[str, Mapping[str, Any]] = {}

    def rendered(self, page: Page) -> bytes:
        """The bytes of a page."""
        own = {
            "cover": self._catalogue.coverage if page.looks is None else summary.coverage(page.looks),
            "section": page.section,
            "here": page.path if any(entry.href == page.path for entry in page.entries) else "",
        }
        context = {**self._setting(page.root), **own, **page.facts}
        return environment().get_template(page.template).render(context).encode()

    def _setting(self, root: str) -> Mapping[str, Any]:
        """What is the same on all pages of a folder, with the macros as they read there: ``m`` and ``draw``."""
        if root not in self._settings:
            common = {**self._common, "root": root}
            macros = environment().get_template("_macros.html").make_module({**parts(), **common})
            m = SimpleNamespace(**parts(), **vars(macros))
            draw = environment().get_template("_charts.html").make_module({**common, "m": m})
            self._settings[root] = {**common, "m": m, "draw": draw}
        return self._settings[root]


REMEMBERED = 1 << 14
"""How many of its results a part keeps: about those of the pages of one audience."""


@cache
def parts() -> Mapping[str, Callable[..., str]]:
    """The macros of ``_parts.html``, each making the same markup once only, for whatever page and readers.

    They know nothing but their arguments and so cannot carry anything from one audience to another.
    """
    macros = vars(environment().get_template("_parts.html").make_module())
    return {
        name: lru_cache(REMEMBERED, typed=True)(macro) for name, macro in macros.items() if isinstance(macro, Macro)
    }


@cache
def environment() -> Environment:
    """The templates of all pages, and what they may call."""
    env = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalize,
    )
    env.tests["worked_out"] = words.worked_out
    env.filters |= {
        "day": words.day,
        "month": words.month,
        "done_at": done_at,
        "instant": words.instant,
        "meaning": words.meaning,
        "remedy_for": words.remedy,
        "answered": words.answered,
        "reached": words.reached,
        "unread": words.unread,
        "source": words.source,
        "source_note": words.source_note,
        "paragraphs": prose.paragraphs,
        "inline": prose.inline,
        "foldable": prose.foldable,
        "capitalized": lambda text: text[:1].upper() + text[1:],
        "number": _number,
        "initials": initials,
        "spaced": lambda kind: kind.replace("-", " "),
        "because": because,
        "still": lambda asset, open_: open_[asset],
    }
    env.globals |= {
        "summary": summary,
        "long_group": LONG_GROUP,
        "most": MOST_LINES,
        "plural": words.plural,
        "per_cent": per_cent,
        "subproject_path": paths.subproject_path,
        "check_path": paths.check_path,
        "asset_path": paths.asset_path,
        "person_path": paths.person_path,
        "ship_path": paths.ship_path,
        "review_path": paths.review_path,
        "day_in_words": in_words,
        "campaign_path": paths.campaign_path,
        "campaign_balance": campaign.balance,
        "news": gathering.news,
        "remedy_of": prose.remedy,
        "moves": _MOVES,
        "happenings": charts.WORDS,
        "alike": gathering.alike,
        "puzzled": gathering.puzzled,
        "as_whom": gathering.as_whom,
        "Severity": Severity,
        "iso": iso,
    }
    return env


def per_cent(part: float, whole: float) -> str:
    """A share as SVG writes it: ``66.67``."""
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".") if whole else "0"


def iso(moment: datetime) -> str:
    """A moment as HTML's ``time`` takes it."""
    return moment.strftime("%Y-%m-%dT%H:%MZ")


_WHY = {
    "baseline": "It was there at the first run, from which news is told.",
    "observed": "",
    "rejudged": "A check or a number of ours changed, not the world.",
    "reparsed": "We learned to read the answer better; the world did not change.",
}
_HOW = {
    "passed": "Evidence shows it mended.",
    "gone": "What it was about is gone from complete evidence.",
    "not-applicable": "The question no longer arises.",
    "retired": "The register no longer declares the asset, or the check is no longer asked.",
}
_WHAT = {
    "opened": "The problem was seen for the first time.",
    "reopened": "The problem was seen again after it was mended.",
    "expired": "Its last day had passed.",
    "withdrawn": "It was taken out of the register.",
    "false-positive": "Somebody decided that the finding is wrong:",
    "waived": "Somebody decided to live with it:",
    "regraded": "Now",
}


def because(event: EventPiece) -> str:
    """Why something happened to a finding, in a sentence."""
    if event.waiver is None and event.what in ("waived", "false-positive"):
        return "Who decided, and why, is not for these readers."
    if event.what in ("opened", "reopened") and event.why in ("", "observed"):
        return _WHAT[event.what]
    said = (_HOW.get(event.how, ""), _WHY.get(event.why, "") if event.why else _WHAT.get(event.what, ""))
    return " ".join(part for part in said if part)


def initials(name: str) -> str:
    """Two letters that stand for a person, for the eye alone."""
    words_ = [word for word in plain(name).split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words_[:1] + words_[-1:] if len(words_) > 1 else words_)).upper()


def _number(value: int | None) -> str:
    return words.number(value) if value is not None else ""


def _finalize(value: object) -> object:
    """Data loses its control characters on its way to a page; markup made here passes."""
    if type(value) is str:
        return plain(value)
    return value
