"""The commands that the README and the documentation show are run, in their order, as a reader would run them.

A block of shell that nothing runs turns a test red: its lines are run here, by another page's own
test, or by hand for a reason that is written here.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.model.errors import NothingCollected
from tests.cli.conftest import muniment

ROOT = Path(__file__).parents[1]
COMMANDS = ROOT / "src" / "muniment" / "cli" / "commands"
LISTED = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, check=True).stdout
PAGES = [
    ROOT / name
    for name in sorted(LISTED.decode().split("\0"))
    if name and (ROOT / name).is_file() and not name.startswith("tests/golden/")
]
BLOCK = re.compile(r"^[ >]*(`{3,}|~{3,})[ \t]*([\w-]*)[^\n]*\n(.*?)^[ >]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^```console\n(.*?)^```|^(\|[^\n]*\|)$", re.MULTILINE | re.DOTALL)
SHELLS = re.compile(r"^.*(?:```|~~~) *(?:console|sh|bash|shell|zsh|fish|shell-session)\b.*$", re.MULTILINE)
TYPED = re.compile(r"^\s*(\$ |(muniment|python3?|make|pip|git|cd) \S)", re.MULTILINE)
FIRST = "muniment run examples/demo --offline --out out/demo"
"""What most pages begin with: run once, and its result copied."""

LOOKS = ("access", "explain", "findings", "news", "plan", "who")
"""Commands that change nothing: what one of them says right after ``FIRST`` need not be asked on every page."""

FOLLOWED = {
    "docs/how-to/access-review.md": ("tests/docs/test_access_review.py", 5),
    "docs/how-to/campaign.md": ("tests/docs/test_campaign.py", 8),
    "docs/how-to/repository-campaign.md": ("tests/docs/test_campaign.py", 3),
    "docs/how-to/council-rights.md": ("tests/docs/test_rights.py", 1),
    "docs/how-to/credential-register.md": ("tests/docs/test_access_review.py", 3),
    "docs/how-to/inactive-accounts.md": ("tests/docs/test_rights.py", 1),
    "docs/how-to/names.md": ("tests/cli/test_same.py", 1),
    "docs/how-to/off-boarding.md": ("tests/docs/test_who_can_ship.py", 1),
    "docs/tutorial-campaign.md": ("tests/docs/test_campaign.py", 8),
    "docs/how-to/discover.md": ("tests/cli/test_discover.py", 1),
    "docs/how-to/send-mail.md": ("tests/app/campaign/test_sending.py", 3),
    "docs/how-to/sync.md": ("tests/cli/test_sync.py", 5),
    "docs/how-to/trees.md": ("tests/docs/test_trees.py", 3),
    "examples/pallets/README.md": ("tests/cli/test_pallets.py", 1),
}
"""Pages whose blocks of ``sh`` another test follows, on a register of its own, and how many they are."""

SIMULATED = re.compile(r"muniment (doctor|collect|verify-github) --org ")
"""What needs a GitHub, and gets the simulated one."""

BY_HAND = {
    "git clone REPOSITORY muniment && cd muniment": "the address is the reader's",
    "make run": "as make env; then the registries are asked",
    "make env": "makes an environment with pip: where tests run, it has been made",
    "make test": "runs this",
    ". .venv/bin/activate": "of Python's own venv",
    "keyring set muniment-github ada": "asks for a secret",
    'export MUNIMENT_DNS="192.0.2.53 [2001:db8::53]:5353"': "no such servers; tests/cli/test_domains.py",
    "export MUNIMENT_GITHUB_KEYRING=ada": "tests/collectors/test_credentials.py reads it",
    "chmod 600 ~/.config/muniment/github.toml ~/.config/muniment/security.pem": "of the shell's own",
    "export MUNIMENT_DB=postgresql://muniment@db.callisto.example/muniment": "no such host; tests/stores runs one",
    "muniment run my-register": "on that database",
    "muniment collect my-register --to evidence.jsonl": "asks the registries",
    "muniment run examples/jupyter": "asks the registries about real packages",
}
"""Lines that no test runs as they stand, with the reason."""


def commands(page: Path) -> list[str]:
    """What a page shows to be typed, in order: console lines after ``$``, and whole commands in tables' cells."""
    text = page.read_text(encoding="utf-8")
    found: list[str] = []
    for block, row in SHOWN.findall(text):
        joined = block.replace("\\\n", " ")
        found.extend(line[2:] for line in joined.splitlines() if line.startswith("$ "))
        found.extend(command for command in re.findall(r"`([^`]+)`", row) if whole(command))
    return found


def shell_lines(page: Path) -> list[str]:
    """The lines of a page's blocks of ``sh``, without comments."""
    text = page.read_text(encoding="utf-8")
    blocks = [block.replace("\\\n", " ") for _, kind, block in BLOCK.findall(text) if kind == "sh"]
    return [line for block in blocks for raw in block.splitlines() if (line := raw.partition(" #")[0].strip())]


