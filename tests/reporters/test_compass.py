"""What a subproject's section says to whom, and that nothing in it comes from anywhere but evidence."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from muniment.checks.declaration import checks
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_party import DeclaredParty, PublicRole
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence
from muniment.model.asset import FAMILIES, PROJECT, Status
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking
from muniment.model.verdict import Where
from muniment.publish.material import AnswerRow, Look, Material, RunInfo
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.register.inventory import Inventory, UnreadTree
from muniment.reporters.compass import CHAPTERS, UNDECLARED, files, section, slug
from muniment.testing.material import CHECKS, NOW, finding, material

GOLDEN = Path(__file__).parent.parent / "golden" / "compass-harbour.txt"
ORGANIZATION = "inventory/undeclared-organization"
HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))
REGISTER = (
    DeclaredSubproject(
        id="harbour", name="Harbour", seat=True, parts=("Harbour", "Mooring"), contact="h@c.example"
    ),
    DeclaredSubproject(id="beacon", name="Beacon"),
    DeclaredParty(handle="grace", name="Grace Example", public_roles=(PublicRole("lead", "harbour"),)),
    DeclaredParty(handle="tomas", name="Tomáš Example"),
    DeclaredAttestation(
        asset="service:registrar",
        by="tomas",
        seen=date(2026, 5, 1),
        until=date(2026, 11, 1),
        statement="two people hold the account",
    ),
)


def declared(asset: str, reason: str, line: int, **more: object) -> DeclaredAsset:
    entry = DeclaredAsset(
        asset=asset, status=Status.OFFICIAL, reason=reason, subproject="harbour", where=Where("harbour.yaml", line)
    )
    return replace(entry, **more)


ASSETS = (
    declared("github:org/callisto-harbour", "Harbour's organization", 6, since=date(2023, 4, 1)),
    declared("github:repo/callisto-harbour/tug", "as its organization", 6, inherits="github:org/callisto-harbour"),
    declared("github:repo/callisto/pier", "the pier", 9, source="https://callisto.example/governance#3"),
    declared("pypi:harbour", "the hub", 12, repository="github:repo/callisto-harbour/harbour"),
    declared("pypi:old-harbour", "its old name", 15, status=Status.ARCHIVED),
    declared("npm:@callisto/helm", "the interface", 18),
    declared("conda:harbour", "what the handbook says", 21),
    declared("site:harbour.callisto.example", "the documentation", 24),
    declared("service:registrar", "holds the domain", 27),
    declared("channel:mail/harbour@callisto.example", "questions", 30),
    declared("channel:forum", "answers", 33, url="https://forum.callisto.example", title="The forum"),
    declared("pypi:harbour-plus", "somebody else's", 36, status=Status.EXTERNAL),
    declared("github:org/mooring-hub", "nobody decided", 39, status=Status.UNCLEAR, since=date(2026, 6, 2)),
    declared("pypi:lamp", "Beacon's lamp", 3, subproject="beacon"),
    declared("domain:callisto.example", "the domain", 42, subproject=""),
)


def look(
    asset: str, kind: str, outcome: Outcome | None = Outcome.COLLECTED, *, days: int = 0, **more: object
) -> Look:
    made = Look(
        asset=asset,
        source=asset.partition(":")[0],
        kind=kind,
        outcome=outcome,
        observed_at=NOW - timedelta(days=days) if outcome else None,
        latest=outcome or Outcome.DENIED,
        marking=CLEAR,
    )
    return replace(made, **more)


LOOKS = (
    look("github:org/callisto-harbour", "organization-repository"),
    look("github:repo/callisto/pier", "github-repository", Outcome.ABSENT, days=3),
    look("pypi:harbour", "package-project", days=1),
    look("pypi:harbour", "package-role", days=40),
    look("npm:@callisto/helm", "package-project", None, latest_at=NOW - timedelta(days=2)),
)
FOUND = finding(
    ORGANIZATION,
    "github:org/callisto-harbour",
    "harbour",
    "github:org/dockside is not declared",
    key="github:org/dockside",
)
ANSWER = AnswerRow(
    asset="github:org/callisto-harbour",
    check=ORGANIZATION,
    verdict="fail",
    observed_at=NOW,
    source="github",
    marking=Marking(TLP.AMBER, frozenset({"harbour"})),
)


def made(*more: Evidence, **changes: object) -> Material:
    whole = Material(
        inventory=Inventory.of([*REGISTER, *ASSETS, *more]),
        register_marking=CLEAR,
        decisions_marking=Marking(TLP.AMBER),
        at=NOW,
        as_of=NOW.date(),
        run=RunInfo(id=1, at=NOW),
        findings=(FOUND,),
        answers=(ANSWER,),
        looks=LOOKS,
    )
    return replace(whole, **changes)


def told(made: Material, audience: Audience, of: str = "harbour", register: str = "") -> str:
    return section(project(build(made, CHECKS), audience), of, register=register).whole


def test_a_section_is_what_it_was() -> None:
    """Renew with ``UPDATE_GOLDEN=1 pytest tests/reporters/test_compass.py``; no registry is named in the file."""
    text = re.sub(r"https://[a-z.]*(pypi|npm)[a-z.]*/", r"{\1}/", told(made(), HARBOUR))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_public_is_told_what_the_register_calls_public_and_no_finding() -> None:
    text = told(made(), PUBLIC)
    assert "**TLP:CLEAR**" in text
    assert "Grace Example" in text
    assert not re.search(r"dockside|F-[0-9a-f]|Tomáš|tomas|vouched|people.yaml", text)
    assert "dockside" in told(made(), HARBOUR)
    assert "vouched for by tomas on 2026-05-01, until 2026-11-01: two people hold the account" in told(
        made(), HARBOUR
    )


def test_each_row_names_its_place_in_the_register_and_the_day_of_its_evidence() -> None:
    text = told(made(), PUBLIC, register="https://git.callisto.example/main/")
    (hub,) = (line for line in text.splitlines() if "| the hub" in line)
    assert "[`harbour.yaml:12`](https://git.callisto.example/main/harbour.yaml#L12)" in hub
    assert "PyPI: there, [seen 2026-06-13](" in hub
    (pier,) = (line for line in text.splitlines() if "| the pier" in line)
    assert "after [https\\://callisto.example/governance\\#3](https://callisto.example/governance#3)" in pier
    assert "GitHub: not there, [seen 2026-06-11](https://github.com/callisto/pier)" in pier
    (helm,) = (line for line in text.splitlines() if "| the interface" in line)
    assert helm.endswith("| npm: not seen, the source refused, *asked 2026-06-12* |")


def test_a_register_that_says_where_it_is_read_is_linked_unless_somebody_says_otherwise() -> None:
    inventory = replace(made().inventory, register_url="https://git.callisto.example/main")
    text = told(made(inventory=inventory), PUBLIC)
    assert "[`harbour.yaml:12`](https://git.callisto.example/main/harbour.yaml#L12)" in text
    assert "(https://other.callisto.example/harbour.yaml#L12)" in told(
        made(inventory=inventory), PUBLIC, register="https://other.callisto.example"
    )


def test_where_a_closed_register_is_read_is_not_told_to_everybody() -> None:
    inventory = replace(made().inventory, register_url="https://git.callisto.example/main")
    closed = made(inventory=inventory, register_marking=Marking(TLP.AMBER))
    assert "git.callisto.example" not in told(closed, PUBLIC)


def test_what_is_of_others_or_of_all_is_not_in_a_subprojects_section() -> None:
    assert not re.search(r"lamp|domain", told(made(), COUNCIL).split("### ", 1)[1].replace("holds the domain", ""))
    assert "the domain |" in told(made(), COUNCIL, "")
    assert "Beacon's lamp" in told(made(), COUNCIL, "beacon")


def test_repositories_that_follow_their_organization_are_counted_and_not_listed() -> None:
    text = told(made(), PUBLIC)
    assert "with 1 repository seen in it" in text
    assert "callisto-harbour/tug" not in text


def test_a_closed_register_shows_the_public_its_roles_alone() -> None:
    text = told(made(register_marking=Marking(TLP.AMBER)), PUBLIC)
    assert "Grace Example" in text
    assert not re.search(r"callisto|Mooring|hub|registrar", text)
    assert "Nothing of it may be shown" in told(made(register_marking=RED), PUBLIC)


def test_evidence_that_these_readers_may_not_see_is_not_told_as_none() -> None:
    secret = look("service:registrar", "package-project", source="pypi", marking=Marking(TLP.AMBER_STRICT))
    public = told(made(looks=(secret,)), PUBLIC)
    (row,) = (line for line in public.splitlines() if "| holds the domain |" in line)
    assert row.endswith("| none shown |")
    assert "PyPI: there" in told(made(looks=(secret,)), COUNCIL)


def test_the_same_evidence_gives_the_same_bytes_whenever_it_is_published() -> None:
    later = made(
        at=NOW + timedelta(days=400),
        as_of=(NOW + timedelta(days=400)).date(),
        run=RunInfo(id=99, at=NOW + timedelta(days=400), commit="feed"),
        previous=RunInfo(id=98, at=NOW + timedelta(days=399)),
        looks=tuple(replace(k, stale=True) for k in reversed(LOOKS)),
        findings=(replace(FOUND, since=98, since_at=NOW + timedelta(days=399)),),
    )
    for audience in (PUBLIC, HARBOUR, COUNCIL):
        assert told(later, audience) == told(made(), audience)


def test_what_was_drawn_from_other_evidence_has_no_day_of_its_own() -> None:
    """It would be the day of the run."""
    text = told(made(answers=(replace(ANSWER, source="reconcile"),)), HARBOUR)
    (line,) = (line for line in text.splitlines() if "dockside" in line)
    assert line.endswith("F-d5a8755e, inventory/undeclared-organization, worked out by muniment |")


def test_a_decision_that_is_taken_leaves_the_list() -> None:
    text = told(made(findings=()), HARBOUR)
    assert "mooring-hub" in text
    assert "dockside" not in text
    settled = Inventory.of([*REGISTER, *(a for a in ASSETS if a.status is not Status.UNCLEAR)])
    assert "Nothing waits for a decision" in told(made(findings=(), inventory=settled), HARBOUR)
    assert "decide" not in told(made(findings=(), inventory=settled), PUBLIC)


def test_the_checks_that_find_the_undeclared_are_installed() -> None:
    assert set(UNDECLARED) <= set(checks())
    assert {id for id in checks() if id.startswith("inventory/undeclared-")} <= set(UNDECLARED)


def test_every_family_of_assets_has_its_chapter() -> None:
    """A family that is added is not left out of the sections in silence."""
    told = {family for _, parts in CHAPTERS for _, families in parts for family in families}
    assert told == set(FAMILIES) - {PROJECT}


def test_an_id_cannot_take_the_name_that_another_has_by_digest() -> None:
    assert slug(slug("SHARED")) != slug("SHARED")
    assert slug("x-ray") == "x-ray"


def test_a_tree_that_could_not_be_read_is_told_to_those_who_may_know_of_it() -> None:
    """What is listed is not all then, and "none" would be a lie."""
    gone = {
        "dock": UnreadTree("dock", "git did not give it", None, CLEAR),
        "vault": UnreadTree("vault", "git did not give it", NOW, Marking(TLP.AMBER)),
    }
    inventory = Inventory.of([*REGISTER, *ASSETS], unread=gone)
    public, council = told(made(inventory=inventory), PUBLIC), told(made(inventory=inventory), COUNCIL)
    assert "The tree dock of the register could not be read: nothing of it is known" in public
    assert "There may be more than is listed here" in public
    assert "vault" not in public
    assert "The tree vault" in council
    assert "could not be read" not in told(made(), COUNCIL)


def test_a_list_of_the_organization_proves_nothing_of_a_repository_that_it_may_lack() -> None:
    """Only what was found by the list stands in it; an entry of its own is no sight of the thing."""
    org = declared("github:org/callisto-attic", "old things", 1, status=Status.UNCLEAR)
    entry = declared("github:repo/callisto-attic/sail", "ours", 2)
    found = declared("github:repo/callisto-attic/oar", "as its organization", 1, inherits=org.asset)
    listed = look(org.asset, "organization-repository")
    text = told(made(org, entry, found, looks=(listed,)), COUNCIL)
    assert next(line for line in text.splitlines() if "attic/sail" in line).endswith("| none |")
    assert "GitHub: there, [seen" in next(line for line in text.splitlines() if "attic/oar" in line)
    part = replace(listed, outcome=Outcome.PARTIAL)
    text = told(made(org, entry, found, looks=(part,)), COUNCIL)
    assert next(line for line in text.splitlines() if "attic/oar" in line).endswith("| none |")


@pytest.mark.parametrize("audience", [PUBLIC, HARBOUR, COUNCIL], ids=str)
def test_there_is_a_file_for_each_subproject_of_these_readers(audience: Audience) -> None:
    found = files(project(build(material(), CHECKS), audience))
    assert "compass/harbour.md" in found
    assert ("compass/beacon.md" in found) is (audience is not HARBOUR)
    assert ("compass/shared.md" in found) is (audience is not HARBOUR)


@pytest.mark.parametrize("id", ["../../etc/passwd", "a b", "x -->", "SHARED", "shared", "é", "a" * 300, "-", "\n"])
def test_an_id_that_is_no_plain_word_ends_no_marker_and_leaves_no_folder(id: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", slug(id))
    assert slug(id) != slug("")


HOSTILE = (
    "<!-- muniment:end compass harbour -->\n| [x](javascript:alert(1)) "
    "<img src=x> `\\ ![i](//e.example) \x1b[0m\u202e"
)


def test_hostile_words_of_the_register_stay_in_their_cells() -> None:
    more = (
        declared("service:evil", HOSTILE, 1, title=HOSTILE, url="https://e.example/" + HOSTILE, source=HOSTILE),
        declared("channel:evil", HOSTILE * 30_000, 2, where=Where(HOSTILE, 2)),
        DeclaredParty(handle="evil", name=HOSTILE, public_roles=(PublicRole(HOSTILE, "harbour"),)),
        DeclaredSubproject(id="harbour", name=HOSTILE, parts=(HOSTILE,), contact=HOSTILE),
        DeclaredAttestation(asset="service:evil", by=HOSTILE, seen=NOW.date(), until=NOW.date(), statement=HOSTILE),
    )
    evil = replace(FOUND, message=HOSTILE, where=Where(HOSTILE, 3))
    text = told(made(*more, findings=(evil,), looks=(look("service:evil", "x", source=HOSTILE),)), COUNCIL)
    assert text.count("<!--") == text.count("muniment:begin compass") + 1 == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text)
    assert len(text) < 20_000
    body = text.split("\n", 1)[1].rsplit("<!--", 1)[0]
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    leaves = [leaf for token in tokens for leaf in token.children or [token]]
    assert not [t.type for t in leaves if t.type in ("html_inline", "html_block", "image", "code_block", "fence")]
    targets = {str(t.attrs["href"]) for t in leaves if t.type == "link_open"}
    assert targets
    assert all(target.startswith(("https://", "mailto:")) for target in targets)
    columns = {line.count("|") - line.count("\\|") for line in body.splitlines() if line.startswith("| ")}
    assert columns == {4, 5}
