"""Tell what the newest run changed: what, whose, and one thing to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import db_option, format_option, register_option, verbosity

if TYPE_CHECKING:
    from muniment.app.news import News


LONGEST = 60_000
"""Characters of an issue's text. GitHub refuses one of 65,536, and a comment too: then nobody would be told."""


@click.command("news")
@register_option
@db_option
@format_option
@click.option("--subproject", help="Only this subproject's.")
@verbosity
def command(register: Path, db: str | None, form: str, subproject: str | None) -> None:
    """Tell what the newest run changed: what, whose, and one thing to do.

    As Markdown it is an issue's text, the first line its title; nothing at all is printed if nothing changed. A
    first run is the baseline and brings no news, and neither does a change of a check or of the program.
    """
    from muniment import wiring
    from muniment.app.dossiers import book_at
    from muniment.app.find import subproject_named
    from muniment.app.material import material
    from muniment.app.news import news
    from muniment.cli.telling import rows, say
    from muniment.model.tlp import TLP, Marking
    from muniment.publish.projection import COUNCIL, label, project
    from muniment.publish.view import build

    checks = wiring.all_checks()
    with wiring.opened(register, db) as store:
        moment = wiring.moment(None, None, wiring.SystemClock().now())
        if subproject is not None:
            subproject = subproject_named(book_at(store).inventory, subproject)
        made = material(store, checks, now=moment.now, today=moment.today)
    shown = project(build(made, checks), COUNCIL)
    told = news(shown, subproject)
    if form == "markdown":
        click.echo(issue(told, label(shown.audience)), nl=False)
    elif told.items or form != "table":
        columns = ("change", "severity", "whose", "asset", "what", "do", "finding")
        lines = [(i.change, i.severity.word, i.whose, i.asset, i.what, i.act, i.finding) for i in told.items]
        rows(form, Marking(TLP.RED), columns, lines, below=("what", "do", "finding"))
    if not told.items:
        say("The first run is the baseline." if shown.view.baseline else "Nothing changed.")


def issue(told: News, marking: str) -> str:
    """A title, the marking, and a line for each finding, as many as an issue holds; empty if there is no news."""
    from muniment.reporters.markdown_report import escaped

    def text(words: str) -> str:
        return escaped(words).replace("@", "@\u200b")  # nobody is called by name to an issue

    if not told.items:
        return ""
    lines = [f"# {text(told.title)}", "", f"**{marking}** What the newest run changed.", ""]
    length = sum(map(len, lines))
    for number, item in enumerate(told.items):
        done = item.change == "fixed"
        moved = f", {item.change}" if item.change not in ("new", "fixed") else ""
        what = f"{'fixed, ' if done else ''}{item.severity.word}{moved}"
        act = f" **Do:** {text(item.act)}" if item.act else ""
        asset = item.asset.replace("`", "")
        line = (
            f"- [{'x' if done else ' '}] **{what}** `{asset}` ({text(item.whose)}): "
            f"{text(item.what.rstrip('.'))}.{act} `{item.finding}`"
        )
        length += len(line) + 1
        if length > LONGEST:
            lines += ["", f"… and {len(told.items) - number} more: `muniment news`."]
            break
        lines.append(line)
    return "\n".join(lines) + "\n"
