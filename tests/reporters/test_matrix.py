"""A matrix is read without colours, without its headers in sight, and without a guess at what a sign means."""

from __future__ import annotations

import re

import pytest

from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters import site
from muniment.testing.material import CHECKS, material

TABLE = 'class="fold matrix"'
SIGN = re.compile(r'#i-(\w+)"/></svg> *(?:<span class="said">)?([^<]+)<')
CELL = re.compile(r'<td role="cell" class="mark (\w+)" data-l="([^"]+)">(.*?)</td>')


@pytest.fixture(scope="module")
def matrices() -> dict[str, tuple[str, str]]:
    """The key and the table of every matrix, by page."""
    pages = site.files(project(build(material(), CHECKS), COUNCIL))
    found = {path: data.decode() for path, data in pages.items() if TABLE.encode() in data}
    return {
        path: (_before(text), text.partition(TABLE)[2].partition("</table>")[0]) for path, text in found.items()
    }


def _before(text: str) -> str:
    return text.partition(TABLE)[0].rpartition('<ul class="key"')[2].partition("</ul>")[0]


def test_who_can_ship_and_the_councils_rights_are_shown_so(matrices: dict[str, tuple[str, str]]) -> None:
    assert set(matrices) >= {"council.html", "ship/pypi--lodestar.html"}


def test_each_has_a_caption_and_each_cell_a_head_of_its_row_and_of_its_column(
    matrices: dict[str, tuple[str, str]],
) -> None:
    for path, (_, table) in matrices.items():
        assert re.search("<caption>[^<]+</caption>", table), path
        columns = re.findall(r'<th scope="col" role="columnheader" class="mark">([^<]+)</th>', table)
        bodies = table.partition("</thead>")[2].partition("<tfoot")[0].split('<tr role="row">')
        rows = [row for row in bodies if 'class="mark' in row]
        assert rows and all(row.startswith('<th scope="row" role="rowheader">') for row in rows), path
        assert all([label for _, label, _ in CELL.findall(row)] == columns for row in rows), path


def test_each_sign_has_one_word_and_the_key_tells_it(matrices: dict[str, tuple[str, str]]) -> None:
    for path, (key, table) in matrices.items():
        told = [(shape, word.strip()) for shape, word in SIGN.findall(key)]
        assert len({shape for shape, _ in told}) == len({word for _, word in told}) == len(told) > 2, path
        for kind, _, cell in CELL.findall(table):
            signs = SIGN.findall(cell)
            assert signs == [sign for sign in told if sign[0] == kind] if kind != "drop" else not signs, (
                path,
                cell,
            )
            assert re.search('<span class="said">[^<]+</span>', cell), path
