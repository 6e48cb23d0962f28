"""The pages: a front page, one for each subproject and check; they work from a folder, without a script."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from importlib import resources
from itertools import pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from muniment.model.text import plain
from muniment.model.tlp import TLP
from muniment.model.verdict import Severity
from muniment.publish import summary
from muniment.publish.pieces import AnswerPiece, AssetPiece, FindingPiece, LookPiece
from muniment.publish.projection import Shown, label
from muniment.reporters import words

FRONT_LINES = 12
"""How many lines of findings the front page shows before it says how many more there are."""

LONG_GROUP = 8
"""From how many findings on a group's list is folded away."""

_CODE = re.compile(r"`([^`\n]+)`")
_STRESS = re.compile(r"\*([^*\n]+)\*")
_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_FAMILIES = {
    "github:org": "Organizations",
    "github:repo": "Repositories",
    "github:enterprise": "Enterprises on GitHub",
    "pypi:org": "Organizations on PyPI",
    "pypi": "Packages on PyPI",
    "npm:scope": "Scopes on npm",
    "npm": "Packages on npm",
    "conda": "Packages on conda-forge",
    "site": "Websites and documentation",
    "domain": "Domains",
    "service": "Services",
    "channel": "Channels",
    "project": "The project",
}
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
_NEWS = ("new", "reopened", "unwaived", "fixed", "waived", "rejudged", "reparsed", "dropped", "regraded")


def files(shown: Shown) -> dict[str, bytes]:
    """Every page and the style sheet, by path below the audience's folder."""
    render = partial(_render, shown)
    out = {
        "index.html": render("index.html", 0, "overview", by_subproject=_by_subproject(shown), **_whom(shown)),
        "muniment.css": resources.files(__package__).joinpath("templates/muniment.css").read_bytes(),
    }
    if names_findings(shown):
        out["findings.html"] = render("findings.html", 0, "findings")
        for id in summary.scope(shown):
            out[subproject_path(id)] = render("subproject.html", 1, "subprojects", **_subproject(shown, id))
    out["checks.html"] = render("checks.html", 0, "checks")
    for check in shown.view.checks:
        own = tuple(f for f in summary.open_findings(shown) if f.check == check.id)
        out[check_path(check.id)] = render("check.html", 1, "checks", check=check, own=own)
    return out


def names_findings(shown: Shown) -> bool:
    """True if the readers belong to those who are told of findings at all."""
    return shown.audience.level >= TLP.AMBER


def subproject_path(id: str) -> str:
    """Where the page of a subproject lies; of none in particular: ``subprojects/shared.html``."""
    return f"subprojects/{_file_name(id) if id else 'shared'}.html"


def check_path(id: str) -> str:
    """Where the page of a check lies: ``checks/packages--single-owner.html``."""
    return f"checks/{_file_name(id.replace('/', '--'))}.html"


def _file_name(id: str) -> str:
    # An id that is no plain file name (or the one of "shared") gets one by digest, so that none escapes the folder.
    if _SAFE_NAME.fullmatch(id) and id != "shared":
        return id
    return "x-" + hashlib.blake2b(id.encode(), digest_size=6).hexdigest()


def _render(shown: Shown, template: str, depth: int, here: str, **more: Any) -> bytes:
    view = shown.view
    context: dict[str, Any] = {
        "shown": shown,
        "view": view,
        "label": label(shown.audience),
        "level": shown.audience.level,
        "level_word": shown.audience.level.word.replace("+", "-"),
        "looks": _looks(shown),
        "readers": words.readers(shown.audience),
        "names_findings": names_findings(shown),
        "root": "../" * depth,
        "here": here,
        "standing": words.standing(view),
        "project": view.project.name or view.project.id if view.project else "The project",
        "summary": summary,
        "front_lines": FRONT_LINES,
        "long_group": LONG_GROUP,
    }
    return _environment().get_template(template).render(context | more).encode()