def whole(command: str) -> bool:
    """A cell that one can copy and run: a command and what it works on, no word in place of a value."""
    return bool(re.match(r"muniment [a-z]+ \S", command)) and not re.search(r"\b[A-Z]{2,}\b", command)


def asks(words: list[str]) -> bool:
    """The command asks a source, which is not there when tests run."""
    return words[1] in ("run", "collect") and "--offline" not in words


def run(words: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    if words[0] == "muniment":
        return muniment(*words[1:], cwd=place)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, timeout=300)


def expanded(words: list[str], place: Path) -> list[str]:
    """As a shell expands patterns."""
    found = [sorted(map(str, place.glob(word))) if "/*" in word else [word] for word in words]
    return [own for some in found for own in some]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples as git has them: what somebody tried out in the work tree does not count."""
    place = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(["git", "ls-files", "-z", "examples"], cwd=ROOT, capture_output=True, check=True)
    git = ["git", "checkout-index", "-z", "--stdin", f"--prefix={place}{os.sep}"]
    subprocess.run(git, cwd=ROOT, input=listed.stdout, check=True)
    return place


@pytest.fixture(scope="session")
def begun(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the command that most pages begin with."""
    place = tmp_path_factory.mktemp("begun") / "here"
    shutil.copytree(checkout, place)
    done = run(shlex.split(FIRST), place)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="session")
def looked() -> set[str]:
    """The lines that worked right after the command that most pages begin with."""
    return set()


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=lambda p: p.stem)
def test_the_commands_shown_work(
    page: Path, tmp_path: Path, looked: set[str], request: pytest.FixtureRequest
) -> None:
    lines = commands(page)
    place = tmp_path / "here"
    first = unchanged = lines[0] == FIRST
    shutil.copytree(request.getfixturevalue("begun" if first else "checkout"), place)
    for line in lines[first:]:
        words = shlex.split(line, comments=True)
        assert words[0] in ("muniment", "ls", "cat", "mkdir", "cp", "grep", "zgrep"), (
            f"{page.name} shows a command nobody tests: {line}"
        )
        unchanged = unchanged and words[1] in LOOKS
        if unchanged and line in looked:
            continue
        done = run(expanded(words, place), place)
        right = {0, NothingCollected.exit_code} if asks(words) else {0}
        if words[0].endswith("grep"):  # the page says what it finds: nothing
            assert line.endswith(("# 0", "# nothing")) and done.stdout in ("0\n", "")
            right = {1}
        assert done.returncode in right, f"{line}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        looked |= {line} if unchanged else set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_block_of_shell_is_shown_that_nothing_runs(page: Path) -> None:
    """``console`` and ``sh`` stand at the margin, where they are found; no other block shows what is typed."""
    text = page.read_text(encoding="utf-8")
    name = str(page.relative_to(ROOT))
    for fence, kind, block in BLOCK.findall(text):
        assert kind in ("console", "sh") or not TYPED.search(block) or kind in ("diff", "yaml", "toml"), block
        assert kind != "console" or all(line[:2] == "$ " for line in block.replace("\\\n", " ").splitlines()), block
        assert fence == "```", block
    assert set(SHELLS.findall(text)) <= {"```console", "```sh"}
    if name in FOLLOWED:
        follower, blocks = FOLLOWED[name]
        assert page.name in (ROOT / follower).read_text(encoding="utf-8")
        assert len(re.findall(r"^```sh$", text, re.MULTILINE)) == blocks
        return
    for line in shell_lines(page):
        assert line in BY_HAND or simulated(line), f"{name} shows a command that no test runs: {line}"


def simulated(line: str) -> list[str] | None:
    """The words of a line that the simulated GitHub can answer; ``None`` of any other."""
    words = shlex.split(line)
    if words[:3] == ["python", "-m", "muniment.testing.github"]:
        return words
    if SIMULATED.match(line):
        return ["python", "-m", "muniment.testing.github", "--as", "ada", "--", *words]
    return None


@pytest.mark.parametrize(
    "line", sorted({line for page in PAGES for line in shell_lines(page) if simulated(line)}), ids=str
)
def test_what_is_shown_for_a_github_works_on_the_simulated_one(line: str, checkout: Path, tmp_path: Path) -> None:
    """Beside the example stands the copy of it that pages begin with."""
    shutil.copytree(checkout, tmp_path / "here")
    shutil.copytree(checkout / "examples" / "demo", tmp_path / "here" / "my-demo")
    words = simulated(line)
    assert words is not None
    done = run(words, tmp_path / "here")
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def test_what_is_left_to_hands_is_shown_somewhere_and_its_targets_exist() -> None:
    shown = {line for page in PAGES for line in shell_lines(page)}
    assert set(BY_HAND) <= shown
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {line.split()[1] for line in shown if line.startswith("make ")} <= targets


def test_the_readme_shows_commands_in_blocks_and_in_its_table() -> None:
    shown = commands(ROOT / "README.md")
    assert {shlex.split(line)[1] for line in shown} == {p.stem for p in COMMANDS.glob("[a-z]*.py")} - {
        "assess",
        "publish",
        "verify_github",  # for those who look after the program, and with a real credential
    }
