"""Collectors are found by being in their folder, and other people's by an entry point. Not live."""

from __future__ import annotations

import sys

import pytest

from muniment.collectors import finding
from muniment.collectors.addresses import addresses
from muniment.evidence.kind import kinds
from muniment.model.asset import FAMILIES

SOMEWHERE = addresses("https://index.example/simple", "https://npm.example")


def test_the_collectors_of_this_folder_are_found():
    found = finding.collectors(SOMEWHERE)
    assert {"pypi", "npm"} <= {c.source for c in found}
    for collector in found:
        assert set(collector.families) <= set(FAMILIES)
        assert set(collector.yields) <= set(kinds().values())
        assert all(set(collector.families) & set(kind.about) for kind in collector.yields)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Another distribution that brings a collector, and one that takes a name that is ours."""
    info = tmp_path / "others-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[muniment.collectors]\nmoonforge = moonforge:collector\npypi = moonforge:collector\n"
    )
    (tmp_path / "moonforge.py").write_text("def collector(addresses):\n    return ('moonforge', addresses)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("moonforge", None)


def test_other_peoples_collectors_are_found_and_displace_none_of_ours(installed):
    makers = finding.makers()
    assert makers["moonforge"](SOMEWHERE) == ("moonforge", SOMEWHERE)
    assert makers["pypi"].__module__ == "muniment.collectors.pypi"