def _looks(shown: Shown) -> tuple[LookPiece, ...]:
    """The evidence that a page rests on: that about these readers' own assets, or all of it."""
    own = set(summary.scope(shown)) if shown.audience.groups else None
    return tuple(look for look in shown.view.looks if own is None or look.subproject in own)


def _whom(shown: Shown) -> dict[str, Any]:
    """Whom a front page tells of: the project, or the subprojects that its readers belong to."""
    project = shown.view.project
    if not shown.audience.groups:
        return {"whom": (project.name or project.id) if project else "the project", "several": False}
    names = [summary.name_of(shown, id) for id in summary.scope(shown) if id]
    return {"whom": " and ".join(names), "several": len(names) > 1}


def _subproject(shown: Shown, id: str) -> Mapping[str, Any]:
    view = shown.view
    return {
        "id": id,
        "name": summary.name_of(shown, id),
        "piece": next((s for s in view.subprojects if s.id == id), None),
        "found": tuple(f for f in view.findings if f.subproject == id),
        "looks": tuple(look for look in view.looks if look.subproject == id),
        "families": _families(tuple(a for a in view.assets if a.subproject == id)),
        "found_in": _found_in(tuple(a for a in view.assets if a.subproject == id)),
        "still_open": Counter(f.asset for f in view.findings if f.is_open and f.subproject == id),
        "roles": tuple(r for r in view.roles if r.subproject == id),
        "seen": _seen(tuple(look for look in view.looks if look.subproject == id)),
        "alone": shown.audience.groups is not None and len(summary.scope(shown)) == 1,
    }


def _by_subproject(
    shown: Shown,
) -> tuple[tuple[str, tuple[AssetPiece, ...], dict[str, tuple[AssetPiece, ...]]], ...]:
    """The assets that are shown, by subproject in the order of their names; those of none come last."""
    by_id: dict[str, list[AssetPiece]] = {}
    for asset in shown.view.assets:
        by_id.setdefault(asset.subproject, []).append(asset)
    order = sorted(by_id, key=lambda id: (not id, summary.name_of(shown, id).casefold()))
    return tuple((id, tuple(by_id[id]), _found_in(tuple(by_id[id]))) for id in order)


def _families(assets: tuple[AssetPiece, ...]) -> tuple[tuple[str, tuple[AssetPiece, ...]], ...]:
    """The assets by family, but for those that stand under the organization they were found in."""
    under = {a.asset for found in _found_in(assets).values() for a in found}
    alone = tuple(a for a in assets if a.asset not in under)
    return tuple(
        (title, tuple(a for a in alone if a.family == family))
        for family, title in _FAMILIES.items()
        if any(a.family == family for a in alone)
    )


def _found_in(assets: tuple[AssetPiece, ...]) -> dict[str, tuple[AssetPiece, ...]]:
    """What was found in each organization that is shown itself, by the organization."""
    shown = {a.asset for a in assets}
    found: dict[str, tuple[AssetPiece, ...]] = {}
    for asset in assets:
        if asset.inherits in shown:
            found[asset.inherits] = (*found.get(asset.inherits, ()), asset)
    return found


def _alike(findings: tuple[FindingPiece, ...]) -> tuple[tuple[str, tuple[FindingPiece, ...]], ...]:
    """Findings with the same words together, most first; those with words of their own come last, under none."""
    by_words: dict[str, list[FindingPiece]] = {}
    for finding in findings:
        by_words.setdefault(finding.message, []).append(finding)
    same = sorted((g for g in by_words.items() if len(g[1]) > 1), key=lambda g: (-len(g[1]), g[0]))
    own = tuple(g[0] for g in by_words.values() if len(g) == 1)
    return (*((message, tuple(group)) for message, group in same), *((("", own),) if own else ()))


def _puzzled(rows: tuple[AnswerPiece, ...]) -> tuple[tuple[AnswerPiece, tuple[AnswerPiece, ...]], ...]:
    """Unknown answers to one question for one reason together, most first, each group behind one of its own."""
    groups: dict[tuple[str, str, str], list[AnswerPiece]] = {}
    for row in rows:
        groups.setdefault((row.check, row.reason, row.detail), []).append(row)
    order = sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))
    return tuple((group[0], tuple(group)) for _, group in order)


