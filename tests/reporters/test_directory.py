"""What was published for some readers never lies among what is published for others."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from muniment.model.errors import UsageError
from muniment.model.tlp import TLP, Audience
from muniment.publish.projection import COUNCIL, PUBLIC
from muniment.reporters.directory import MANIFEST, claim, put, withdraw

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))


def names(place: Path) -> set[str]:
    return {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()} - {MANIFEST}


def test_what_the_last_publication_left_is_taken_away(tmp_path: Path) -> None:
    put(tmp_path, "callisto", COUNCIL, {"index.html": b"1", "subprojects/gone.html": b"2"})
    put(tmp_path, "callisto", COUNCIL, {"index.html": b"3"})
    assert names(tmp_path) == {"index.html"}
    assert not (tmp_path / "subprojects").exists()


def test_a_directory_of_other_readers_or_of_another_project_is_refused_and_left(tmp_path: Path) -> None:
    put(tmp_path, "callisto", COUNCIL, {"findings.csv": b"secret"})
    for project, audience in (("callisto", PUBLIC), ("callisto", HARBOUR), ("ganymede", COUNCIL)):
        with pytest.raises(UsageError):
            put(tmp_path, project, audience, {"index.html": b"open"})
    assert names(tmp_path) == {"findings.csv"}


def test_a_directory_with_other_peoples_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError):
        claim(tmp_path, "callisto", PUBLIC)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError):
        claim(tmp_path / "file" / "below", "callisto", PUBLIC)


def test_only_the_owner_reads_what_is_not_for_everybody(tmp_path: Path) -> None:
    put(tmp_path / "council", "callisto", COUNCIL, {"a/report.json": b"{}"})
    put(tmp_path / "clear", "callisto", PUBLIC, {"report.json": b"{}"})
    for path in (tmp_path / "council", tmp_path / "council" / "a"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "council" / "a" / "report.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "clear" / "report.json").stat().st_mode) & 0o044


def test_unchanged_files_are_not_written_again(tmp_path: Path) -> None:
    put(tmp_path, "callisto", PUBLIC, {"a.html": b"same", "b.html": b"old"})
    before = {n: (tmp_path / n).stat().st_ino for n in ("a.html", "b.html")}
    put(tmp_path, "callisto", PUBLIC, {"a.html": b"same", "b.html": b"new"})
    assert (tmp_path / "a.html").stat().st_ino == before["a.html"]
    assert (tmp_path / "b.html").read_bytes() == b"new"


def test_a_forged_manifest_removes_nothing_elsewhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("keep")
    place = tmp_path / "site"
    put(place, "callisto", PUBLIC, {"index.html": b"1"})
    manifest = (
        (place / MANIFEST).read_text().replace('"index.html"', '"index.html", "../outside.txt", "/etc/hostname"')
    )
    (place / MANIFEST).write_text(manifest)
    put(place, "callisto", PUBLIC, {"other.html": b"2"})
    assert outside.read_text() == "keep"
    assert names(place) == {"other.html"}


def test_a_publication_without_readers_is_withdrawn_and_anothers_is_not(tmp_path: Path) -> None:
    put(tmp_path / "a", "callisto", HARBOUR, {"index.html": b"1"})
    put(tmp_path / "b", "ganymede", HARBOUR, {"index.html": b"1"})
    withdraw(tmp_path / "a", "callisto")
    withdraw(tmp_path / "b", "callisto")
    assert not (tmp_path / "a").exists()
    assert names(tmp_path / "b") == {"index.html"}


def test_a_directory_inside_that_of_other_readers_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "clear", "callisto", PUBLIC, {"index.html": b"1"})
    with pytest.raises(UsageError):
        put(tmp_path / "clear" / "secret", "callisto", COUNCIL, {"index.html": b"2"})
    assert names(tmp_path / "clear") == {"index.html"}


def test_a_public_manifest_names_no_project(tmp_path: Path) -> None:
    put(tmp_path, "hushed", PUBLIC, {"index.html": b"1"})
    assert "hushed" not in (tmp_path / MANIFEST).read_text()
    assert '"TLP:CLEAR"' in (tmp_path / MANIFEST).read_text()


def test_odd_names_and_a_publication_that_was_broken_off_stop_nothing(tmp_path: Path) -> None:
    place = tmp_path / "site"
    put(place, "callisto", COUNCIL, {"index.html": b"1", "folder/page.html": b"2"})
    text = (place / MANIFEST).read_text()
    odd = '"index.html", "a\\u0000b", "folder", "' + "x" * 400 + '"'
    (place / MANIFEST).write_text(text.replace('"index.html"', odd))
    put(place, "callisto", COUNCIL, {"other.html": b"3"})
    assert names(place) == {"other.html"}
    halfway = tmp_path / "halfway"
    halfway.mkdir()
    (halfway / f".{MANIFEST}.new").write_text("{")
    put(halfway, "callisto", COUNCIL, {"index.html": b"1"})
    assert names(halfway) == {"index.html"}


def test_a_folder_that_somebody_made_a_link_leads_no_removal_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "page.html").write_text("mine")
    place = tmp_path / "site"
    put(place, "callisto", COUNCIL, {"index.html": b"1", "assets/page.html": b"2"})
    (place / "assets" / "page.html").unlink()
    (place / "assets").rmdir()
    (place / "assets").symlink_to(elsewhere)
    put(place, "callisto", COUNCIL, {"index.html": b"1"})
    assert (elsewhere / "page.html").read_text() == "mine"


def test_links_in_a_circle_are_an_error_of_the_file_system_and_no_stack_trace(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="loop"):
        put(tmp_path / "loop", "callisto", COUNCIL, {"index.html": b"1"})
