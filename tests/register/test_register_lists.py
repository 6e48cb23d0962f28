"""The lists that people keep are read as names and addresses; whatever else stands in them is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.model.asset import canonical
from muniment.model.errors import RegisterError
from muniment.model.text import plain
from muniment.register.discovering.lists import MOST, on_lists
from muniment.register.files import Text
from muniment.wiring import package_at


def read(text: str, name: str = "list.txt") -> dict[str, tuple[str, int]]:
    found = on_lists((Text(name, text),), (), package_at)
    return {item.said: (item.asset, item.where.line) for item in found}


def test_names_ids_and_addresses_one_a_line() -> None:
    text = """\
# what we keep
lodestar
callisto/beacon
- pypi:Callisto_Kit
1. https://github.com/callisto/chart/tree/main
https://github.com/orgs/callisto
pkg:npm/%40callisto/sail
"""
    assert read(text) == {
        "lodestar": ("", 2),
        "callisto/beacon": ("github:repo/callisto/beacon", 3),
        "pypi:Callisto_Kit": ("pypi:callisto-kit", 4),
        "https://github.com/callisto/chart/tree/main": ("github:repo/callisto/chart", 5),
        "https://github.com/orgs/callisto": ("github:org/callisto", 6),
        "pkg:npm/%40callisto/sail": ("npm:@callisto/sail", 7),
    }


def test_addresses_at_the_public_registries_are_packages() -> None:
    from packageurl.contrib.purl2url import get_repo_url

    for purl, asset in (("pkg:pypi/callisto-kit", "pypi:callisto-kit"), ("pkg:npm/callisto", "npm:callisto")):
        address = get_repo_url(purl)  # type: ignore[no-untyped-call]
        assert read(f"* [it]({address})\n", "list.md")[address] == (asset, 1)


def test_a_table_gives_its_links_or_the_first_cell() -> None:
    assert read("name,owner\nlodestar,ada\n,callisto/x,y\nz,https://github.com/callisto/z\n", "list.csv") == {
        "lodestar": ("", 2),
        "callisto/x": ("github:repo/callisto/x", 3),
        "https://github.com/callisto/z": ("github:repo/callisto/z", 4),
    }


def test_prose_says_nothing_but_its_links() -> None:
    text = "We keep many things, see [this](https://github.com/callisto/a) and others.\nAsk Ada.\n"
    assert read(text, "list.md") == {"https://github.com/callisto/a": ("github:repo/callisto/a", 1)}


def test_each_thing_counts_once() -> None:
    assert len(read("callisto/a\nhttps://github.com/Callisto/A\n")) == 1


def test_lists_without_end_are_refused() -> None:
    with pytest.raises(RegisterError, match="mistake"):
        read("".join(f"name-{n}\n" for n in range(MOST + 1)))


heads = st.sampled_from(
    ("", "https://github.com/", "http://[", "pkg:", "pkg:pypi/", "pypi:", "npm:@", "github:repo/")
)
lines = st.lists(st.builds("".join, st.tuples(heads, st.text(max_size=60))), max_size=6).map("\n".join)


@given(lines)
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("a.txt", "a.csv", "a.md"):
        for item in on_lists((Text(name, text),), (), package_at):
            assert plain(item.said) == item.said
            assert not item.asset or canonical(item.asset) == item.asset
