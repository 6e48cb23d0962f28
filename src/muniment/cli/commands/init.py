"""Start a register: small YAML files that explain themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import db_option, live_option, offline_option, verbosity

if TYPE_CHECKING:
    from muniment.register.governance.founding import Founding

_FILE = click.Path(path_type=Path, dir_okay=False)
_DISCOVERING = "orgs lists recorded owner_property marking offline live db".split()  # noqa: SIM905


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
@click.option("--discover", is_flag=True, help="Look at the organizations named, and write rules of what is there.")
@click.option("--org", "orgs", multiple=True, help="Discover this organization on GitHub; may be given again.")
@click.option(
    "--list",
    "lists",
    metavar="FILE",
    multiple=True,
    type=_FILE,
    help="A list that people keep, to hold what is found against: names, ids, addresses, CSV or Markdown.",
)
@click.option(
    "--owner-property",
    metavar="NAME",
    help="The custom property of repositories that names the subproject which answers for each.",
)
@click.option(
    "--recorded",
    metavar="BUNDLE",
    multiple=True,
    type=_FILE,
    help="Evidence that was recorded elsewhere; may be given again.",
)
@click.option(
    "--marking",
    type=click.Choice(("clear", "green", "amber")),
    help="Who may see what the register says of assets (default: amber). Below amber no properties are read.",
)
@offline_option
@live_option
@db_option
@verbosity
@click.pass_context
def command(
    context: click.Context,
    directory: Path,
    more: tuple[Path, ...],
    name: str | None,
    governance: tuple[Path, ...],
    discover: bool,
    orgs: tuple[str, ...],
    lists: tuple[Path, ...],
    owner_property: str | None,
    recorded: tuple[Path, ...],
    marking: str | None,
    offline: bool,
    live: int | None,
    db: str | None,
) -> None:
    """Start a register in DIRECTORY. Files that exist are never overwritten.

    With --from-governance the register begins with what the project's documents say, each entry with the file and
    line that says it. With --discover it begins with rules about the organizations named with --org and what is in
    them, packages too. What neither decides is asked.
    """
    from muniment import wiring
    from muniment.model.errors import UsageError
    from muniment.register.template import starter

    if more and not governance:
        raise UsageError(f"{more[0]} is one argument too many", hint="muniment init --help")
    called = name or directory.resolve().name
    documents = (*governance, *more)
    if discover:
        if not orgs:
            raise UsageError("nothing is named that could be discovered", hint="--org NAME, once for each")
        _refuse_existing(directory)
        _discover(
            directory,
            called,
            documents,
            wiring.organizations(orgs),
            lists,
            recorded,
            owner_property or "",
            marking or "amber",
            offline=offline,
            live=live,
            db=db,
        )
        return
    for option in _DISCOVERING:
        source = context.get_parameter_source(option)
        if source is click.core.ParameterSource.COMMANDLINE:
            raise UsageError(
                f"--{option.rstrip('s').replace('_', '-')} goes with --discover", hint="add --discover"
            )
    founding = wiring.founded(called, documents) if governance else None
    _started(directory, founding.files if founding else starter(called))
    wiring.read_register(directory)
    if founding is not None:
        _tell(founding, "Questions that the documents leave open:")
    _next(directory)


def _discover(
    directory: Path,
    called: str,
    documents: Sequence[Path],
    organizations: Sequence[str],
    lists: Sequence[Path],
    recorded: Sequence[Path],
    owner_property: str,
    marking: str,
    *,
    offline: bool,
    live: int | None,
    db: str | None,
) -> None:
    from muniment import wiring
    from muniment.app.discover import Wanted, discover, settle
    from muniment.cli.telling import bar, interruptible, say, spent, warn
    from muniment.model.tlp import TLP, Marking
    from muniment.register.discovering.founding import found
    from muniment.register.template import identity

    clock = wiring.SystemClock()
    ours = tuple(dict.fromkeys(organizations))
    governance = wiring.founded(called, documents, ours) if documents else None
    listed = wiring.on_lists(lists)
    packages = tuple(item.asset for item in listed if item.asset.startswith(("pypi:", "npm:")))
    wanted = Wanted(*identity(called), ours, packages, Marking(TLP.of(marking)))
    addresses = wiring.sources(offline=True).addresses
    bundles = [wiring.read_bundle(file, addresses, clock.now()) for file in recorded]
    directory.mkdir(parents=True, exist_ok=True)
    with wiring.opened(directory, db, create=True) as store, store.lease(wiring.holder(), clock.now):
        asking = wiring.sources(offline=offline, store=store)
        with interruptible():
            done = discover(
                store,
                wanted,
                wiring.all_checks(),
                asking.collectors,
                asking.io,
                bundles,
                clock=clock.now,
                code=wiring.code_version(),
                limit=0 if offline else live,
                track=bar,
                note=warn,
            )
        spent(wiring.costs(asking))
        founding = found(
            done.seen,
            listed,
            called,
            clock.now().date(),
            governance=governance,
            owner_property=owner_property,
            marking=marking,
        )
        _started(directory, founding.files)
        register = wiring.read_register(directory)
        settle(store, done.run, wiring.declared(directory, register), now=clock.now())
    lines = sum(text.count("\n") + 1 for text in founding.files.values())  # the editors' line too
    say(f"{wanted.marking.label}. {lines} lines in {len(founding.files)} files.")
    _tell(founding, "Questions that what was seen leaves open:")
    _next(directory)


def _refuse_existing(directory: Path) -> None:
    """A register that is there is not discovered again: what has changed since is for a person to review."""
    from muniment.model.errors import UsageError

    there = [own for ending in ("*.yaml", "*.yml") for own in sorted(directory.glob(ending))]
    if there:
        raise UsageError(
            f"{there[0]} exists already",
            hint=f"muniment sync {directory} proposes what has changed; to discover anew, name another directory "
            "or delete the YAML files of this one",
        )
    _refuse(directory, _beside())


def _started(directory: Path, files: Mapping[str, str]) -> None:
    for path in _written(directory, files):
        click.echo(path)


def _tell(founding: Founding, title: str) -> None:
    """What was taken, and what is left to ask; with ``-v`` of everything that a question is about."""
    from muniment.cli.telling import is_set, say
    from muniment.register.governance.founding import Asked

    for line in founding.took:
        say(line[0].upper() + line[1:] + ".")
    if founding.questions:
        say(title)
    for number, line in enumerate(founding.questions, start=1):
        say(f"{number:>3}. {line.whole if isinstance(line, Asked) and is_set('verbose') else line}")


def _next(directory: Path) -> None:
    from muniment.cli.telling import say

    say(f"Edit the files, then: muniment run {directory}")


def _written(directory: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write a register's files, none of which may be there."""
    header = "# yaml-language-server: $schema=register.schema.json\n"  # editors complete and check by it
    files = {file: header + text for file, text in texts.items()} | _beside()
    _refuse(directory, files)
    for file, text in files.items():
        path = directory / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [directory / file for file in files]


def _beside() -> dict[str, str]:
    """What stands beside the YAML files of every register, always the same."""
    from muniment.register.schema import published

    return {
        "register.schema.json": published(),
        ".gitignore": "# What a run makes. The database is TLP:RED.\nmuniment.sqlite*\nout/\nout-*/\n",
    }


def _refuse(directory: Path, files: Mapping[str, str]) -> None:
    """Nothing that is there is written over; what is there already as it would be written is no obstacle."""
    from muniment.model.errors import UsageError

    there = [file for file, text in files.items() if _differs(directory / file, text)]
    if there:
        raise UsageError(f"{directory / there[0]} exists already", hint="name another directory, or edit the files")


def _differs(path: Path, text: str) -> bool:
    return path.exists() and (not path.is_file() or path.read_bytes() != text.encode("utf-8"))
