"""A person's page: teams and environments beside roles, activity for the council alone, links to each step."""

from __future__ import annotations

import re
from html import unescape

import pytest
from msgspec.structs import replace

from muniment.app.granting import GRANTING
from muniment.app.holding import TELLING as HOLDING
from muniment.evidence.kind import kind_id
from muniment.model.asset import NPM, PYPI
from muniment.model.tlp import RED, TLP, Audience, Marking
from muniment.publish.held import Held
from muniment.publish.material import Material
from muniment.publish.pieces import View
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.steps import Parting, Stage, Step
from muniment.publish.view import build
from muniment.reporters import site
from muniment.reporters.places import address, done_at, to_change
from muniment.reporters.site.pages.people import TELLING
from muniment.testing.material import CHECKS, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))
BERTIL = "people/bertil.html"
ORG, REPO = "github:org/callisto-harbour", "github:repo/callisto-harbour/harbour"


def page(made: Material | None = None, audience: Audience = COUNCIL, path: str = BERTIL) -> str:
    return site.files(project(build(made or material(), CHECKS), audience))[path].decode()


def part(text: str, id: str) -> str:
    """A section of a page; empty if there is none."""
    return text.partition(f'aria-labelledby="{id}"')[2].partition("</section>")[0]


def view(made: Material, audience: Audience) -> View:
    return project(build(made, CHECKS), audience).view


def test_teams_and_environments_are_held_too() -> None:
    held = part(page(), "holds")

    assert "team leads" in held and "environment pypi" in held and "pypi:pilot-auth" in held
    assert "Holds 5 roles" in page()
    assert 'data-l="holds">5<' in page(path="people.html")


def test_where_nobody_could_look_they_may_be_in_a_team_as_well() -> None:
    told = part(page(), "unseen")
    assert "1 asset" in told and "who is in its teams" in told
    seen = tuple(row for row in material().given if row.state == "seen")
    assert "teams" not in part(page(replace(material(), given=seen)), "unseen")


def test_what_was_given_is_shown_to_those_who_answer_for_the_place() -> None:
    assert {row.asset for row in view(material(), HARBOUR).given if row.account} == {ORG, REPO}
    assert view(material(), PUBLIC).given == ()
    quarry = Audience(TLP.AMBER, frozenset({"quarry"}))
    assert not [row for row in view(material(), quarry).given if row.account]
    closed = tuple(replace(row, marking=RED) for row in material().given)
    assert view(replace(material(), given=closed), HARBOUR).given == ()


def test_somebody_in_a_team_alone_is_known_to_its_subproject() -> None:
    joss = Held(
        asset=ORG, place="github", who="j", party="joss", state="seen", role="member", marking=Marking(TLP.CLEAR)
    )
    assert "joss" in {one.handle for one in view(replace(material(), given=(joss,)), HARBOUR).people}
    assert "joss" not in {one.handle for one in view(material(), HARBOUR).people}


@pytest.mark.parametrize(("who", "answer"), [("bertil", "Active"), ("marit", "Inactive"), ("joss", "Cannot tell")])
def test_whether_somebody_is_active_is_told_with_its_signs(who: str, answer: str) -> None:
    told = part(page(path=f"people/{who}.html"), "activity")

    assert f"</svg>{answer}</span>" in told
    assert {"bertil": "May 2026", "marit": "Mar 2025", "joss": "None seen"}[who] in told
    assert ("a claim: nobody saw it" in told) == (who == "bertil")


@pytest.mark.parametrize("audience", [HARBOUR, PUBLIC, Audience(TLP.AMBER, frozenset({"harbour", "quarry"}))])
def test_whether_somebody_is_active_is_for_the_council_alone(audience: Audience) -> None:
    assert view(material(), audience).alive == ()
    files = site.files(project(build(material(), CHECKS), audience))
    assert not [path for path, data in files.items() if b"activity" in data and path.startswith("people/")]


def test_activity_read_off_something_closed_is_closed() -> None:
    made = replace(material(), alive=tuple(replace(one, marking=RED) for one in material().alive))

    assert view(material(), Audience(TLP.AMBER)).alive
    assert view(made, Audience(TLP.AMBER)).alive == ()


def test_nobody_was_asked_reads_as_nothing_and_not_as_inactive() -> None:
    assert part(page(replace(material(), alive=())), "activity") == ""


def test_who_may_be_the_same_person_is_asked_and_for_the_council_alone() -> None:
    told = part(page(path="people/bertil.html"), "record")

    assert "May also be theirs" in told and "bert-il at npm" in told and "Counted apart" in told
    assert "May also be theirs" not in part(page(path="people/marit.html"), "record")
    assert view(material(), HARBOUR).alike == () and view(material(), Audience(TLP.AMBER)).alike


