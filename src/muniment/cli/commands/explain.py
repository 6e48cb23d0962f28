"""Explain a check, why a finding stands and what would change it, or why an asset is the project's."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import as_of_option, db_option, register_option, verbosity

if TYPE_CHECKING:
    from muniment.app.because import Because
    from muniment.checks.declaration import Check
    from muniment.ledger.events import Entry
    from muniment.ledger.finding import Finding
    from muniment.ports import CellRecord, RunStamp


@click.command("explain")
@click.argument("what", required=False)
@register_option
@db_option
@as_of_option
@verbosity
def command(what: str | None, register: Path, db: str | None, as_of: date | None) -> None:
    """Explain WHAT: a check's id, a finding such as F-1a2b3c4d, or an asset such as github:repo/OWNER/NAME.

    Of an asset: which entry or rule, in which file and line, made it what it is, from which evidence. Without WHAT
    the checks are listed.
    """
    from difflib import get_close_matches

    from muniment import wiring
    from muniment.app.dossiers import book_at, records_at
    from muniment.app.find import one, withdrawn
    from muniment.evidence.kind import kind_id
    from muniment.model.errors import UsageError
    from muniment.model.tlp import join

    checks = wiring.all_checks()
    if what is None:
        for each in checks.values():
            click.echo(f"{each.id:<42}  {each.severity.word:<8}  {each.title}")
        return
    named = next((c for c in checks.values() if what in (c.id, *c.aliases)), None)
    if named is not None:
        _check(named)
        return
    if ":" in what:
        from muniment.app.because import because
        from muniment.model.asset import canonical

        moment = wiring.moment(as_of, None, wiring.SystemClock().now())
        with wiring.opened(register, db) as store:
            _asset(because(store, canonical(what), at=moment.at))
        return
    if not what.upper().startswith("F-"):
        near = get_close_matches(what, checks, 1)
        raise UsageError(
            f"{what!r} is neither a check, a finding nor an asset",
            hint=f"did you mean {near[0]}?" if near else "F-…, a check's id, or an asset's",
        )
    moment = wiring.moment(as_of, None, wiring.SystemClock().now())
    with wiring.opened(register, db) as store:
        finding, history = one(store, what)
        check = checks.get(finding.id.check)
        kinds = {kind_id(k) for k in check.kinds} if check is not None else set()
        records = [r for r in records_at(store, moment.at, (finding.id.asset,)) if r.cell.kind in kinds]
        book = book_at(store)
    (finding,) = withdrawn((finding,), book.inventory)
    click.echo(join(finding.marking, book.whole, *(r.marking for r in records)).label)
    _finding(finding, history)
    _evidence(records, check)
    if check is not None:
        click.echo("\nWhy it matters, and what would change it\n")
        _prose(check.text, ("Why it matters", "How to fix"))


def _asset(found: Because) -> None:
    from muniment.model.text import plain

    entry = found.entry
    click.echo(found.marking.label)
    click.echo(f"{entry.asset}: {entry.status.value} · {found.subproject or 'of nobody in particular'}")
    click.echo(f"reason: {plain(entry.reason)}")
    click.echo("\nWhat made it so")
    for line in found.chain:
        click.echo(f"  → {plain(line)}")
    if found.beside:
        click.echo("\nWhat gives way")
        for line in found.beside:
            click.echo(f"  {plain(line)}")


def _check(check: Check) -> None:
    click.echo(f"{check.id}: {check.title}")
    controls = f" · controls: {', '.join(check.controls)}" if check.controls else ""
    click.echo(f"severity: {check.severity.word}{controls}")
    if check.kinds:
        from muniment.evidence.kind import kind_id

        click.echo(f"evidence: {', '.join(kind_id(k) for k in check.kinds)}")
    click.echo("")
    _prose(check.text)


def _prose(text: str, only: Sequence[str] = ()) -> None:
    """A check's page for a terminal of any width: all of it, or some of its sections."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    for section in inspect.cleandoc(text).split("\n## "):
        head, _, body = section.partition("\n\n")
        titled = section is not text and "\n" not in head and len(head) < 40
        if only and head not in only:
            continue
        if titled and body:
            click.echo(click.style(head, bold=True))
        shown = body if titled and body else section
        for paragraph in shown.split("\n\n"):
            click.echo(click.wrap_text(" ".join(paragraph.split()), width, "  ", "  "))
            click.echo("")


def _finding(finding: Finding, history: tuple[tuple[RunStamp, Entry], ...]) -> None:
    from muniment.model.text import plain

    click.echo(f"{finding.id.short}: {plain(finding.message)}")
    state = "dropped" if finding.is_dropped else finding.state.value
    click.echo(f"{finding.severity.word} · {state} · {finding.id.check} · {finding.id.asset}")
    if finding.id.key:
        click.echo(f"key: {plain(finding.id.key)}")
    if finding.where:
        click.echo(f"declared at {plain(finding.where.file)}:{finding.where.line}")
    click.echo("\nHistory")
    for stamp, entry in history:
        click.echo(f"  {stamp.at:%Y-%m-%d %H:%M} UTC  run {stamp.id}  {plain(_told(entry))}")


def _told(entry: Entry) -> str:
    from muniment.ledger import events

    match entry.event:
        case events.Opened(again=again, why=why):
            return f"{'reopened' if again else 'opened'} ({why.value})"
        case events.Regraded(severity=severity):
            return f"now {severity.word}"
        case events.Restated(message=message):
            return f"said anew: {message}"
        case events.Fixed(how=how, why=why):
            return f"{'fixed' if why is events.Why.OBSERVED else 'dropped'}: {how.value} ({why.value})"
        case events.Waived(by=by, reason=reason, until=until, decision=decision):
            return f"{decision.value} by {by} through {until}: {reason}"
        case events.Unwaived(expired=expired):
            return "the waiver expired" if expired else "the waiver was withdrawn"


def _evidence(records: Sequence[CellRecord], check: Check | None) -> None:
    from muniment.model.text import plain

    click.echo("\nEvidence")
    if check is None:
        click.echo("  The check is not installed here, so its evidence cannot be named.")
    elif not records:
        click.echo("  The register alone.")
    for record in records:
        when = record.observed_at.strftime("%Y-%m-%d %H:%M UTC") if record.observed_at else "never"
        believed = record.standing.value if record.standing else record.latest.value
        vantage = ", ".join(sorted(record.vantage))
        click.echo(
            f"  {record.cell.kind}: {believed}, {len(record.facts)} facts, seen {when} from {record.cell.source} "
            f"as {vantage}, read by {record.parser}"
        )
        if record.latest_at != record.observed_at and not record.latest.observes:
            click.echo(f"    newest look {record.latest_at:%Y-%m-%d}: {record.latest.value} {plain(record.detail)}")
        for key, payload in record.facts[:12]:
            click.echo(f"    {plain(key)}  {plain(payload.decode(errors='replace'), 160)}")
        if len(record.facts) > 12:
            click.echo(f"    … and {len(record.facts) - 12} more facts")
