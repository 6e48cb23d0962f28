"""A good register becomes the evidence that it declares."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from written_registers import CHECKS, GOOD, good, write

from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_party import DeclaredParty, PublicRole
from muniment.evidence.declared_people_policy import DeclaredPeoplePolicy
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.kind import decoder, encode
from muniment.model.asset import Status
from muniment.model.errors import UsageError
from muniment.model.party import Account
from muniment.model.policy import CheckPolicy
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.model.verdict import Where
from muniment.model.waiver import Decision
from muniment.register.inventory import Inventory
from muniment.register.reading import read
from muniment.register.resolving import Listed, Sightings


def test_every_part_of_a_good_register_is_declared(tmp_path: Path) -> None:
    register = good(tmp_path, all=GOOD)
    inventory = Inventory.of(register.evidence)
    assert (register.project, register.name, register.marking) == ("callisto", "Project Callisto", CLEAR)
    assert register.files == ("all.yaml",)
    assert inventory.project == "callisto"
    assert inventory.policy == register.policy
    assert inventory.policy.max_age("package-role") == 3
    assert inventory.policy.checks == {"packages/alone": CheckPolicy(severity="critical")}
    assert set(inventory.assets) == {
        "project:callisto",
        "pypi:lode-star",
        "pypi:lamp",
        "npm:@callisto",
        "domain:callisto.example",
    }
    assert inventory.assets["pypi:lode-star"] == DeclaredAsset(
        asset="pypi:lode-star",
        status=Status.OFFICIAL,
        reason="listed by governance",
        subproject="harbour",
        repository="github:repo/callisto/lodestar",
        holders=(Holding("owner", ("ada", "releasers")), Holding("maintainer", ("grace",))),
        where=Where("all.yaml", 11),
    )
    assert inventory.assets["pypi:lamp"].since == date(2026, 1, 31)
    assert inventory.assets["pypi:lamp"].subproject == "beacon"
    assert inventory.assets["npm:@callisto"].subproject == ""
    assert inventory.assets["domain:callisto.example"].attest
    assert inventory.assets["project:callisto"].status is Status.OFFICIAL
    assert inventory.subprojects["harbour"].parts == ("Harbour", "Mooring")
    assert inventory.parties["ada"].accounts == (
        Account("github", "ada-l"),
        Account("pypi", "ada.l"),
        Account("npm", "ada"),
        Account("npm", "ada2"),
    )
    assert inventory.parties["ada"].github_id == 7
    assert inventory.parties["ada"].public_roles == (PublicRole("council", "harbour"), PublicRole("lead"))
    assert inventory.parties["releasers"].members == ("ada", "grace")
    assert inventory.party_of("pypi", "ADA.L") == "ada"
    assert [(w.check, w.asset, w.key, w.decision) for w in inventory.waivers] == [
        ("packages/*", "pypi:old-*", "pypi:x", Decision.FALSE_POSITIVE),
        ("packages/alone", "pypi:lode-star", "*", Decision.ACCEPTED),
    ]
    assert inventory.attestations["domain:callisto.example"].until == date(2026, 11, 1)


def test_every_piece_of_evidence_survives_the_database(tmp_path: Path) -> None:
    for piece in good(tmp_path, all=GOOD).evidence:
        assert decoder(type(piece)).decode(encode(piece)) == piece


def test_every_value_knows_its_file_and_line(tmp_path: Path) -> None:
    register = good(tmp_path, all=GOOD)
    lines = GOOD.splitlines()
    for piece in register.evidence:
        if isinstance(piece, DeclaredPolicy | DeclaredPeoplePolicy):
            continue
        where = piece.where  # type: ignore[attr-defined]
        line = lines[where.line - 1]
        if isinstance(piece, DeclaredAttestation):
            assert "statement: locked" in line
        elif isinstance(piece, DeclaredDecision):
            assert piece.waiver.reason in line
        else:
            assert ":" in line and piece.key.split(":")[-1].replace("-", "") in line.lower().replace("_", "")


def test_the_files_of_a_directory_add_up_whatever_their_order(tmp_path: Path) -> None:
    head, rest = GOOD.split("parties:", 1)
    register = good(tmp_path, z=head, people__of__us="parties:" + rest)
    assert register.files == ("people/of/us.yaml", "z.yaml")
    assert Inventory.of(register.evidence).parties["ada"].where == Where("people/of/us.yaml", 2)


def test_one_file_is_a_register_too(tmp_path: Path) -> None:
    write(tmp_path, all=GOOD, other="nonsense: [")
    assert read(tmp_path / "all.yaml").files == ("all.yaml",)


def test_only_visible_yaml_files_are_read(tmp_path: Path) -> None:
    write(tmp_path, all=GOOD)
    (tmp_path / "notes.md").write_text("[")
    (tmp_path / ".hidden.yaml").write_text("[")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.yaml").write_text("[")
    (tmp_path / "empty.yml").write_text("# nothing yet\n")
    assert read(tmp_path).files == ("all.yaml", "empty.yml")


def test_the_default_subproject_holds_for_its_own_file_alone(tmp_path: Path) -> None:
    register = good(tmp_path, all=GOOD, b="assets: {pypi:tide: {status: official, reason: ours}}\n")
    assert Inventory.of(register.evidence).assets["pypi:tide"].subproject == ""


def test_what_is_not_marked_is_amber(tmp_path: Path) -> None:
    assert good(tmp_path, all=GOOD.replace(", marking: clear", "")).marking == Marking(TLP.AMBER)


def test_sections_may_be_empty(tmp_path: Path) -> None:
    register = good(tmp_path, all="project: {id: x, name: X}\nassets:\nparties:\nteams:\nwaivers:\nattestations:\n")
    assert set(Inventory.of(register.evidence).assets) == {"project:x"}


def test_words_that_older_yaml_takes_for_something_else_stay_text(tmp_path: Path) -> None:
    text = "project: {id: no, name: off}\nparties: {yes: {name: 12:30:45, accounts: {github: 2026-01-01}}}\n"
    register = good(tmp_path, all=text)
    inventory = Inventory.of(register.evidence)
    assert (register.project, register.name) == ("no", "off")
    assert inventory.parties["yes"].accounts == (Account("github", "2026-01-01"),)


def test_old_ids_of_checks_are_read_as_todays(tmp_path: Path) -> None:
    text = GOOD.replace("{packages/alone: {", "{packages/lonely: {").replace(
        "check: packages/alone", "check: packages/lonely"
    )
    register = read(write(tmp_path, all=text), CHECKS, {"packages/lonely": "packages/alone"})
    assert set(register.policy.checks) == {"packages/alone"}
    assert "packages/alone" in {w.check for w in Inventory.of(register.evidence).waivers}


def test_any_check_may_be_named_where_none_are_known(tmp_path: Path) -> None:
    assert read(write(tmp_path, all=GOOD), None).policy.checks


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    register = good(tmp_path, all=b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert register.project == "callisto"


def test_a_link_within_the_register_is_followed(tmp_path: Path) -> None:
    write(tmp_path, all=GOOD)
    (tmp_path / ".kept").mkdir()
    (tmp_path / ".kept" / "t.txt").write_text("assets: {pypi:tide: {status: official, reason: ours}}\n")
    (tmp_path / "t.yaml").symlink_to(".kept/t.txt")
    assert "pypi:tide" in Inventory.of(read(tmp_path).evidence).assets


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir()])
def test_where_there_is_no_register_one_is_told_how_to_start_one(tmp_path: Path, make: object) -> None:
    path = tmp_path / "nowhere"
    make(path)  # type: ignore[operator]
    with pytest.raises(UsageError) as caught:
        read(path)
    assert "init" in caught.value.hint


def test_two_readings_are_equal(tmp_path: Path) -> None:
    assert good(tmp_path, all=GOOD) == good(tmp_path, all=GOOD)


def test_only_the_listed_repositories_of_an_organization_may_be_the_projects(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="""\
project: {id: callisto, name: Project Callisto}
policy: {security-team: [ada, guards], owners-at-most: 3, collect-every: {private-reporting: 7}}
subproject: harbour
subprojects: {harbour: {name: Harbour}}
assets:
  github:org/callisto: {status: official, reason: ours}
  github:org/shared: {status: official, reason: shared with others, repositories: listed}
  github:repo/shared/ours: {status: unclear, reason: being moved}
