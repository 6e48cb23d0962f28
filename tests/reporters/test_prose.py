"""An id in a heading breaks between its parts, and stays data."""

from __future__ import annotations

from muniment.reporters.site.prose import foldable


def test_an_id_may_break_after_each_of_its_parts() -> None:
    assert foldable("github:repo/callisto/.github") == "github:<wbr>repo/<wbr>callisto/<wbr>.github"
    assert foldable("site://callisto.example/") == "site://<wbr>callisto.example/"


def test_an_id_stays_data() -> None:
    assert str(foldable("pypi:<b>")) == "pypi:<wbr>&lt;b&gt;"
    assert "\x1b" not in foldable("a/\x1b[31m")
