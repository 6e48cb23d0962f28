"""What a person answers to a review is taken in whole and once, or refused before anything is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

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
