"""Say what the credentials here can see, what they cannot, and who could grant it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import format_option, offline_option, org_option, register_argument, verbosity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from muniment.app.doctor import Health, Outlook
    from muniment.model.tlp import Marking

_NO_CREDENTIAL = "No credential for GitHub is here, so its organizations cannot be asked about."
_REFUSED = "GitHub accepts no credential that is here, so its organizations cannot be asked about."
_NEW = """\
To make one that can only read:
  1. On GitHub: Settings, Developer settings, Personal access tokens, Fine-grained tokens, Generate new token.
  2. Resource owner: your organization. Repository access: all; repository permissions: Administration read.
  3. Organization permissions: Members, Administration, Custom properties read. Let it end within 90 days.
  4. export MUNIMENT_GITHUB_TOKEN=... here, in the shell alone; a keyring or a file of mode 600 work too.
  5. muniment doctor again. For 20 organizations an App is less work: see the guide to credentials."""


@click.command("doctor")
@register_argument
@org_option
@offline_option
@format_option
@click.option(
    "--strict", is_flag=True, help="Exit with 4 if a credential is in trouble or anything is not seen in full."
)
@verbosity
def command(register: Path, orgs: tuple[str, ...], offline: bool, form: str, strict: bool) -> None:
    """Say what the credentials here can see of the assets of REGISTER, and what they cannot.

    For each organization and datum: what would be seen, with which credential, which right is lacking, who could
    grant it, and the least that it costs in requests. The least is asked that tells, and nothing is written. A
    credential is shown by its name, kind, rights and end, never by any part of its secret. With --org there need be
    no register.
    """
    from muniment import wiring
    from muniment.app.doctor import examine
    from muniment.cli.telling import interruptible, say, spent, warn
    from muniment.model.tlp import TLP, Marking, join

    clock = wiring.SystemClock()
    named = wiring.organizations(orgs)
    inventory = wiring.inventory_of(register, named)
    asking = wiring.sources(offline=offline)
    with interruptible():
        health = examine(inventory, asking.collectors, asking.io, only=named, offline=offline)
    marking = join(Marking(TLP.AMBER), wiring.marking_of(register, named))
    _FORMS[form](health, marking, clock.now(), asking.addresses.templated)
    if health.keyless or health.is_refused:
        for line in (_NO_CREDENTIAL if health.keyless else _REFUSED, *_NEW.splitlines()):
            warn(line)
    if health.sources and form == "table":
        say("{pypi} and {npm} stand for the index and the registry that pip and npm are set to use.")
    spent(wiring.costs(asking))
    if health.is_cut_off and not offline:
        raise wiring.nothing(offline=False)
    if strict and health.is_lacking:
        raise click.exceptions.Exit(4)


_CARDS = ("credential", "kind", "account", "rights", "ends", "from", "trouble")
_SIGHTS = (
    "organization",
    "level",
    "datum",
    "seen",
    "credential",
    "right lacking",
    "who could grant it",
    "requests",
)
_SOURCES = ("source", "in reach", "asked", "told")


def _cards(health: Health, now: datetime) -> list[tuple[str, ...]]:
    from muniment.app.doctor import days_left

    return [
        (c.name, c.kind, c.account, ", ".join(c.rights), days_left(c, now), c.source, c.trouble)
        for c in health.cards
    ]


def _sights(health: Health) -> list[tuple[str, ...]]:
    levels = health.levels
    return [
        (s.asset, levels.get(s.asset, ""), s.kind, s.sees, s.credential, s.needs, s.who, str(s.cost))
        for s in health.sights
    ]


def _sources(health: Health, shown: Callable[[str], str]) -> list[tuple[str, ...]]:
    return [(s.name, "yes" if s.answered else "no", shown(s.url), shown(s.detail)) for s in health.sources]


def _table(health: Health, marking: Marking, now: datetime, shown: Callable[[str], str]) -> None:
    from muniment.app.doctor import first_line, outlooks
    from muniment.cli.telling import rows

    click.echo(first_line(health))
    if health.cards:
        click.echo("\nCredentials")
        rows("table", marking, _CARDS, _cards(health, now), below=("rights", "from", "trouble"))
    if health.sights:
        click.echo(f"\nOrganizations\n{marking.label}")
        for outlook in outlooks(health):
            _outlook(outlook)
    if health.sources:
        click.echo("\nSources")
        rows("table", marking, _SOURCES, _sources(health, shown), below=("asked",))


def _outlook(outlook: Outlook) -> None:
    """Organizations of which the same is seen, and what: readable also where there are twenty."""
    import shutil

    from muniment.model.text import plain
    from muniment.reporters.words import plural

    width = min(shutil.get_terminal_size((100, 24)).columns, 120)

    def wrapped(text: str, first: str, rest: str) -> None:
        click.echo(click.wrap_text(plain(text), width, first, rest))

    used = f" with {', '.join(outlook.credentials)}" if outlook.credentials else ""
    cost = f", at least {plural(outlook.cost, 'request')}" if outlook.cost else ""
    click.echo(f"\n{_LEVELS.get(outlook.level, outlook.level)}{plain(used)}{cost}")
    wrapped(", ".join(outlook.assets), "  ", "  ")
    for part in outlook.parts:
        wrapped(", ".join(part.kinds), f"    {part.sees:<8}", " " * 12)
        if part.needs or part.who:
            lacking = [f"needs {part.needs}" if part.needs else "", f"ask {part.who}" if part.who else ""]
            wrapped(" · ".join(filter(None, lacking)), " " * 14, " " * 14)


_LEVELS = {
    "grants": "some rights",
    "outside": "blind: as a stranger sees it",
    "missing": "unknown to GitHub",
    "refused": "blind: GitHub accepts no credential that is here",
    "unreachable": "did not answer",
    "unasked": "not asked",
}


def _markdown(health: Health, marking: Marking, now: datetime, shown: Callable[[str], str]) -> None:
    from muniment.app.doctor import first_line
    from muniment.cli.telling import rows

    click.echo(f"{first_line(health)}\n")
    for columns, found in (
        (_CARDS, _cards(health, now)),
        (_SIGHTS, _sights(health)),
        (_SOURCES, _sources(health, shown)),
    ):
        rows("markdown", marking, columns, found)
        click.echo()


def _csv(health: Health, marking: Marking, now: datetime, shown: Callable[[str], str]) -> None:
    from muniment.cli.telling import rows

    rows("csv", marking, _SIGHTS, _sights(health))


def _json(health: Health, marking: Marking, now: datetime, shown: Callable[[str], str]) -> None:
    import json

    from muniment.app.doctor import first_line
    from muniment.model.text import plain

    def named(columns: tuple[str, ...], found: list[tuple[str, ...]]) -> list[dict[str, str]]:
        return [dict(zip(columns, map(plain, row), strict=True)) for row in found]

    body = {
        "version": 1,
        "marking": marking.label,
        "summary": first_line(health),
        "credentials": named(_CARDS, _cards(health, now)),
        "rows": named(_SIGHTS, _sights(health)),
        "sources": named(_SOURCES, _sources(health, shown)),
    }
    click.echo(json.dumps(body, ensure_ascii=False, indent=2))


_FORMS: dict[str, Callable[[Health, Marking, datetime, Callable[[str], str]], None]] = {
    "table": _table,
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
}