parties: {ada: {name: Ada Example}, grace: {name: Grace Example}}
teams: {guards: {members: [grace]}}
""",
    )
    register = read(tmp_path)
    inventory = Inventory.of(register.evidence)
    assert inventory.status("github:repo/callisto/core") is Status.OFFICIAL
    assert inventory.status("github:repo/shared/theirs") is None
    assert inventory.status("github:repo/shared/ours") is Status.UNCLEAR
    assert register.policy.security_team == ("ada", "guards")
    assert inventory.people(register.policy.security_team) == {"ada", "grace"}
    assert register.policy.owners_at_most == 3
    assert (register.policy.rest("private-reporting"), register.policy.rest("package-role")) == (7, 0)


def test_a_found_repository_has_the_entry_of_its_organization(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="""\
project: {id: callisto, name: Project Callisto}
subprojects: {harbour: {name: Harbour}}
assets:
  github:org/callisto: {status: official, reason: ours, subproject: harbour}
  github:org/callisto-fans: {status: unclear, reason: who knows}
  github:org/callisto-attic: {status: archived, reason: at rest}
  github:org/friends: {status: external, reason: not ours}
  github:org/shared: {status: official, reason: shared with others, repositories: listed}
  github:repo/callisto/docs: {status: official, reason: by itself}
