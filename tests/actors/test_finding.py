"""Channels are found by lying in their folder, and made only where this machine is set up for them."""

from __future__ import annotations

import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment.actors.finding import actors, makers
from muniment.actors.settings import Settings
from muniment.model.errors import UsageError


class Ring:
    """An empty keyring."""

    def get_password(self, service_name: str, username: str) -> str | None:
        return None


def settings(**environ: str) -> Settings:
    return Settings(environ, Ring, ssl.create_default_context, lambda: datetime(2026, 3, 1, tzinfo=UTC))


def test_every_channel_of_a_message_has_an_actor() -> None:
    assert set(makers()) == {"chat", "csv", "email", "github-issue"}


def test_only_the_channels_that_are_wanted_are_set_up() -> None:
    made = actors(settings(MUNIMENT_SMTP_URL="smtp://localhost", MUNIMENT_SMTP_FROM="a@b.org"), ["email"])
    assert {name: actor.channel for name, actor in made.items()} == {"email": "email"}


@pytest.mark.parametrize("channel", ["chat", "csv", "email", "github-issue", "pigeon"])
def test_a_channel_that_is_not_set_up_says_what_is_missing(channel: str) -> None:
    with pytest.raises(UsageError) as caught:
        actors(settings(), [channel])
    assert caught.value.hint


@pytest.mark.parametrize("value", ["with\x00nul", "two\nlines", "esc\x1b"])
def test_a_secret_with_odd_characters_is_refused_unseen(value: str) -> None:
    with pytest.raises(UsageError, match="odd characters") as caught:
        settings(MUNIMENT_SMTP_PASSWORD=value).secret("MUNIMENT_SMTP_PASSWORD", "muniment-smtp")
    assert value not in caught.value.message


def test_another_package_brings_a_channel_and_takes_the_place_of_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "others-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[muniment.actors]\npigeon = pigeon:actor\nemail = pigeon:actor\n")
    (tmp_path / "pigeon.py").write_text("def actor(settings):\n    return 'pigeon'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        assert actors(settings(), ["pigeon"]) == {"pigeon": "pigeon"}
        assert makers()["email"].__module__ == "muniment.actors.email"
    finally:
        sys.modules.pop("pigeon", None)