_RIGHTS = {"owner": "as an owner", "member": "as a member", "grant": "by a right granted"}


def _as_whom(looks: tuple[LookPiece, ...]) -> str:
    """As whom an asset on GitHub was seen, at best; nothing where everybody sees as much elsewhere."""
    used = {look.seen_as for look in looks if look.observed_at}
    if not any(look.source == "github" for look in looks):
        return next((words for right, words in _RIGHTS.items() if right in used), "")
    return next((words for right, words in _RIGHTS.items() if right in used), "as a stranger") if used else ""


def _seen(looks: tuple[LookPiece, ...]) -> dict[str, tuple[LookPiece, ...]]:
    by_asset: dict[str, list[LookPiece]] = {}
    for look in looks:
        by_asset.setdefault(look.asset, []).append(look)
    return {asset: tuple(found) for asset, found in by_asset.items()}


def _news(findings: tuple[FindingPiece, ...]) -> tuple[tuple[str, tuple[FindingPiece, ...]], ...]:
    """The findings that moved in the run, by movement, what the world did first."""
    return tuple(
        (move, moved) for move in _NEWS if (moved := tuple(f for f in findings if f.moves and f.moves[-1] == move))
    )


def _paragraphs(text: str) -> Markup:
    """A check's text: headings, lists, blocks of code and paragraphs; all of it escaped."""
    made: list[Markup] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if lines[0].startswith("```"):
            code = "\n".join(plain(line) for line in block.splitlines()[1:] if line.strip() != "```")
            made.append(Markup("<pre><code>{}</code></pre>").format(code))
        elif lines[0].startswith("#"):
            made.append(Markup("<h2>{}</h2>").format(_inline(lines[0].lstrip("# "))))
        elif all(line.startswith(("* ", "- ")) for line in lines):
            items = Markup("").join(Markup("<li>{}</li>").format(_inline(line[2:])) for line in lines)
            made.append(Markup("<ul>{}</ul>").format(items))
        else:
            made.append(Markup("<p>{}</p>").format(_inline(" ".join(lines))))
    return Markup("\n").join(made)


def _inline(text: str) -> Markup:
    pieces = _CODE.split(plain(text).replace("``", "`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else _stressed(part)
        for index, part in enumerate(pieces)
    )


def _stressed(text: str) -> Markup:
    pieces = _STRESS.split(text)
    return Markup("").join(
        Markup("<em>{}</em>").format(part) if index % 2 else escape(part) for index, part in enumerate(pieces)
    )


def _remedy(text: str) -> str:
    """The first paragraph under a check's heading "How to fix"; empty where it has none."""
    blocks = re.split(r"\n\s*\n", text.strip())
    for heading, block in pairwise(blocks):
        if heading.lstrip("# ").strip().casefold() == "how to fix":
            return " ".join(block.split())
    return ""


def _per_cent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".") if whole else "0"


def _number(value: int | None) -> str:
    return words.number(value) if value is not None else ""


def _finalize(value: object) -> object:
    """Data loses its control characters on its way to a page; markup made here passes."""
    if type(value) is str:
        return plain(value)
    return value


@cache
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    env.filters |= {
        "age": words.age,
        "day": words.day,
        "instant": words.instant,
        "meaning": words.meaning,
        "remedy_for": words.remedy,
        "answered": words.answered,
        "reached": words.reached,
        "unread": words.unread,
        "source": words.source,
        "source_note": words.source_note,
        "paragraphs": _paragraphs,
        "inline": _inline,
        "number": _number,
        "still": lambda asset, open_: open_[asset],
    }
    env.globals |= {
        "plural": words.plural,
        "per_cent": _per_cent,
        "subproject_path": subproject_path,
        "check_path": check_path,
        "news": _news,
        "remedy_of": _remedy,
        "moves": _MOVES,
        "alike": _alike,
        "puzzled": _puzzled,
        "as_whom": _as_whom,
        "Severity": Severity,
        "iso": _iso,
    }
    return env


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ")
