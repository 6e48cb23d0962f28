"""Who holds what is shown to those who answer for it; what the register knows of people no further than it may."""

from __future__ import annotations

from msgspec.structs import replace

from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.party import Account
from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking
from muniment.publish.held import Held
from muniment.publish.holding import members, teams_of
from muniment.publish.material import Material
from muniment.publish.pieces import View
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.register.inventory import Inventory
from muniment.testing.material import CHECKS, NOW, inventory, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))
BEACON = Audience(TLP.AMBER, frozenset({"beacon"}))


def seen(made: Material, audience: Audience) -> View:
    return project(build(made, CHECKS), audience).view


def test_the_public_is_shown_no_holder_no_person_and_no_attestation() -> None:
    shown = seen(material(), PUBLIC)
    assert (shown.holders, shown.people, shown.attested) == ((), (), ())
    assert seen(material(), COUNCIL).holders


def test_a_subproject_is_shown_who_holds_its_own_assets_alone() -> None:
    rows = seen(material(), HARBOUR).holders
    assert {row.subproject for row in rows} == {"harbour"}
    assert {row.account for row in rows if row.asset == "pypi:mooring-proxy"} == {
        "pypi:bertil.c",
        "pypi:marit.c",
        "pypi:stevedore",
    }


def test_a_person_is_shown_to_the_subprojects_that_they_hold_something_of() -> None:
    assert "bertil" in {p.handle for p in seen(material(), HARBOUR).people}
    assert "bertil" not in {p.handle for p in seen(material(), BEACON).people}


def test_who_an_account_belongs_to_is_as_closed_as_the_registers_people() -> None:
    """The registry tells the account to everybody; that it is Bertil's is the register's word."""
    (open,) = (
        r for r in seen(material(), HARBOUR).holders if r.account.endswith("bertil.c") and "pilot" in r.asset
    )
    assert open.known is not None
    assert (open.known.handle, open.known.name) == ("bertil", "Bertil Aune")
    closed = replace(material(), decisions_marking=RED)
    (row,) = (r for r in seen(closed, HARBOUR).holders if r.account.endswith("bertil.c") and "pilot" in r.asset)
    assert row.known is None
    assert not seen(closed, HARBOUR).people


def test_an_account_that_the_register_does_not_know_is_told_as_such() -> None:
    (row,) = (r for r in seen(material(), HARBOUR).holders if r.account == "pypi:stevedore")
    assert row.known is not None
    assert row.known.handle == ""


def test_an_expectation_of_a_closed_register_is_not_shown_below_it() -> None:
    wanted = Held(asset="pypi:harbour", party="marit", role="owner", state="missing", expected=True, marking=CLEAR)
    made = replace(material(), held=(wanted,))
    assert seen(made, HARBOUR).holders
    assert not seen(replace(made, decisions_marking=RED), HARBOUR).holders


def test_what_evidence_keeps_to_others_stays_with_them() -> None:
    secret = Held(asset="pypi:harbour", who="x", place="pypi", state="seen", marking=Marking(TLP.AMBER_STRICT))
    assert not seen(replace(material(), held=(secret,)), HARBOUR).holders


def test_an_attestation_is_amber_and_names_its_place_and_its_last_day() -> None:
    day = NOW.date()
    word = DeclaredAttestation(asset="service:passwords", by="marit", seen=day, until=day, statement="two hold it")
    made = replace(material(), inventory=inventory((word,)))
    (told,) = seen(made, HARBOUR).attested
    assert (told.by, told.seen, told.statement) == ("marit", day, "two hold it")


def test_a_team_within_a_team_counts_and_a_ring_of_teams_ends() -> None:
    parties = [
        DeclaredParty(handle="ada", name="Ada Example", accounts=(Account("pypi", "ada.l"),)),
        DeclaredParty(handle="inner", members=("ada",)),
        DeclaredParty(handle="outer", members=("inner", "outer")),
    ]
    register = Inventory.of(parties)
    assert "ada" in members(register, "outer")
    assert teams_of(register)["ada"] == ("inner", "outer")


def test_what_to_take_away_is_told_to_those_who_answer_for_the_place_and_of_the_register_to_the_council() -> None:
    told = {name: seen(material(), a).steps for name, a in (("council", COUNCIL), ("harbour", HARBOUR))}
    assert seen(material(), PUBLIC).steps == seen(material(), BEACON).steps == ()
    own = [step.asset for step in told["harbour"] if step.handle == "bertil"]
    assert own == [step.asset for step in told["council"] if step.handle == "bertil" and step.asset]
    assert own and "" in {step.asset for step in told["council"]}, "the team stands in the register"
    assert {step.handle for step in told["harbour"]} == {"bertil"}, "the registrar is another's"


def test_a_step_read_off_something_closed_is_closed() -> None:
    made = material()
    steps = tuple(replace(step, marking=RED) for step in made.partings[0].steps)
    closed = replace(made, partings=(replace(made.partings[0], steps=steps),))
    assert seen(closed, HARBOUR).steps == () and len(seen(closed, COUNCIL).steps) == len(steps)