def test_credentials_that_they_can_read_are_listed_with_where_they_are_kept() -> None:
    own = part(page(), "credentials")

    assert "hub-deploy-key" in own and "the hub&#39;s vault" in own and "let somebody else read it first" in own
    assert "registrar-login" not in own


GITHUB = "https://github.com"
DONE = {
    "team-member": (ORG, f"{GITHUB}/orgs/callisto-harbour/teams/a%2Fb/members"),
    "organization-member": (ORG, f"{GITHUB}/orgs/callisto-harbour/people?query=x%26y"),
    "outside-collaborator": (ORG, f"{GITHUB}/orgs/callisto-harbour/outside-collaborators?query=x%26y"),
    "organization-invitation": (ORG, f"{GITHUB}/orgs/callisto-harbour/people/pending_invitations"),
    "organization-role-holder": (ORG, f"{GITHUB}/organizations/callisto-harbour/settings/profile"),
    "deployment-environment": (REPO, f"{GITHUB}/callisto-harbour/harbour/settings/environments"),
    "repository-collaborator": (REPO, f"{GITHUB}/callisto-harbour/harbour/settings/access"),
    "feedstock-maintainer": ("conda:lodestar", f"{GITHUB}/conda-forge/lodestar-feedstock"),
}


def step(kind: str, asset: str, place: str = "") -> Step:
    return Step(
        stage=Stage.TEAM,
        asset=asset,
        what="do it",
        account="github:x&y",
        within="a/b",
        kind=kind,
        place=place,
        marking=Marking(TLP.CLEAR),
    )


def leaving(*steps: Step) -> Material:
    return replace(material(), partings=(Parting(handle="bertil", steps=steps),))


def links(text: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'<a href="([^"]*)" rel="external noreferrer">', text)]


@pytest.mark.parametrize("kind", DONE)
def test_each_step_leads_to_where_it_is_done(kind: str) -> None:
    asset, there = DONE[kind]

    assert links(page(leaving(step(kind, asset)))) == [there]
    assert done_at(step(kind, asset)).endswith(", on GitHub")


@pytest.mark.parametrize("family", [PYPI, NPM])
@pytest.mark.parametrize("kind", ["package-role", "shipping"])
def test_a_registrys_page_is_on_the_host_that_the_library_names(family: str, kind: str) -> None:
    asset = {PYPI: "pypi:harbour", NPM: "npm:@callisto/harbour-proxy"}[family]
    host = address(asset).split("/")[2]
    (there,) = links(page(leaving(step(kind, asset))))

    assert there.split("/")[2] == host
    assert there.endswith({PYPI: "/manage/project/harbour/collaboration/", NPM: "/access"}[family])


def test_what_stands_in_the_register_leads_to_its_line_where_it_is_said_where_the_files_are() -> None:
    edit = step("declared-party", "", "people/core team.yaml:12")

    assert links(page(leaving(edit))) == []
    made = leaving(edit)
    made = replace(made, inventory=replace(made.inventory, register_url="https://git.example/callisto/register/"))
    assert links(page(made)) == ["https://git.example/callisto/register/people/core%20team.yaml#L12"]
    other = replace(made, partings=(Parting(handle="bertil", steps=(replace(edit, place="harbour:a.yaml:1"),)),))
    assert links(page(other)) == [], "another tree has no address"


def test_what_people_vouch_for_leads_where_the_register_says() -> None:
    def said(url: str) -> Material:
        made = leaving(step("declared-attestation", "service:registrar"))
        entry = replace(made.inventory.assets["service:registrar"], url=url)
        assets = {**made.inventory.assets, "service:registrar": entry}
        return replace(made, inventory=replace(made.inventory, assets=assets))

    assert links(page(said("https://registrar.example/login"))) == ["https://registrar.example/login"]
    for url in ("javascript:alert(1)", "https://a:b@registrar.example/", "data:text/html,x", "//registrar.example"):
        text = page(said(url))
        assert links(text) == [] and f'href="{url}' not in text


def test_only_a_step_leads_out_of_the_pages() -> None:
    steps = [one for parting in material().partings for one in parting.steps if one.asset]
    assert any(map(to_change, steps)), "else the test shows nothing"
    found = site.files(project(build(material(), CHECKS), COUNCIL))
    out = {path for path, data in found.items() if path.endswith(".html") and b'href="http' in data}
    assert out == {BERTIL}


def test_the_foot_sums_up_every_kind_that_tells_what_people_hold() -> None:
    assert {kind_id(kind) for kind in (*HOLDING, *GRANTING)} == TELLING
