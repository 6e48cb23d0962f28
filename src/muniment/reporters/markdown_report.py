"""``report.md``: the summary as Markdown, for minutes, issues and mail."""

from __future__ import annotations

import re
from collections.abc import Iterable

from muniment.model.text import plain
from muniment.model.tlp import TLP
from muniment.publish import summary
from muniment.publish.projection import Shown, label
from muniment.reporters.words import answered, meaning, plural, reached, readers, standing, unasked, unread
from muniment.reporters.words import moved as movements

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def files(shown: Shown) -> dict[str, bytes]:
    """``report.md``, for readers that are told of findings at all."""
    if shown.audience.level < TLP.AMBER:
        return {}
    return {"report.md": ("\n".join(_lines(shown)) + "\n").encode()}


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, not as markup."""
    return _SPECIAL.sub(r"\\\1", plain(text))


def _lines(shown: Shown) -> Iterable[str]:
    view = shown.view
    open = summary.open_findings(shown)
    moved = summary.balance(view.findings)
    yield f"**{label(shown.audience)}** {readers(shown.audience)}"
    yield ""
    run = f", run {view.run.id}" if view.run else ""
    project = view.project.name or view.project.id if view.project else "The project"
    yield f"# {escaped(project)}, {standing(view)}{run}"
    yield ""
    what = "the first run" if view.baseline else movements(moved) or "none moved"
    yield f"{plural(len(open), 'open finding')}: {what}. Answers: {answered(summary.answers(shown))}."
    evidence = unasked(shown) if view.reach is None else f"Evidence: {reached(view.reach)}"
    if evidence:
        yield ""
        yield evidence
    if view.unread:
        yield ""
        yield escaped(unread(shown))
    yield ""
    if open:
        yield "| severity | problem | findings | assets | new |"
        yield "|---|---|--:|--:|--:|"
        for group in summary.groups(shown, open):
            title = f"{group.title}: {group.cause}" if group.cause else group.title
            numbers = f"{group.findings} | {group.assets} | {group.new}"
            yield f"| {group.severity.word} | {escaped(title)} | {numbers} |"
        yield ""
    for puzzle in summary.puzzles(shown):
        yield f"- Unknown, {plural(puzzle.count, 'answer')}: {escaped(meaning(puzzle.reason))}"
