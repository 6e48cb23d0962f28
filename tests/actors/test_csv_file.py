"""Private lists are their owner's alone, and no other file is touched."""

from __future__ import annotations

import asyncio
import csv
import os
import stat
from pathlib import Path

import pytest

from muniment.actors.csv_file import COLUMNS, Lists, write_list
from muniment.campaigns.message import Message
from muniment.model.errors import UsageError
from muniment.model.tlp import TLP, Marking
from muniment.ports import Delivery, Fate


def message(to: str = "ada.csv", subject: str = "github-id:7", title: str = "A second factor") -> Message:
    return Message(
        key=f"two-factor/{subject}/announcement",
        campaign="two-factor",
        subject=subject,
        stage="announcement",
        channel="csv",
        to=to,
        title=title,
        text="Dear Ada,\nplease.",
        markdown="",
        marking=Marking(TLP.AMBER),
    )


def deliver(folder: Path, one: Message) -> Delivery:
    return asyncio.run(Lists(folder).deliver(one))


def read(file: Path) -> list[list[str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.reader(opened))


def test_each_message_is_a_line_of_a_list_that_nobody_else_can_read(tmp_path: Path) -> None:
    assert deliver(tmp_path, message()).fate is Fate.SENT
    assert deliver(tmp_path, message(subject="github-id:8")).fate is Fate.SENT
    rows = read(tmp_path / "ada.csv")
    assert rows[0] == list(COLUMNS) and [row[4] for row in rows[1:]] == ["github-id:7", "github-id:8"]
    assert rows[1][0] == "TLP:AMBER" and rows[1][6] == "Dear Ada,\nplease."
    assert stat.S_IMODE((tmp_path / "ada.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "title",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\x00=1", "\n=1"),
        *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\u00a0=1", "\u3000\uff1d1", "\ufe661"),
    ],
)
def test_no_spreadsheet_runs_what_is_in_a_list(tmp_path: Path, title: str) -> None:
    deliver(tmp_path, message(title=title))
    assert read(tmp_path / "ada.csv")[1][5].startswith("'")


@pytest.mark.parametrize(
    "to", ["", "ada", "../ada.csv", "/ada.csv", ".csv", "a/b.csv", "ada.csv\n", "a\0.csv", "-x.csv"]
)
def test_a_list_is_named_plainly(tmp_path: Path, to: str) -> None:
    assert deliver(tmp_path, message(to)).fate is Fate.REFUSED and list(tmp_path.iterdir()) == []


def foreign(folder: Path, kind: str) -> bytes:
    """Something else in the place of the list; what must be left of it."""
    file, other = folder / "ada.csv", folder / "other.txt"
    other.write_bytes(b"other")
    if kind == "text":
        file.write_bytes(b"somebody's notes\n")
        file.chmod(0o600)
    elif kind == "link":
        file.symlink_to(other)
    elif kind == "dangling":
        file.symlink_to(folder / "nowhere")
    elif kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file, 0o600)
    else:
        file.write_bytes((",".join(COLUMNS) + "\r\n").encode())
        file.chmod(0o644)
    return file.read_bytes() if file.is_file() else b""


@pytest.mark.parametrize("kind", ["text", "link", "dangling", "folder", "pipe", "open to others"])
def test_another_file_is_left_as_it_is(tmp_path: Path, kind: str) -> None:
    before = foreign(tmp_path, kind)
    there = sorted(path.name for path in tmp_path.iterdir())
    done = deliver(tmp_path, message())
    assert done.fate is Fate.REFUSED and done.detail
    with pytest.raises(UsageError):
        write_list(tmp_path / "ada.csv", "TLP:AMBER", ("person",), [("ada",)])
    file = tmp_path / "ada.csv"
    assert (file.read_bytes() if file.is_file() else b"") == before
    assert (tmp_path / "other.txt").read_bytes() == b"other" and sorted(p.name for p in tmp_path.iterdir()) == there


def test_an_owners_list_takes_the_place_of_their_last_one(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    write_list(file, "TLP:AMBER", ("person", "problem"), [("ada", "none"), ("=eve", "none")])
    write_list(file, "TLP:AMBER", ("person", "problem"), [("ada", "none")])
    assert read(file) == [["marking", "person", "problem"], ["TLP:AMBER", "ada", "none"]]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_said_before(tmp_path: Path) -> None:
    assert "is no folder" in asyncio.run(Lists(tmp_path / "gone").trouble())
    assert deliver(tmp_path / "gone", message()).fate is Fate.REFUSED
