"""Puts together what a page says once for many rows: findings in the same words, answers for one reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from muniment.publish.pieces import AnswerPiece, AssetPiece, FindingPiece, LookPiece

FAMILIES = {
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
"""What the assets of a family are called, in the order in which they are shown."""

_NEWS = ("new", "reopened", "unwaived", "fixed", "waived", "rejudged", "reparsed", "dropped", "regraded")
_RIGHTS = {"owner": "as an owner", "member": "as a member", "grant": "by a right granted"}


def families(assets: tuple[AssetPiece, ...]) -> tuple[tuple[str, tuple[AssetPiece, ...]], ...]:
    """The assets by family, but for those that stand under the organization they were found in."""
    under = {a.asset for found in found_in(assets).values() for a in found}
    by_family: defaultdict[str, list[AssetPiece]] = defaultdict(list)
    for asset in assets:
        if asset.asset not in under:
            by_family[asset.family].append(asset)
    return tuple((title, tuple(by_family[family])) for family, title in FAMILIES.items() if family in by_family)


def found_in(assets: Iterable[AssetPiece]) -> dict[str, tuple[AssetPiece, ...]]:
    """What was found in each organization that is shown itself, by the organization."""
    assets = tuple(assets)
    shown = {a.asset for a in assets}
    found: defaultdict[str, list[AssetPiece]] = defaultdict(list)
    for asset in assets:
        if asset.inherits in shown:
            found[asset.inherits].append(asset)
    return {organization: tuple(under) for organization, under in found.items()}


def alike(findings: Iterable[FindingPiece]) -> tuple[tuple[str, tuple[FindingPiece, ...]], ...]:
    """Findings with the same words together, most first; those with words of their own come last, under none."""
    by_words: dict[str, list[FindingPiece]] = {}
    for finding in findings:
        by_words.setdefault(finding.message, []).append(finding)
    same = sorted((g for g in by_words.items() if len(g[1]) > 1), key=lambda g: (-len(g[1]), g[0]))
    own = tuple(g[0] for g in by_words.values() if len(g) == 1)
    return (*((message, tuple(group)) for message, group in same), *((("", own),) if own else ()))


def puzzled(rows: Iterable[AnswerPiece]) -> tuple[tuple[AnswerPiece, tuple[AnswerPiece, ...]], ...]:
    """Unknown answers to one question for one reason together, most first, each group behind one of its own."""
    groups: dict[tuple[str, str, str], list[AnswerPiece]] = {}
    for row in rows:
        groups.setdefault((row.check, row.reason, row.detail), []).append(row)
    order = sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))
    return tuple((group[0], tuple(group)) for _, group in order)


def news(findings: Iterable[FindingPiece]) -> tuple[tuple[str, tuple[FindingPiece, ...]], ...]:
    """The findings that moved in the run, by movement, what the world did first."""
    by_move: defaultdict[str, list[FindingPiece]] = defaultdict(list)
    for finding in findings:
        if finding.moves:
            by_move[finding.moves[-1]].append(finding)
    return tuple((move, tuple(by_move[move])) for move in _NEWS if move in by_move)


def as_whom(looks: Iterable[LookPiece]) -> str:
    """As whom an asset on GitHub was seen, at best; nothing where everybody sees as much elsewhere."""
    looks = tuple(looks)
    used = {look.seen_as for look in looks if look.observed_at}
    if not any(look.source == "github" for look in looks):
        return next((words for right, words in _RIGHTS.items() if right in used), "")
    return next((words for right, words in _RIGHTS.items() if right in used), "as a stranger") if used else ""
