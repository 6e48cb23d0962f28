"""A command runs against a GitHub of its own, and its exit code is the answer."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import httpx2
import msgspec
import pytest

from muniment.testing.github.__main__ import WORLDS, environment, main, opened
from muniment.testing.github.growing import small
from muniment.testing.github.world import World

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "simulated-github.md"
ASK = """
import json, os, sys, urllib.request
asked = urllib.request.Request(os.environ["GITHUB_API_URL"] + "/user", headers={
    "Authorization": "Bearer " + os.environ["MUNIMENT_GITHUB_TOKEN"], "User-Agent": "test"})
print(json.load(urllib.request.urlopen(asked))["login"], os.environ.get("GITHUB_TOKEN"))
sys.exit(7)
"""

SHOW = """
import os, pathlib
file = pathlib.Path(os.environ["MUNIMENT_GITHUB_CREDENTIALS"])
print(file)
print(*(oct(f.stat().st_mode) for f in (file, file.with_name("app.pem"))), "MUNIMENT_GITHUB_TOKEN" in os.environ)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "muniment.testing.github", *arguments]
    surroundings = {**os.environ, "GITHUB_TOKEN": "a-real-one"}
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, timeout=60)


def test_a_command_is_led_there_and_its_exit_code_is_kept(tmp_path: Path) -> None:
    done = run("--world", "small", "--", sys.executable, "-c", ASK)
    assert done.returncode == 7, done.stderr
    assert done.stdout == "person-ada-example None\n"
    assert done.stderr == "simulated GitHub: 1 request, 1 point of REST, 0 of GraphQL, 0 writes refused\n"


def test_without_the_extra_it_says_what_to_install() -> None:
    start = (
        "import runpy, sys; sys.modules['graphql'] = None; "
        "runpy.run_module('muniment.testing.github', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "graphql is not installed\nTry: make env-test" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_is_aimed_from_the_command_line() -> None:
    done = run("--world", "small", "--fault", "bad-gateway@1", "--", sys.executable, "-c", ASK)
    assert done.returncode == 1 and "HTTP Error 502" in done.stderr


def test_a_fault_that_there_is_not_is_a_usage_error() -> None:
    done = run("--fault", "unlucky", "--", "true")
    assert done.returncode == 2 and "no fault is called unlucky" in done.stderr


def test_a_command_that_there_is_not_is_told() -> None:
    done = run("--world", "small", "--", "no-such-command-here")
    assert done.returncode == 127 and "no-such-command-here: no such command" in done.stderr


def test_without_a_command_it_serves_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "muniment.testing.github", "--world", "small"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        address, token, usage = (serving.stdout.readline() for _ in range(3))
        serving.send_signal(signal.SIGINT)
        _, err = serving.communicate(timeout=30)
    assert address.startswith("GITHUB_API_URL=http://127.0.0.1:")
    assert token.startswith("MUNIMENT_GITHUB_TOKEN=ghp_madeUp")
    assert "Ctrl-C stops it" in usage
    assert serving.returncode == 0, err


def test_a_world_is_read_from_a_file(tmp_path: Path) -> None:
    made = small()
    file = tmp_path / "world.json"
    file.write_bytes(msgspec.json.encode(made.world))
    read = opened(str(file))
    assert read.world == made.world
    assert set(read.tokens.values()) == set(made.tokens.values())


def test_what_is_no_world_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"people": 3}', encoding="utf-8")
    for name in (str(tmp_path / "none.json"), str(tmp_path / "bad.json")):
        with pytest.raises(click.BadParameter, match="none of demo, demo-later, small, grown"):
            opened(name)


def test_several_people_may_be_taken_along() -> None:
    made = small()
    found = environment(made, ("ben", "cleo"), "http://127.0.0.1:1")
    assert found["MUNIMENT_GITHUB_TOKEN"] == made.tokens["ben"]
    assert found["MUNIMENT_GITHUB_TOKEN_CLEO"] == made.tokens["cleo"]
    with pytest.raises(click.BadParameter, match="nobody here is called zoe"):
        environment(made, ("zoe",), "")


def test_what_the_documentation_shows_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Its example meets the limit that it aims at GraphQL, at the second question."""
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    answers = []

    def look_at(api: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        for _ in range(3):
            asked = httpx2.post(f"{api}/graphql", json={"query": "{viewer {login}}"}, headers=headers)
            answers.append(asked.status_code)

    exec(example, {"look_at": look_at})
    assert answers == [200, 403, 200]
    assert "['/graphql', '/graphql', '/graphql']" in capsys.readouterr().out


def test_the_options_that_the_documentation_names_are_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`(--[a-z]+)", page))
    assert named == {option for parameter in main.params for option in parameter.opts if option.startswith("--")}
    assert {f"--world {world}" in page or f"`{world}`" in page for world in WORLDS} == {True}


def test_a_world_survives_its_file() -> None:
    world = small().world
    assert msgspec.json.decode(msgspec.json.encode(world), type=World) == world


def test_the_app_comes_with_a_file_that_nobody_else_may_read() -> None:
    done = run("--as", "app", "--", sys.executable, "-c", SHOW)
    assert done.returncode == 0, done.stderr
    file, modes = done.stdout.splitlines()
    assert modes == "0o100600 0o100600 False"
    assert not Path(file).exists(), "it is gone with the simulated GitHub"


def test_a_port_that_is_taken_is_told_in_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("--port", str(taken.getsockname()[1]), "--", "true")
    assert done.returncode == 1 and "cannot listen on" in done.stderr and "Traceback" not in done.stderr
