"""Runs a command against a GitHub of made-up people, or serves one until it is stopped.

python -m muniment.testing.github -- muniment doctor examples/demo
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

try:
    from muniment.reporters.words import plural
    from muniment.testing.github.dozen import dozen
    from muniment.testing.github.faults import FAULTS, Aim, aimed
    from muniment.testing.github.federated import federated, published
    from muniment.testing.github.growing import demo, grown, later, small
    from muniment.testing.github.made import Made
    from muniment.testing.github.server import SimulatedGithub
    from muniment.testing.github.world import World
    from muniment.testing.registries import registries
except ModuleNotFoundError as missing:
    raise SystemExit(
        f"Error: {missing.name} is not installed\nTry: make env-test, or the extra 'testing' of muniment"
    ) from missing

WORLDS: Mapping[str, Callable[[], Made]] = {
    "demo": demo,
    "demo-later": later,
    "small": small,
    "grown": grown,
    "federated": federated,
    "dozen": dozen,
}
OTHERS = ("GH_TOKEN", "GITHUB_TOKEN", "GITHUB_GRAPHQL_URL")
"""What could lead a command, or a real credential, elsewhere: the command does not get it."""

APP = "app"
"""Who comes as the world's App."""

USAGE = """\
GITHUB_API_URL={api}
{tokens}
Set these and run muniment; nothing that it asks leaves this machine. Ctrl-C stops it."""


def opened(name: str) -> Made:
    """A world by its name, or from a file of JSON; ``click.BadParameter`` for neither."""
    if name in WORLDS:
        return WORLDS[name]()
    try:
        world = msgspec.json.decode(Path(name).read_bytes(), type=World)
    except (OSError, msgspec.MsgspecError) as error:
        raise click.BadParameter(
            f"{name} is none of {', '.join(WORLDS)}, nor the file of a world: {error}"
        ) from error
    logins = {person.id: person.login for person in world.people}
    return Made(world=world, tokens={logins.get(t.person, str(t.person)): t.secret for t in world.tokens})


def environment(made: Made, holders: tuple[str, ...], api: str) -> dict[str, str]:
    """What a command needs to reach the server as some people, the first by default."""
    names = holders or tuple(made.tokens)[:1]
    found = {"GITHUB_API_URL": api}
    for place, name in enumerate(names):
        if name not in made.tokens:
            raise click.BadParameter(f"nobody here is called {name}; there are: {', '.join(made.tokens)}")
        suffix = f"_{name.upper().replace('-', '_')}" if place else ""
        found[f"MUNIMENT_GITHUB_TOKEN{suffix}"] = made.tokens[name]
    return found


def as_app(made: Made, folder: Path) -> dict[str, str]:
    """What a command needs to come as the world's App: a file of credentials, which nobody else may read."""
    if not made.private_key:
        raise click.BadParameter("no App is here")
    key, file = folder / "app.pem", folder / "github.toml"
    for path, text in (
        (key, made.private_key),
        (file, f"[apps.{APP}]\napp-id = {made.world.apps[0].id}\nprivate-key-file = {json.dumps(str(key))}\n"),
    ):
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return {"MUNIMENT_GITHUB_CREDENTIALS": str(file)}


def _aims(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> list[Aim]:
    try:
        return [aimed(text) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(epilog=f"Faults: {', '.join(FAULTS)}.")
@click.option(
    "--world",
    "name",
    default="demo",
    show_default=True,
    help=f"{', '.join(WORLDS)}, or a file of JSON.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Always the same one, so that a second run finds what the first was told under the same address.",
)
@click.option(
    "--fault", "faults", multiple=True, callback=_aims, help="NAME, NAME@3 (the third request) or NAME@/a/path*."
)
@click.option("--as", "holders", multiple=True, help="Whose token the command gets, or app; several are allowed.")
@click.option(
    "--registries",
    "with_registries",
    is_flag=True,
    help="The command also gets a simulated PyPI and npm, with the packages that the world's repositories make.",
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def main(
    name: str,
    port: int,
    faults: list[Aim],
    holders: tuple[str, ...],
    with_registries: bool,
    command: tuple[str, ...],
) -> None:
    """Run COMMAND with GITHUB_API_URL and MUNIMENT_GITHUB_TOKEN set to a simulated GitHub; serve without one.

    The exit code is the command's.
    """
    made = opened(name)
    github = SimulatedGithub(made.world, faults=faults, clock=lambda: datetime.now(UTC), port=port)
    with ExitStack() as until_done:
        try:
            until_done.enter_context(github)
        except OSError as error:
            raise click.ClickException(f"the simulated GitHub cannot listen on {port}: {error}") from error
        people = tuple(holder for holder in holders if holder != APP)
        added = environment(made, people, github.api) if people or not holders else {"GITHUB_API_URL": github.api}
        if APP in holders:
            added |= as_app(made, Path(until_done.enter_context(tempfile.TemporaryDirectory())))
        if with_registries:
            added |= until_done.enter_context(registries(*published(made.world))).environment()
        code = _run(command, added) if command else _serve(added)
        points = github.points
        click.echo(
            f"simulated GitHub: {plural(len(github.requests), 'request')}, {plural(points.rest, 'point')} of REST, "
            f"{points.graphql} of GraphQL, {plural(len(github.writes), 'write')} refused",
            err=True,
        )
    sys.exit(code)


def _run(command: tuple[str, ...], added: Mapping[str, str]) -> int:
    surroundings = {k: v for k, v in os.environ.items() if k not in OTHERS}
    try:
        code = subprocess.run(command, env={**surroundings, **added}, check=False).returncode
    except FileNotFoundError:
        click.echo(f"{command[0]}: no such command", err=True)
        return 127
    return code if code >= 0 else 128 - code


def _serve(added: Mapping[str, str]) -> int:
    tokens = "\n".join(f"{k}={v}" for k, v in added.items() if k != "GITHUB_API_URL")
    try:
        click.echo(USAGE.format(api=added["GITHUB_API_URL"], tokens=tokens))
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo(err=True)
    return 0


if __name__ == "__main__":
    main()
