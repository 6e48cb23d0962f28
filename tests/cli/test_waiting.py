"""A command that is forked from a process that waits does what one does that begins from nothing."""

from __future__ import annotations

import pytest

from tests.cli.conftest import muniment


@pytest.mark.parametrize("words", [("--version",), ("no-such-command",), ("status", "--no-such-option")])
def test_a_forked_command_says_what_one_from_nothing_says(words: tuple[str, ...]) -> None:
    forked, fresh = muniment(*words), muniment(*words, fresh=True)
    assert (forked.returncode, forked.stdout, forked.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)
