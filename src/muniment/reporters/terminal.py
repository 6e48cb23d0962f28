"""The summary on the terminal: what is open, what moved and what is not known, on one screen."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from muniment.model.text import plain
from muniment.model.tlp import TLP
from muniment.model.verdict import Severity
from muniment.publish import summary as sums
from muniment.publish.pieces import View
from muniment.publish.projection import Shown, label
from muniment.reporters.words import day, instant, meaning, plural

LINES = 8
"""How many lines of findings one screen shows before it says how many more there are."""

ROWS = 5
"""How many subprojects one screen shows."""

REASONS = 3
"""How many reasons of Unknown the last line names."""

_COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}


def summary(shown: Shown) -> RenderableType:
    """The summary of a run: at most 25 lines whatever its size, at most 5 if no finding moved.

    The first line is the marking, the last counts Unknown.
    """
    moved = sums.balance(shown.view.findings)
    head = Text.assemble((label(shown.audience), "bold reverse"), "  ", _title(shown.view))
    if shown.audience.level < TLP.AMBER:
        return Group(head, *_released(shown))
    foot = Group(_reach(shown), _unknown(shown))
    if not shown.view.baseline and not moved.moved:
        return Group(head, _unchanged(shown, moved), foot)
    return Group(head, _headline(shown, moved), Text(""), *_findings(shown), Text(""), *_subprojects(shown), foot)


def rendered(renderable: RenderableType, *, width: int = 100, colour: bool = False) -> str:
    """What a terminal of some width would show, for files, tests and pipes."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(renderable)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def _title(view: View) -> Text:
    words = [plain(view.project.name or view.project.id)] if view.project else []
    if view.run:
        words.append(f"run {view.run.id}")
    return Text(" · ".join([*words, instant(view.at)]))


def _since(view: View) -> str:
    return f"since {day(view.previous.at)} (run {view.previous.id})" if view.previous else "since the run before"


def _unchanged(shown: Shown, moved: sums.Balance) -> Text:
    numbers = f"{moved.after} open, {sums.unknown(shown)} unknown, {sums.stale(shown)} stale"
    return Text.assemble((f"No finding moved {_since(shown.view)}: {numbers}.", "bold"), " See: muniment findings")


def _headline(shown: Shown, moved: sums.Balance) -> Text:
    open = sums.open_findings(shown)
    grave = sum(f.severity >= Severity.HIGH for f in open)
    text = Text(f"{plural(moved.after, 'open finding')}", style="bold")
    if grave:
        text.append(f", {grave} high or critical")
    if shown.view.baseline:
        return text.append(". The first run: the line from which news is told.", style="not bold")
    came = {
        "new": moved.new,
        "reopened": moved.reopened,
        "no longer waived": moved.unwaived,
        "by a change of ours": moved.ours,
        "fixed": moved.fixed,
        "waived": moved.waived,
    }
    told = ", ".join(f"{count} {word}" for word, count in came.items() if count)
    return text.append(f". {told[:1].upper()}{told[1:]} {_since(shown.view)}.", style="not bold")


def _findings(shown: Shown) -> Iterable[RenderableType]:
    groups = sums.groups(shown, sums.open_findings(shown))
    if not groups:
        yield Text("No finding is open." if shown.view.counts else "No check has answered yet: muniment collect")
        return
    table = _grid()
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="ellipsis", no_wrap=True)
    # One line more costs no more than the line that would say it is missing.
    kept = groups if len(groups) <= LINES + 1 else groups[:LINES]
    above: Severity | None = None
    for group in kept:
        table.add_row(
            Text("" if group.severity is above else group.severity.word, style=_COLOURS[group.severity]),
            Text(f"+{group.new} new" if group.new else "", style="bold"),
            f"{group.findings} on {plural(group.assets, 'asset')}",
            Text(plain(f"{group.title}: {group.cause}" if group.cause else group.title)),
        )
        above = group.severity
    yield table
    cut = groups[len(kept) :]
    if cut:
        lost = plural(sum(g.findings for g in cut), "finding")
        yield Text(f"… and {plural(len(cut), 'more line')} with {lost}: muniment findings", style="dim")


def _subprojects(shown: Shown) -> Iterable[RenderableType]:
    postures = sums.postures(shown)
    if not any(p.answers or p.open for p in postures):
        return
    ranked = sorted(
        postures, key=lambda p: (-p.critical, -p.high, -p.medium, -p.low, -p.unknown, p.name.casefold())
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column("subproject", overflow="ellipsis", no_wrap=True)
    for name in ("critical", "high", "medium", "low", "pass", "unknown", "stale"):
        table.add_column(name, justify="right", no_wrap=True)
    kept = ranked if len(ranked) <= ROWS + 1 else ranked[:ROWS]
    for p in kept:
        numbers = (p.critical, p.high, p.medium, p.low, p.ok, p.unknown, p.stale)
        table.add_row(Text(plain(p.name)), *(Text(str(n), style="" if n else "dim") for n in numbers))
    yield table
    cut = ranked[len(kept) :]
    if cut:
        lost, puzzles = sum(p.open for p in cut), sum(p.unknown for p in cut)
        told = f"{plural(lost, 'open finding')} and {puzzles} unknown"
        yield Text(
            f"… and {plural(len(cut), 'more subproject')} with {told}: muniment findings --subproject ID",
            style="dim",
        )


def _released(shown: Shown) -> Iterable[RenderableType]:
    total = next((r.count for r in shown.view.released if r.total), None)
    yield Text(
        f"{plural(total, 'open finding')} in all." if total is not None else "No number of findings is released."
    )
    if shown.view.released:
        told = sum(r.count is not None for r in shown.view.released if not r.total)
        held = sum(r.count is None for r in shown.view.released if not r.total)
        yield Text(f"{plural(told, 'number')} by subproject released, {held} withheld: none under five is told.")


def _reach(shown: Shown) -> Text:
    reach = shown.view.reach
    stale = plural(sums.stale(shown), "answer stands", "answers stand")
    told = "No source was asked"
    if reach is not None:
        told = f"{reach.live} live, {reach.recorded} recorded, {reach.unreachable} unreachable"
        told += f", {reach.unasked} not asked yet" if reach.unasked else ""
    return Text(f"{told}. {stale} on stale evidence.")


def _unknown(shown: Shown) -> Text:
    count = sums.unknown(shown)
    reasons: Counter[str] = Counter()
    for puzzle in sums.puzzles(shown):
        reasons[puzzle.reason] += puzzle.count
    text = Text(f"{plural(count, 'answer is', 'answers are')} Unknown", style="bold")
    if len(reasons) == 1:
        return text.append(f": {meaning(next(iter(reasons)))}.", style="not bold")
    most = reasons.most_common(REASONS)
    told = ", ".join(f"{n} {plain(reason)}" for reason, n in most)
    rest = count - sum(n for _, n in most)
    if rest:
        told += f", {rest} for other reasons"
    return text.append(f": {told}." if told else ".", style="not bold")


def _grid() -> Table:
    return Table.grid(padding=(0, 2, 0, 0))


__all__ = ["LINES", "ROWS", "rendered", "summary"]
