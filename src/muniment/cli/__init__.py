"""The command line: one thin file per command, loaded when it is called."""

from __future__ import annotations

import errno
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TextIO

import click

from muniment.model.errors import MunimentError, RegisterError

_MISTAKES = 200  # as many as anybody mends at once; the rest are counted


class Commands(click.Group):
    """Finds its commands by their files, and reads a file's first line for its help without running it.

    ``package`` is where the files lie: those of the program, or of one command that has commands of its own.
    """

    package = "muniment.cli.commands"

    @property
    def _folder(self) -> Path:
        return Path(__file__).parent.joinpath(*self.package.split(".")[2:])

    def _file(self, name: str) -> Path:
        return self._folder / f"{name.replace('-', '_')}.py"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, by what one does first to last; unnumbered ones at the end, by name."""
        return sorted(p.stem.replace("_", "-") for p in self._folder.glob("[a-z]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if not self._file(cmd_name).is_file():
            return None
        module = import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A line for each command: the first line of its file."""
        rows = [(name, _first_line(self._file(name))) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As Click does, with the nearest right word when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from None


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().strip().strip('"').rstrip(".")


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done · 1 findings at or above --fail-on · 2 usage or configuration · "
    "3 nothing could be collected · 4 evidence incomplete with --strict.",
)
@click.version_option(package_name="muniment")
def cli() -> None:
    """Runs the security program of a federated open-source project, and keeps the evidence.

    Start with `muniment init DIR`, then `muniment run DIR`. What a command takes: `muniment COMMAND --help`. To try
    it in a clone, on a made-up project: `muniment run examples/demo --offline`.
    """


class Stuck(Exception):
    """A standard stream that takes no more. No ``OSError``: Click and Rich would end the program their own way."""

    def __init__(self, stream: str, error: OSError) -> None:
        super().__init__(stream)
        self.stream = stream
        self.error = error


class _Stream(io.TextIOWrapper):
    """A standard stream that says of itself that it is stuck."""

    def __init__(self, old: io.TextIOWrapper, name: str) -> None:
        through, by_line, encoding = old.write_through, old.line_buffering, old.encoding
        # "replace": a terminal that lacks a character still gets the rest
        super().__init__(old.detach(), encoding, "replace", None, by_line, through)
        self.own = name

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise Stuck(self.own, error) from error

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise Stuck(self.own, error) from error


def main() -> None:
    """Run the command line; errors become a message on stderr and an exit code, never a traceback."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper:
            setattr(sys, name, _Stream(stream, name))
    try:
        code = _outcome()
    except Stuck:
        _discard(sys.stderr)  # there is no place left to say it: the exit code tells
        code = 2
    sys.exit(code)


def _outcome() -> int:
    """Run the command and say what went wrong, if anything did: the exit code."""
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 2
    except Stuck as error:
        if error.stream != "stdout":
            raise
        _discard(sys.stdout)
        if isinstance(error.error, BrokenPipeError):
            return 0  # nobody reads on, and that is no error
        _say(f"Error: stdout takes no more: {error.error.strerror}")
        _say("Try: free some space where stdout goes, or send it elsewhere")
        return 2
    except OSError as error:
        _say(f"Error: {error.filename}: {error.strerror}" if error.filename else f"Error: {error}")
        _say(f"Try: {_to_try(error)}, then the same again")
        return 2
    except MunimentError as error:
        mistakes = error.mistakes if isinstance(error, RegisterError) else ()
        for mistake in mistakes[:_MISTAKES]:
            _say(str(mistake))
        if len(mistakes) > _MISTAKES:
            _say(f"… and {len(mistakes) - _MISTAKES} more")
        _say(f"Error: {error.message}")
        if error.hint:
            _say(f"Try: {error.hint}")
        return error.exit_code


def _to_try(error: OSError) -> str:
    """What a person does about a file or a directory that refuses."""
    path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else None
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "free some space there"
        case errno.ENOENT if path is not None and not path.parent.is_dir():
            return f"there is no directory {path.parent}: make it, or correct the name"
        case errno.ENOENT:
            return "correct the name"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "name a place where you may write, or ask whose it is"
        case _:
            return "look there"


def _discard(stream: TextIO) -> None:
    """Let the rest of a stream go nowhere, or Python stumbles over it again as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say(line: str) -> None:
    from muniment.model.text import plain

    click.echo(plain(line), err=True)