""",
    )
    inventory = Inventory.of(read(tmp_path).evidence)
    seen = [
        "callisto/core",
        "callisto/docs",
        "callisto-fans/badge",
        "callisto-attic/x",
        "friends/x",
        "shared/x",
        "x/y",
    ]
    found = inventory.finding(Sightings({f"github:repo/{name}": Listed(CLEAR) for name in seen}))
    assert set(found.found) == {"github:repo/callisto/core", "github:repo/callisto-fans/badge"}
    assert found.assets == inventory.assets
    core = found.known["github:repo/callisto/core"]
    assert (core.status, core.subproject, core.inherits) == (Status.OFFICIAL, "harbour", "github:org/callisto")
    assert core.reason == "as its organization, github:org/callisto"
    assert core.where == inventory.assets["github:org/callisto"].where
    assert found.entry("github:repo/callisto/docs") == inventory.assets["github:repo/callisto/docs"]
    assert found.entry("github:repo/shared/x") is None


def test_a_github_account_is_told_by_its_number_before_its_name() -> None:
    ada = DeclaredParty(handle="ada", github_id=7, accounts=(Account("github", "ada-l"),))
    grace = DeclaredParty(handle="grace", accounts=(Account("github", "Grace-H"),))
    inventory = Inventory.of((ada, grace))
    assert inventory.person_at_github(7, "renamed") == "ada"
    assert inventory.person_at_github(8, "ada-l") is None, "the name has changed hands"
    assert inventory.person_at_github(9, "grace-h") == "grace"
    assert inventory.person_at_github(9, "nobody") is None
    assert inventory.knows_accounts_at("github")
    assert Inventory.of((DeclaredParty(handle="ada", github_id=7),)).knows_accounts_at("github")
    assert not inventory.knows_accounts_at("pypi")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("github:org/Callisto", "github:org/callisto"),
        ("pypi:Callisto_Shell", "pypi:callisto-shell"),
        ("github:repo/Callisto/*", "github:repo/callisto/*"),
        ("*", "*"),
    ],
)
def test_what_is_declined_is_compared_in_one_spelling(tmp_path: Path, written: str, kept: str) -> None:
    """Otherwise it would be collected, and nobody told."""
    declined = f"{{kind: package-role, asset: '{written}', by: ada, reason: not asked yet, until: 2030-06-30}}"
    text = f"project: {{id: c, name: C}}\nparties: {{ada: {{name: Ada}}}}\npolicy: {{declined: [{declined}]}}\n"
    write(tmp_path, a=text)
    (own,) = read(tmp_path).policy.declined
    assert own.asset == kept
