"""Start a register: small YAML files that explain themselves."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import verbosity


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", help="The project's name (default: the directory's).")
@verbosity
def command(directory: Path, name: str | None) -> None:
    """Start a register in DIRECTORY. Files that exist are never overwritten."""
    from muniment import wiring
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError
    from muniment.register.schema import published
    from muniment.register.template import starter

    header = "# yaml-language-server: $schema=register.schema.json\n"  # editors complete and check by it
    files = {file: header + text for file, text in starter(name or directory.resolve().name).items()}
    files["register.schema.json"] = published()
    files[".gitignore"] = "# What a run makes. The database is TLP:RED.\nmuniment.sqlite*\nout/\nout-*/\n"
    there = [f for f in files if (directory / f).exists()]
    if there:
        raise UsageError(f"{directory / there[0]} exists already", hint="name another directory, or edit the files")
    for file, text in files.items():
        path = directory / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(path)
    wiring.read_register(directory)
    say(f"Edit them, then: muniment run {directory}")
