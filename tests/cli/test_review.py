"""What a person answers to a review is taken in whole and once, or refused before anything is read or written."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muniment.cli import cli
from muniment.model.errors import UsageError

ENDLESS = Path("/dev/zero")


def refused(*words: str, register: Path) -> str:
    asked = ["review", "answer", "hackdays", "--by", "ada", "--until", "2030-01-01", *words, "-r", str(register)]
    done = CliRunner().invoke(cli, asked)
    assert isinstance(done.exception, UsageError), done.output
    return str(done.exception)


def test_an_answer_is_one_of_two(tmp_path: Path) -> None:
    both = ("--asset", "pypi:lodestar", "--holder", "ada", "--confirm", "--drop", "--reason", "why not")
    assert "keep it or lose it" in refused(*both, register=tmp_path)


@pytest.mark.skipif(not ENDLESS.exists(), reason="there is no such file here")
def test_a_list_without_an_end_is_not_read_to_it(tmp_path: Path) -> None:
    assert "larger than 1 MB" in refused("--from", str(ENDLESS), register=tmp_path)


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refused("--from", str(odd), register=tmp_path)


DEMO = Path(__file__).parents[2] / "examples" / "demo"
REGISTRAR = ("--asset", "service:registrar", "--holder", "noor", "--by", "grace")
Answer = Callable[..., Result]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, which holds the review ``shared-accounts``, after a run."""
    home = tmp_path_factory.mktemp("review") / "demo"
    shutil.copytree(DEMO, home, ignore=shutil.ignore_patterns("*.sqlite*", "*.csv"))
    done = CliRunner().invoke(cli, ["run", str(home), "--offline", "--out", str(home.parent / "out")])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return home


@pytest.fixture
def register(demo: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(demo, tmp_path / "demo")


@pytest.fixture
def answer(register: Path) -> Answer:
    def typed(*words: str) -> Result:
        asked = ["review", "answer", "shared-accounts", "--until", "2099-06-30", "--apply", "-r", str(register)]
        return CliRunner().invoke(cli, [*asked, *words])

    return typed


def text_of(register: Path) -> str:
    return (register / "decisions.yaml").read_text(encoding="utf-8")


def test_a_second_answer_of_a_day_is_refused_with_what_stands_and_the_command_that_corrects_it(
    register: Path, answer: Answer
) -> None:
    confirmed = answer(*REGISTRAR, "--confirm", "--reason", "she answers its mail")
    assert confirmed.exit_code == 0, confirmed.output
    stood = text_of(register)
    line = next(n for n, said in enumerate(stood.splitlines(), 1) if "she answers its mail" in said) - 6
    second = answer(*REGISTRAR, "--drop", "--reason", "Grace does, not she")
    error = second.exception
    assert isinstance(error, UsageError) and text_of(register) == stood
    assert error.message == (
        "grace answered today about noor and service:registrar already: confirm, until 2099-06-30 "
        f"(decisions.yaml:{line})"
    )
    command = shlex.split(error.hint.partition("correct it: ")[2])
    assert command[:4] == ["muniment", "review", "answer", "shared-accounts"] and command[-1] == "--correct"
    done = CliRunner().invoke(cli, command[1:])
    assert done.exit_code == 0 and "-    answer: confirm" in done.output and "+    answer: drop" in done.output
    after = text_of(register)
    assert "Grace does, not she" in after and "she answers its mail" not in after
    assert len(after.splitlines()) == len(stood.splitlines()), "it takes the place of the first, and all else stays"
    shown = CliRunner().invoke(cli, ["review", "status", "shared-accounts", "-r", str(register)])
    assert "drop by grace" in shown.output


def test_the_same_answer_again_changes_nothing(register: Path, answer: Answer) -> None:
    answer(*REGISTRAR, "--confirm", "--reason", "why not")
    stood = text_of(register)
    again = answer(*REGISTRAR, "--confirm", "--reason", "why  not")
    assert again.exit_code == 0 and "left as it is: 1" in again.output
    assert text_of(register) == stood


def test_a_list_corrects_what_it_answered_before_and_adds_the_rest(
    register: Path, answer: Answer, tmp_path: Path
) -> None:
    answer(*REGISTRAR, "--confirm", "--reason", "why not")
    rows = [
        "asset,holder,answer,reason",
        "service:registrar,noor,drop,she left",
        "service:password-manager,noor,drop,so",
    ]
    file = tmp_path / "answers.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    listed = ("--from", str(file), "--by", "grace")
    assert "answered today about noor and service:registrar" in str(answer(*listed).exception)
    assert answer(*listed, "--correct").exit_code == 0
    assert text_of(register).count("why not") == 0 and text_of(register).count("by: grace") >= 2
    file.write_text("\n".join([*rows, rows[1]]), encoding="utf-8")
    assert "answers twice about 'noor' and 'service:registrar'" in str(answer(*listed, "--correct").exception)


def test_what_stands_in_one_file_is_not_corrected_in_another(register: Path, answer: Answer) -> None:
    answer(*REGISTRAR, "--confirm", "--reason", "she answers its mail")
    line = next(n for n, said in enumerate(text_of(register).splitlines(), 1) if "she answers its mail" in said) - 6
    day = next(said for said in text_of(register).splitlines()[line:] if "seen:" in said)
    about = "  - asset: service:password-manager\n    holder: ada\n    answer: confirm\n    by: noor\n"
    other = register / "other.yaml"
    other.write_text(
        "# filler\n" * (line - 2) + f"attestations:\n{about}{day}\n    until: 2099-06-30\n    statement: so\n",
        encoding="utf-8",
    )
    stood = other.read_text(encoding="utf-8")
    second = answer(*REGISTRAR, "--drop", "--reason", "no", "--correct", "--file", "other.yaml").exception
    assert isinstance(second, UsageError) and "stands in decisions.yaml, and not in other.yaml" in second.message
    assert other.read_text(encoding="utf-8") == stood and "she answers its mail" in text_of(register)


def test_what_stands_in_an_included_tree_is_not_corrected_from_here(register: Path, answer: Answer) -> None:
    answer(*REGISTRAR, "--confirm", "--reason", "she answers its mail")
    told = text_of(register).split("  - asset: service:registrar\n    holder: noor\n", 1)
    assert len(told) == 2, "it was appended, and is the last"
    tree = register.parent / "vault"
    tree.mkdir()
    (tree / "a.yaml").write_text(
        f"attestations:\n  - asset: service:registrar\n    holder: noor\n{told[1]}", encoding="utf-8"
    )
    (register / "decisions.yaml").write_text(told[0], encoding="utf-8")
    with (register / "project.yaml").open("a", encoding="utf-8") as project:
        project.write("\ninclude:\n  vault: {path: ../vault, marking: amber}\n")
    stood = (tree / "a.yaml").read_text(encoding="utf-8")
    for more in ((), ("--correct",)):
        error = answer(*REGISTRAR, "--drop", "--reason", "Grace does, not she", *more).exception
        assert isinstance(error, UsageError), error
        assert error.message.endswith("until 2099-06-30 (vault:a.yaml:2)")
        assert "in the tree vault" in error.hint and "--correct" not in error.hint
    assert (tree / "a.yaml").read_text(encoding="utf-8") == stood and text_of(register) == told[0]


def test_the_refusal_repeats_no_secret(register: Path, answer: Answer) -> None:
    answer(*REGISTRAR, "--confirm", "--reason", "why not")
    token = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7H8"
    refused = answer(*REGISTRAR, "--drop", "--reason", token).exception
    assert isinstance(refused, UsageError) and token not in f"{refused.message} {refused.hint}"
