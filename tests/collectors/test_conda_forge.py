"""Feedstocks of a simulated GitHub: their maintainers are read, and a missing one proves nothing. Not live."""

from __future__ import annotations

import asyncio

import pytest

from muniment.collectors.conda_forge import collector
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.model.observation import Batch, Outcome
from muniment.ports import Key, Raw
from muniment.testing.github.made import Made, classic, made
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Organization, Person, Repository, World
from tests.collectors.github.canned import ADA, answer, at_hand, facts
from tests.collectors.github.simulated import Asker

META = "package:\n  name: {{ name }}\nextra:\n  recipe-maintainers:\n    - ada-l\n    - grace-h\n"
RECIPE = "package: {name: quill}\nextra: {recipe-maintainers: [grace-h]}\n"
SCOPE = "conda:callisto-lodestar"
READ = [FeedstockMaintainer(login="ada-l"), FeedstockMaintainer(login="grace-h")]


def forge(**feedstocks: dict[str, str]) -> Made:
    """A GitHub on which conda-forge has some feedstocks: their files, by the package's name."""
    repositories = [
        Repository(id=7000 + n, name=f"{name.replace('_', '-')}-feedstock", files=files)
        for n, (name, files) in enumerate(feedstocks.items())
    ]
    return made(
        World(
            people=[Person(id=1, login="ada-l")],
            organizations=[Organization(id=2, login="conda-forge", repositories=repositories)],
        ),
        {"ada": classic("ada", 1)},
    )


def look(of: Made, *names: str, scope: str = SCOPE) -> Batch:
    with SimulatedGithub(of.world) as github:
        asker = Asker(of, github, *names)
        (batch,) = asker.look(scope, using=collector(asker.addresses)).values()
    return batch


@pytest.mark.parametrize("names", [(), ("ada",)], ids=["anonymous", "with a token"])
def test_the_recipe_of_the_feedstock_is_read_by_anybody(names):
    batch = look(forge(callisto_lodestar={"recipe/meta.yaml": META}), *names)
    assert (batch.outcome, batch.total, batch.vantage) == (Outcome.COLLECTED, 2, {"conda:anonymous"})
    assert facts(batch) == READ


def test_a_recipe_of_the_newer_format_is_read():
    batch = look(forge(quill={"recipe/recipe.yaml": RECIPE}), scope="conda:quill")
    assert facts(batch) == [FeedstockMaintainer(login="grace-h")]


@pytest.mark.parametrize("feedstocks", [{}, {"callisto_lodestar": {"README.md": "# Moved\n"}}])
def test_no_recipe_under_this_name_is_no_proof_that_nobody_maintains_the_package(feedstocks):
    batch = look(forge(**feedstocks))
    assert (batch.outcome, batch.items) == (Outcome.UNOBSERVABLE, ())
    assert "another one may build" in batch.detail


def test_of_two_recipes_that_disagree_neither_is_believed():
    files = {"recipe/meta.yaml": META, "recipe/recipe.yaml": RECIPE}
    assert look(forge(callisto_lodestar=files)).outcome is Outcome.UNREADABLE
    files = {"recipe/meta.yaml": RECIPE, "recipe/recipe.yaml": RECIPE}
    assert facts(look(forge(callisto_lodestar=files))) == [FeedstockMaintainer(login="grace-h")]


def test_a_recipe_that_is_not_understood_is_unreadable_and_says_where():
    batch = look(forge(callisto_lodestar={"recipe/meta.yaml": META.replace("grace-h", "{{ lead }}")}))
    assert (batch.outcome, batch.items) == (Outcome.UNREADABLE, ())
    assert batch.detail == "recipe/meta.yaml: a maintainer's name is computed"


def test_a_team_among_the_maintainers_makes_the_look_partial():
    batch = look(forge(callisto_lodestar={"recipe/meta.yaml": META + "    - conda-forge/moon\n"}))
    assert (batch.outcome, batch.total) == (Outcome.PARTIAL, None)
    assert facts(batch) == READ


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, Outcome.DENIED), (403, Outcome.DENIED), (429, Outcome.UNREACHABLE), (502, Outcome.UNREACHABLE)],
)
@pytest.mark.parametrize("which", [0, 1])
def test_one_answer_that_tells_nothing_makes_the_other_worth_nothing(status, outcome, which):
    good = answer({"type": "file", "encoding": "base64", "content": "cGFja2FnZTogMQo="})
    answers = [answer({}, status=404), answer({}, status=404)]
    answers[which] = answer({}, status=status)
    made = collector(at_hand())
    assert made.parse(Raw(SCOPE, tuple(answers)))[0].outcome is outcome
    answers[1 - which] = good
    assert made.parse(Raw(SCOPE, tuple(answers)))[0].outcome in (outcome, Outcome.UNREADABLE)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"type": "symlink", "target": "/etc/passwd"},
        {"type": "file", "encoding": "none", "content": ""},
        {"type": "file", "encoding": "base64", "content": "é"},
        {"type": "file", "encoding": "base64", "content": "//8="},
    ],
)
def test_what_is_no_file_is_unreadable(body):
    made = collector(at_hand())
    (batch,) = made.parse(Raw(SCOPE, (answer(body), answer({}, status=404))))
    assert batch.outcome is Outcome.UNREADABLE


def test_a_person_s_credential_asks_where_there_is_one_and_an_apps_never():
    class Noting:
        def __init__(self) -> None:
            self.asked: list[tuple[str, str]] = []

        async def get(self, url, *, credential="", **more):
            self.asked.append((url.rpartition("/contents/")[2], credential))
            return answer({}, status=404)

    def asked(*keys: Key) -> list[tuple[str, str]]:
        io = Noting()
        asyncio.run(collector(at_hand(*keys)).fetch(SCOPE, io))
        return io.asked

    files = ("recipe/meta.yaml", "recipe/recipe.yaml")
    assert asked(Key("robot", "app"), ADA) == [(file, "ada") for file in files]
    assert asked(Key("robot", "app")) == [(file, "") for file in files]
