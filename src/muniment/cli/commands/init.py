"""Start a register: small YAML files that explain themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from muniment.cli.options import verbosity

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.argument("more", metavar="", nargs=-1, type=_FILE)
@click.option("--name", help="The project's name (default: the directory's).")
@click.option(
    "--from-governance",
    "governance",
    metavar="FILE…",
    multiple=True,
    type=_FILE,
    help="Take people, teams and subprojects from governance documents: one file or several.",
)
@verbosity
def command(directory: Path, more: tuple[Path, ...], name: str | None, governance: tuple[Path, ...]) -> None:
    """Start a register in DIRECTORY. Files that exist are never overwritten.

    With --from-governance the register begins with what the project's documents say, each entry with the file and
    line that says it; what they leave open is asked.
    """
    from muniment import wiring
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError
    from muniment.register.template import starter

    if more and not governance:
        raise UsageError(f"{more[0]} is one argument too many", hint="muniment init --help")
    called = name or directory.resolve().name
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    if governance:
        founding = wiring.founded(called, (*governance, *more))
        files, told, asked = founding.files, founding.took, founding.questions
    else:
        files = starter(called)
    for path in _written(directory, files):
        click.echo(path)
    wiring.read_register(directory)
    for line in told:
        say(line[0].upper() + line[1:] + ".")
    if asked:
        say("Questions that the documents leave open:")
    for number, line in enumerate(asked, start=1):
        say(f"{number:>3}. {line}")
    say(f"Edit them, then: muniment run {directory}")


def _written(directory: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write a register's files, none of which may be there."""
    from muniment.model.errors import UsageError
    from muniment.register.schema import published

    header = "# yaml-language-server: $schema=register.schema.json\n"  # editors complete and check by it
    files = {file: header + text for file, text in texts.items()}
    files["register.schema.json"] = published()
    files[".gitignore"] = "# What a run makes. The database is TLP:RED.\nmuniment.sqlite*\nout/\nout-*/\n"
    there = [f for f in files if (directory / f).exists()]
    if there:
        raise UsageError(f"{directory / there[0]} exists already", hint="name another directory, or edit the files")
    for file, text in files.items():
        path = directory / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [directory / file for file in files]
