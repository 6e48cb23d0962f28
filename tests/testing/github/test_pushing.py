"""The simulated list of a repository's activity, held to GitHub's description."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from muniment.testing.github.description import load
from muniment.testing.github.world import Push, World
from tests.testing.github.conftest import NOW, Client

PATH = "/repos/lunar/rover/activity"


@pytest.fixture(autouse=True)
def pushed(world: World) -> None:
    rover = world.organizations[0].repositories[0]
    rover.pushes = [
        Push(id=1, at=NOW - timedelta(days=400), by=1),
        Push(id=2, at=NOW - timedelta(days=300), by=2, what="branch_creation", ref="refs/heads/try"),
        Push(id=3, at=NOW - timedelta(days=20), by=1, what="pr_merge"),
        Push(id=4, at=NOW - timedelta(hours=2), by=2),
        Push(id=5, at=NOW - timedelta(hours=1)),
    ]


def numbers(github: Client, query: str = "", who: str = "owner") -> list[int]:
    return [line["id"] for line in github.get(f"{PATH}?{query}", who).json()]


def test_the_newest_line_comes_first_and_fits_the_description(github: Client) -> None:
    assert numbers(github) == [5, 4, 3, 2, 1]
    assert numbers(github, "direction=asc") == [1, 2, 3, 4, 5]
    assert load().check_response("GET", PATH, 200, github.get(PATH, "owner").json()) == ()
    assert github.get(PATH, "owner").json()[0]["actor"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("time_period=day", [5, 4]),
        ("time_period=month", [5, 4, 3]),
        ("time_period=year", [5, 4, 3, 2]),
        ("actor=BEN", [4, 2]),
        ("actor=nobody-of-this-name", []),
        ("activity_type=pr_merge", [3]),
        ("ref=try", [2]),
        ("ref=refs/heads/main", [5, 4, 3, 1]),
    ],
)
def test_it_is_narrowed_by_what_is_asked_for(github: Client, query: str, found: list[int]) -> None:
    assert numbers(github, query) == found


def test_pages_lead_to_each_other_by_cursors(github: Client) -> None:
    first = github.get(f"{PATH}?per_page=2", "owner")
    links = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', first.headers["link"]))
    ((url, rel),) = links.items()
    assert rel == "next" and "/repositories/201/activity?" in url and "after=" in url
    second = github.get(url.removeprefix(github.github.api), "owner")
    assert [line["id"] for line in second.json()] == [3, 2]
    back = {r: u for u, r in re.findall(r'<([^>]+)>; rel="(\w+)"', second.headers["link"])}
    assert set(back) == {"next", "prev"}
    again = github.get(back["prev"].removeprefix(github.github.api), "owner")
    assert [line["id"] for line in again.json()] == [5, 4]


def test_a_line_that_comes_between_two_pages_moves_none_of_the_others(github: Client, world: World) -> None:
    first = github.get(f"{PATH}?per_page=2", "owner")
    ((url, _),) = re.findall(r'<([^>]+)>; rel="(\w+)"', first.headers["link"])
    world.organizations[0].repositories[0].pushes.append(Push(id=9, at=NOW, by=1))
    assert [line["id"] for line in github.get(url.removeprefix(github.github.api), "owner").json()] == [3, 2]


def test_a_private_repository_is_not_found_by_who_may_not_see_it(github: Client) -> None:
    assert github.get("/repos/lunar/hidden/activity", "member").status_code == 404
    assert github.get("/repos/lunar/hidden/activity", "owner").json() == []


def test_a_cursor_that_is_none_is_refused(github: Client) -> None:
    assert github.get(f"{PATH}?after=nonsense", "owner").status_code == 422
