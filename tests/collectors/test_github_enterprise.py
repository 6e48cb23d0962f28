"""An enterprise's list: whole for its owners, a part for others, denied without its scope. Not live."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.collectors.github_enterprise import NEEDS, collector
from muniment.evidence.enterprise_organization import EnterpriseOrganization
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import TLP
from muniment.ports import Answer, Key, Raw
from muniment.testing.github.growing import small
from muniment.testing.github.made import Made, classic
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Enterprise, Organization
from tests.collectors.github.canned import ADA, answer, at_hand, facts, page
from tests.collectors.github.simulated import Asker

SCOPE = "github:enterprise/callisto-foundation"
SCOPES = ("read:enterprise", "read:org")
ANYBODY = frozenset({"github:anonymous"})


def founded(*, owners: Sequence[int] = (910001,), organizations: int = 0) -> Made:
    """The small world, its first organization and some made-up ones in an enterprise."""
    made = small()
    world = made.world
    more = [Organization(id=820_000 + n, login=f"callisto-extra-{n:03}") for n in range(organizations)]
    world.organizations += more
    inside = {world.organizations[0].id, *(o.id for o in more)}
    world.enterprises.append(Enterprise(id=5, slug="Callisto-Foundation", owners=set(owners), organizations=inside))
    return made


def gives(made: Made, name: str, person: int, *scopes: str) -> Made:
    token = classic(name, person, *scopes)
    made.world.tokens.append(token)
    return Made(world=made.world, tokens={**made.tokens, name: token.secret}, private_key=made.private_key)


def look(made: Made, *names: str) -> tuple[Batch, list[str]]:
    """What is told of the enterprise, and the GraphQL questions that it took."""
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, *names)
        (batch,) = asker.look(SCOPE, using=collector(asker.addresses)).values()
        return batch, [r.path for r in github.requests]


def test_an_owner_is_shown_the_whole_list() -> None:
    made = gives(founded(organizations=120), "head", 910001, *SCOPES)
    batch, asked = look(made, "head")
    assert batch.outcome is Outcome.COLLECTED and batch.total == 121
    assert batch.vantage == ANYBODY | {f"{SCOPE}:member", f"{SCOPE}:owner"}
    assert batch.marking.level is TLP.AMBER
    assert EnterpriseOrganization(id=810001, asset="github:org/callisto-anchor") in facts(batch)
    assert len(asked) == 3, "who it is, and a page for every hundred"


def test_what_a_member_is_shown_is_not_the_whole_list() -> None:
    made = gives(founded(organizations=3), "member", 910002, *SCOPES)
    batch, _ = look(made, "member")
    assert batch.outcome is Outcome.PARTIAL and NEEDS in batch.detail
    assert batch.vantage == ANYBODY | {f"{SCOPE}:member"}
    assert [f.asset for f in facts(batch)] == ["github:org/callisto-anchor"]


@pytest.mark.parametrize("name", ["ada", "ben", "cleo", "dora"])
def test_a_token_without_the_scope_is_not_even_tried(name: str) -> None:
    batch, asked = look(founded(), name)
    assert batch.outcome is Outcome.DENIED and NEEDS in batch.detail
    assert batch.vantage == ANYBODY
    assert not any("graphql" in path for path in asked)


def test_whoever_is_not_in_it_is_not_told_whether_it_exists() -> None:
    made = gives(founded(), "stranger", 910004, *SCOPES)
    hidden, _ = look(made, "stranger")
    made.world.enterprises.clear()
    gone, _ = look(made, "stranger")
    assert hidden.outcome is gone.outcome is Outcome.UNOBSERVABLE
    assert hidden.detail == gone.detail


def test_of_several_tokens_the_owners_is_believed() -> None:
    made = gives(gives(founded(organizations=3), "member", 910002, *SCOPES), "head", 910001, *SCOPES)
    batch, _ = look(made, "member", "head")
    assert batch.outcome is Outcome.COLLECTED and batch.total == 4


# ---------------------------------------------------------------- answers made by hand


class Canned:
    """A GitHub that gives one answer to every page."""

    def __init__(self, *pages: Any, scopes: str = "admin:enterprise, admin:org") -> None:
        self.pages = list(pages)
        self.scopes = scopes
        self.asked = 0

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        return answer({"login": "ada"}, headers={"x-oauth-scopes": self.scopes})

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        self.asked += 1
        body = self.pages[min(self.asked, len(self.pages)) - 1]
        return body if isinstance(body, Answer) else answer(body)


def enterprise(nodes: Sequence[Any], *, owner: bool = True, **more: Any) -> dict[str, Any]:
    listed = page(nodes, **more)
    return {
        "data": {"enterprise": {"slug": "Callisto-Foundation", "viewerIsAdmin": owner, "organizations": listed}}
    }


def one(number: int, login: str) -> dict[str, Any]:
    return {"databaseId": number, "login": login}


def read(world: Canned, *keys: Key) -> Batch:
    made = collector(at_hand(*(keys or (ADA,))))
    (batch,) = made.parse(asyncio.run(made.fetch(SCOPE, world)))
    return batch


@pytest.mark.parametrize(
    ("page_", "why"),
    [
        (enterprise([one(1, "a")], total=2), "total"),
        (enterprise([one(1, "a"), one(1, "b")]), "twice"),
        (enterprise([one(1, "a"), None]), "without their number"),
        (enterprise([one(1, "a"), one(2, "../x")]), "without their number"),
        (enterprise([one(1, "a")], cursor="again"), "twice"),
    ],
)
def test_a_list_that_does_not_add_up_is_no_whole_one(page_: dict[str, Any], why: str) -> None:
    world = Canned(page_)
    batch = read(world)
    assert batch.outcome is Outcome.PARTIAL and why in batch.detail
    assert world.asked <= 2, "a cursor that leads back ends it"


def test_a_page_that_does_not_come_leaves_a_part() -> None:
    batch = read(Canned(enterprise([one(1, "a")], total=2, cursor="more"), answer({}, status=502)))
    assert batch.outcome is Outcome.PARTIAL and "a further page did not come" in batch.detail
    assert [f.asset for f in facts(batch)] == ["github:org/a"]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"data": {"enterprise": {"slug": "other", "organizations": page([])}}}, Outcome.UNREADABLE),
        ({"data": {"enterprise": None}}, Outcome.UNREADABLE),
        ({"errors": [{"type": "INSUFFICIENT_SCOPES", "message": "private/name"}]}, Outcome.DENIED),
        ({"data": {"enterprise": None}, "errors": [{"type": "FORBIDDEN", "path": ["enterprise"]}]}, Outcome.DENIED),
        ([], Outcome.UNREADABLE),
    ],
)
def test_what_is_no_list_says_nothing(said: Any, outcome: Outcome) -> None:
    batch = read(Canned(said))
    assert batch.outcome is outcome and not batch.items
    assert "private" not in batch.detail


def test_github_not_answering_is_no_denial() -> None:
    assert read(Canned(answer({}, status=503))).outcome is Outcome.UNREACHABLE


def test_without_a_credential_nothing_is_planned() -> None:
    assert collector(at_hand()).asks == ()
    assert list(collector(at_hand()).requests(SCOPE)) == []
    (planned,) = collector(at_hand(ADA)).requests(SCOPE)
    assert planned.right == NEEDS and planned.cost == 1


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@given(whole=JSON, node=JSON, slug=JSON, head=JSON)
@settings(max_examples=150, deadline=None)
def test_whatever_an_answer_holds_there_is_a_batch(whole: Any, node: Any, slug: Any, head: Any) -> None:
    made = collector(at_hand(ADA))
    face = {"slug": slug, "viewerIsAdmin": head, "organizations": page([node])}
    for body in (
        whole,
        {"data": whole},
        {"data": {"enterprise": whole}},
        {"data": {"enterprise": face}},
        {"data": {"enterprise": {**face, "slug": "callisto-foundation", "viewerIsAdmin": True}}},
        {
            "data": {
                "enterprise": {**face, "slug": "callisto-foundation", "organizations": {**page([]), "nodes": head}}
            }
        },
    ):
        (batch,) = made.parse(Raw(SCOPE, (answer(body),), ANYBODY))
        assert batch.cell.scope == SCOPE
        assert batch.outcome is not Outcome.COLLECTED or batch.total == len(batch.items)
