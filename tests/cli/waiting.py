"""Commands as processes, begun where the imports are done: a process waits with them, and forks for each command.

Most of what a short command costs is its imports and the templates. What it then does, it does in a process of its
own: with its own environment, directory, streams, exit code and end. Tests that look at how a program begins, or at
what must not depend on the order of sets, begin from nothing.
"""

from __future__ import annotations

import atexit
import gc
import os
import pkgutil
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

EACH = 40
"""So many commands one process forks for; then another takes over, with another order of sets."""

SECONDS = 180
"""So long a command may take."""


class Asked(msgspec.Struct, frozen=True):
    """A command, where it runs, and the files that take what it says."""

    words: tuple[str, ...]
    place: str
    environment: Mapping[str, str]
    out: str
    err: str


def own(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that Python and C read when a process begins, and never again."""
    begins = ("PYTHON", "LC_", "LANG", "LD_", "TZ", "OPENSSL_", "SSL_")
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(begins) and name != "PYTHON_KEYRING_BACKEND"
    }


class Waiting:
    """A process that waits for commands; ``environment`` holds what it has begun with."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.begun = own(environment)
        self.left = EACH
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.waiting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env=environment,
            start_new_session=True,
        )

    def run(self, asked: Asked) -> int:
        """The exit code, as ``subprocess`` gives it."""
        assert self._process.stdin and self._process.stdout
        self.left -= 1
        self._process.stdin.write(msgspec.json.encode(asked) + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], SECONDS)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(asked.words, SECONDS)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """No more commands come."""
        self._process.communicate(timeout=SECONDS)


_idle: list[Waiting] = []
_taking = threading.Lock()


def run(
    words: Sequence[str], place: Path | None, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run the program; of commands that run at the same time each has a process of its own that waits."""
    waiting = _taken(own(environment)) or Waiting(environment)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked = Asked(tuple(words), str(place or Path.cwd()), environment, str(out), str(err))
        code = waiting.run(asked)
        done = subprocess.CompletedProcess(asked.words, code, out.read_text(), err.read_text())
    if waiting.left:
        _idle.append(waiting)
    else:
        waiting.close()
    return done


def _taken(begun: Mapping[str, str]) -> Waiting | None:
    with _taking:
        found = next((one for one in _idle if one.begun == begun), None)
        if found is not None:
            _idle.remove(found)
        return found


@atexit.register
def _close() -> None:
    while _idle:
        _idle.pop().close()


def _prepare() -> None:
    """Import what commands import when they are called, and read the templates of the pages."""
    import muniment
    from muniment.reporters.site.rendering import environment

    for module in pkgutil.walk_packages(muniment.__path__, "muniment."):
        if not module.name.startswith(("muniment.__main__", "muniment.testing", "muniment.stores.migrations")):
            import_module(module.name)
    for name in environment().list_templates():
        environment().get_template(name)
    gc.collect()
    gc.freeze()  # or each command would copy the memory of what it never touches


def _begin(asked: Asked) -> None:
    """In the forked process: take on what the command was given, and be it."""
    from muniment.cli import main

    for number, path, how in (
        (0, os.devnull, os.O_RDONLY),
        (1, asked.out, os.O_WRONLY | os.O_CREAT),
        (2, asked.err, os.O_WRONLY | os.O_CREAT),
    ):
        file = os.open(path, how)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked.environment)
    os.chdir(asked.place)
    package: Any = sys.modules["muniment"]
    sys.argv = [str(Path(package.__file__).with_name("__main__.py")), *asked.words]
    sys.modules["__main__"].__package__ = "muniment"  # the name by which a program calls itself in its help
    main()


def _wait() -> None:
    _prepare()
    while line := sys.stdin.buffer.readline():
        if not (child := os.fork()):
            _begin(msgspec.json.decode(line, type=Asked))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _wait()
