"""The project's enterprise on GitHub through the whole program: both ways, and nothing by silence. Not live."""

from __future__ import annotations

from muniment.evidence.kind import Evidence
from muniment.ports import Store
from muniment.testing.github.growing import small
from muniment.testing.github.made import Made, classic
from muniment.testing.github.program import Judgement, Program
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Enterprise, Membership, Organization

ENTERPRISE = "github:enterprise/foundation"
ANCHOR, BEACON = "github:org/callisto-anchor", "github:org/callisto-beacon"
OUTSIDE, UNDECLARED = "inventory/organization-outside-enterprise", "inventory/undeclared-enterprise-organization"
HEAD, MEMBER = 910001, 910002
STRANGER = 910006
WEAK = "access/member-with-insecure-two-factor"


class Project(Program):
    """Two declared organizations, the first of them in the enterprise, with one beside it that nobody declares."""

    def __init__(self, store: Store, *names: str) -> None:
        made = small()
        world = made.world
        tokens = {
            "head": classic("head", HEAD, "read:enterprise", "admin:org", "repo"),
            "part": classic("part", MEMBER, "read:enterprise", "read:org"),
        }
        world.tokens.extend(tokens.values())
        secrets = {**made.tokens, **{name: token.secret for name, token in tokens.items()}}
        super().__init__(Made(world=world, tokens=secrets, private_key=made.private_key), store, *names)
        self.anchor, self.beacon = world.organizations
        self.extra = Organization(id=830_001, login="callisto-tide")
        world.organizations.append(self.extra)
        self.enterprise = Enterprise(
            id=5, slug="Foundation", owners={HEAD}, organizations={self.anchor.id, self.extra.id}
        )
        world.enterprises.append(self.enterprise)
        self.left_out = {f"github:org/{self.extra.login}"}

    def declared(self) -> tuple[Evidence, ...]:
        return tuple(e for e in super().declared() if getattr(e, "asset", "") not in self.left_out)

    def told(self) -> set[tuple[str, str, str]]:
        return {f for f in self.standing() if f[0] in (OUTSIDE, UNDECLARED)}


BOTH = {(OUTSIDE, BEACON, ""), (UNDECLARED, ENTERPRISE, "830001")}


def test_an_owner_of_the_enterprise_sees_both_ways_and_they_end_when_both_are_mended(store: Store) -> None:
    project = Project(store, "head")
    with SimulatedGithub(project.made.world) as github:
        project.run(github)
        assert project.told() == BOTH
        assert project.verdicts()[OUTSIDE, ANCHOR].word == "Pass"
        project.enterprise.organizations.add(project.beacon.id)
        project.left_out = set()
        project.run(github)
        assert project.told() == set()


def test_without_the_right_nothing_opens_and_nothing_ends(store: Store) -> None:
    project = Project(store, "ada")
    with SimulatedGithub(project.made.world) as github:
        project.run(github)
        assert project.told() == set()
        assert project.verdicts()[UNDECLARED, ENTERPRISE] == Judgement("Unknown", "denied")
        assert project.verdicts()[OUTSIDE, BEACON] == Judgement("Unknown", "partial")
        project.names = ("head",)
        project.run(github)
        assert project.told() == BOTH
        project.names = ("ada",)
        project.enterprise.organizations.add(project.beacon.id)
        project.run(github)
        assert project.told() == BOTH, "it was mended, and nobody could see so"


def test_what_a_member_is_shown_opens_what_it_shows_and_says_of_none_that_it_is_outside(store: Store) -> None:
    project = Project(store, "part")
    with SimulatedGithub(project.made.world) as github:
        project.run(github)
        assert project.told() == set()
        assert project.verdicts()[OUTSIDE, ANCHOR].word == "Pass"
        assert project.verdicts()[OUTSIDE, BEACON] == Judgement("Unknown", "partial")
        project.extra.members.append(project.anchor.members[1])
        person = project.extra.members[0].person
        assert person == MEMBER
        project.run(github)
        assert project.told() == {(UNDECLARED, ENTERPRISE, "830001")}


def test_of_an_organization_that_took_a_new_name_nothing_is_said(store: Store) -> None:
    project = Project(store, "head")
    with SimulatedGithub(project.made.world) as github:
        project.run(github)
        declared = project.declared()
        project.anchor.former_logins.add(project.anchor.login)
        project.anchor.login = "callisto-anchorage"
        project.declared = lambda: declared  # type: ignore[method-assign]
        project.run(github)
        assert project.verdicts()[OUTSIDE, ANCHOR].word == "Unknown"
        assert project.told() == {*BOTH, (UNDECLARED, ENTERPRISE, str(project.anchor.id))}


def test_a_register_without_an_enterprise_asks_nothing_more_and_is_told_nothing(store: Store) -> None:
    project = Project(store, "head")
    project.left_out.add(ENTERPRISE)
    with SimulatedGithub(project.made.world) as github:
        project.run(github)
        asked = len(github.requests)
        project.run(github)  # the months long past are asked about in a first run alone
        with_none = len(github.requests) - asked
        assert project.verdicts()[OUTSIDE, BEACON].word == "NotApplicable"
        assert project.told() == set()
        project.left_out.discard(ENTERPRISE)
        asked = len(github.requests)
        project.run(github)
        with_one = len(github.requests) - asked
        assert project.told() == BOTH
    assert with_one == with_none + 2, "one page of the list, and one question about accounts that settled nothing"


def test_an_owner_of_the_enterprise_who_owns_no_organization_learns_of_second_factors(store: Store) -> None:
    project = Project(store, "head")
    world = project.made.world
    project.extra.members.append(Membership(person=STRANGER, role="owner"))
    project.anchor.members = [m for m in project.anchor.members if m.person != HEAD]
    with SimulatedGithub(world) as github:
        project.run(github)
        assert not [r for r in github.requests if r.path == "/orgs/callisto-anchor/outside_collaborators"]
        weak = {f for f in project.standing() if f[0] == WEAK}
        assert weak == {(WEAK, ANCHOR, str(MEMBER))}
        next(p for p in world.people if p.id == MEMBER).two_factor = "secure"
        project.names = ("ada",)
        project.run(github)
        assert {f for f in project.standing() if f[0] == WEAK} == weak, "it was mended, and nobody could see so"
        project.names = ("head",)
        project.run(github)
        assert not [f for f in project.standing() if f[0] == WEAK]
