"""The summary on the terminal: what is open, what moved and what is not known, on one screen."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from muniment.model.text import plain
from muniment.model.tlp import TLP
from muniment.model.verdict import Severity
from muniment.publish import summary as sums
from muniment.publish.pieces import View
from muniment.publish.projection import Shown, label
from muniment.reporters.words import day, meaning, number, plural, reached, standing, unasked, unread
from muniment.reporters.words import moved as movements

LINES = 8
"""How many lines of findings one screen shows before it says how many more there are."""

ROWS = 5
"""How many subprojects one screen shows."""

REASONS = 3
"""How many reasons of Unknown the last line names, if there is room."""

_COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}


def summary(shown: Shown) -> RenderableType:
    """The summary of a run: at most 25 lines whatever its size, at most 5 if no finding moved.

    The first line is the marking, the last counts Unknown.
    """
    moved = sums.balance(shown.view.findings)
    head = _title(shown)
    if shown.audience.level < TLP.AMBER:
        return Group(head, *_released(shown))
    if not shown.view.baseline and not moved.moved:
        return Group(head, _unchanged(shown, moved), *_reach(shown), _unknown(shown))
    foot: tuple[RenderableType, ...] = (*_reach(shown, _stale(shown)), _unknown(shown))
    return Group(head, _headline(shown, moved), Text(""), *_findings(shown), Text(""), *_subprojects(shown), *foot)


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


class Fitting:
    """The first of some lines that fits the terminal; the last of them folds if none does."""

    def __init__(self, *lines: Text) -> None:
        self.lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield next((line for line in self.lines if line.cell_len <= options.max_width), self.lines[-1])


def _title(shown: Shown) -> Table:
    """Marking, project, run and instant on one line: of these the project's name gives way."""
    view = shown.view
    name = plain(view.project.name or view.project.id) if view.project else ""
    when = " · ".join(([f"run {view.run.id}"] if view.run else []) + [standing(view)])
    line = Table.grid()
    line.add_column(no_wrap=True)
    line.add_column()
    line.add_column(no_wrap=True)
    marking = Text.assemble((label(shown.audience), "bold reverse"), "  ")
    line.add_row(marking, _shrinking(name), f" · {when}" if name else when)
    return line


def _since(view: View) -> str:
    return f"since {day(view.previous.at)} (run {view.previous.id})" if view.previous else "since the run before"


def _unchanged(shown: Shown, moved: sums.Balance) -> Fitting:
    open, unknown, stale = (number(n) for n in (moved.after, sums.unknown(shown), sums.stale(shown)))
    numbers = f"{open} open, {unknown} unknown, {stale} stale"
    told = Text(f"No finding moved {_since(shown.view)}: {numbers}.", style="bold")
    return Fitting(
        Text.assemble(told, " See: muniment findings"),
        told,
        Text(f"No finding moved: {numbers}.", style="bold"),
    )


def _headline(shown: Shown, moved: sums.Balance) -> Text:
    open = sums.open_findings(shown)
    grave = sum(f.severity >= Severity.HIGH for f in open)
    text = Text(f"{plural(moved.after, 'open finding')}", style="bold")
    if grave:
        text.append(f", {grave} high or critical")
    if shown.view.baseline:
        return text.append(". The first run: the line from which news is told.", style="not bold")
    return text.append(f". {movements(moved)} {_since(shown.view)}.", style="not bold")


def _findings(shown: Shown) -> Iterable[RenderableType]:
    groups = sums.groups(shown, sums.open_findings(shown))
    if not groups:
        yield Text("No finding is open." if shown.view.counts else "No check has answered yet: muniment collect")
        return
    table = _grid()
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    # One line more costs no more than the line that would say it is missing.
    kept = groups if len(groups) <= LINES + 1 else groups[:LINES]
    above: Severity | None = None
    for group in kept:
        table.add_row(
            Text("" if group.severity is above else group.severity.word, style=_COLOURS[group.severity]),
            Text(f"+{group.new} new" if group.new else "", style="bold"),
            f"{group.findings} on {plural(group.assets, 'asset')}",
            _shrinking(f"{group.title}: {group.cause}" if group.cause else group.title),
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
    table.add_column("subproject")
    for name in ("critical", "high", "medium", "low", "pass", "stale", "unknown"):
        table.add_column(name, justify="right", no_wrap=True)
    kept = ranked if len(ranked) <= ROWS + 1 else ranked[:ROWS]
    for p in kept:
        numbers = (p.critical, p.high, p.medium, p.low, p.ok, p.stale, p.unknown)
        table.add_row(_shrinking(p.name), *(Text(str(n), style="" if n else "dim") for n in numbers))
    yield table
    cut = ranked[len(kept) :]
    if cut:
        lost, puzzles = sum(p.open for p in cut), sum(p.unknown for p in cut)
        told = f"{plural(lost, 'open finding')} and {puzzles} unknown"
        yield Fitting(
            Text(
                f"… and {plural(len(cut), 'more subproject')} with {told}: muniment findings --subproject ID", "dim"
            ),
            Text(f"… and {plural(len(cut), 'more subproject')} with {told}", "dim"),
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


def _stale(shown: Shown) -> str:
    return f" {plural(sums.stale(shown), 'answer stands', 'answers stand')} on stale evidence."


def _reach(shown: Shown, more: str = "") -> Iterable[Text]:
    reach = shown.view.reach
    told = (unasked(shown) if reach is None else reached(reach)) + more
    if told:
        yield Text(told.strip())
    if shown.view.unread:
        yield Text(unread(shown), style="bold")


def _unknown(shown: Shown) -> Fitting:
    count = sums.unknown(shown)
    reasons: Counter[str] = Counter()
    for puzzle in sums.puzzles(shown):
        reasons[puzzle.reason] += puzzle.count
    told = [_told(reasons, named) for named in range(REASONS, -1, -1)]
    if len(reasons) == 1:
        told = [f": {meaning(next(iter(reasons)))}.", "."]
    head = Text(f"{plural(count, 'answer is', 'answers are')} Unknown", style="bold")
    return Fitting(*(Text.assemble(head, line) for line in told))


def _told(reasons: Counter[str], named: int) -> str:
    most = reasons.most_common(named)
    rest = reasons.total() - sum(n for _, n in most)
    told = [f"{number(n)} {plain(reason)}" for reason, n in most]
    if rest and most:
        told.append(f"{number(rest)} for other reasons")
    return f": {', '.join(told)}." if told else "."


def _shrinking(text: str) -> Text:
    """A cell of one line that is cut if its column gives way to the others."""
    return Text(plain(text), overflow="ellipsis", no_wrap=True)


def _grid() -> Table:
    return Table.grid(padding=(0, 2, 0, 0))


__all__ = ["LINES", "ROWS", "rendered", "summary"]
