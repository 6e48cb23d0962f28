"""Secrets in every text field of every kind of evidence reach no output below their marking, in any format."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from muniment.evidence.kind import kinds
from muniment.model.tlp import RED, TLP, Audience, Marking
from muniment.publish.material import Material
from muniment.publish.pieces import View
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.reporters.terminal import rendered, summary
from muniment.testing.canaries import canaries, secret_material, text_fields
from muniment.testing.material import CHECKS, material

A, B = frozenset({"a"}), frozenset({"b"})
READERS = {
    "clear": PUBLIC,
    "green": Audience(TLP.GREEN, frozenset()),
    "amber:a": Audience(TLP.AMBER, A),
    "amber:b": Audience(TLP.AMBER, B),
    "amber+strict:a": Audience(TLP.AMBER_STRICT, A),
    "amber": Audience(TLP.AMBER),
    "red": COUNCIL,
}
MARKINGS = {
    "red": RED,
    "red to a": Marking(TLP.RED, A),
    "amber+strict to a": Marking(TLP.AMBER_STRICT, A),
    "amber to a": Marking(TLP.AMBER, A),
    "amber to the council alone": Marking(TLP.AMBER, frozenset()),
    "green": Marking(TLP.GREEN),
}
SECRET = re.compile(r"canary-[a-z0-9-]+-end")


def output(made: Material, audience: Audience) -> str:
    """Everything that these readers get: every file, its name, and the terminal."""
    return read(build(made, CHECKS), audience)


def read(view: View, audience: Audience) -> str:
    """What these readers get of a view."""
    shown = project(view, audience)
    files = site(shown)
    terminal = rendered(summary(shown), width=400)
    return "\n".join((*files, terminal, *(data.decode() for data in files.values())))


WITHHELD = [
    (readers, marked)
    for readers, audience in READERS.items()
    for marked, marking in MARKINGS.items()
    if not audience.may_see(marking)
]


@pytest.mark.parametrize(("readers", "marked"), WITHHELD)
def test_no_output_below_the_marking_holds_a_secret(readers: str, marked: str) -> None:
    audience, marking = READERS[readers], MARKINGS[marked]
    found = canaries(marking)
    text = output(secret_material(found, marking), audience)

    # The register's public roles are a named release: up to AMBER to all they are let out on purpose.
    released = {s for c in found if c.kind == "declared-party" for s in c.secrets} if _releases(marking) else set()
    assert set(SECRET.findall(text)) - released == set()
    assert "7654321" not in text.replace("\u202f", "").replace(",", "")


def _releases(marking: Marking) -> bool:
    return marking.level <= TLP.AMBER and marking.to is None


def test_the_council_is_shown_every_secret() -> None:
    """So the path is real: what was put in does come out where it may."""
    found = canaries(RED)
    text = output(secret_material(found, RED), COUNCIL)

    assert {s for c in found for s in c.secrets} - set(SECRET.findall(text)) == set()
    assert "7654321" in text.replace("\u202f", "")


def test_a_subproject_is_shown_what_is_marked_to_it() -> None:
    marking = MARKINGS["amber to a"]
    found = canaries(marking)

    assert set(SECRET.findall(output(secret_material(found, marking), READERS["amber:a"]))) >= {
        s for c in found for s in c.secrets
    }


def test_every_text_field_of_every_kind_holds_a_secret_of_its_own() -> None:
    found = canaries(RED)

    assert {c.kind for c in found} == set(kinds())
    for canary in found:
        assert len(canary.secrets) == len(list(text_fields(type(canary.evidence)))), canary.kind
        assert all(repr(canary.evidence).count(secret) == 1 for secret in canary.secrets)
    secrets = [s for c in found for s in c.secrets]
    assert len(secrets) == len(set(secrets)) > 50
    assert not any(one in other for one in secrets for other in secrets if one != other)


@pytest.mark.parametrize("readers", [name for name in READERS if name != "red"])
def test_secret_rows_among_open_ones_show_in_no_number(readers: str) -> None:
    """The made-up project with secrets among its rows reads exactly as without them, counts included."""
    audience = READERS[readers]
    plain = material()
    secret = secret_material(canaries(RED), RED)
    mixed = replace(
        plain,
        findings=plain.findings + secret.findings,
        answers=plain.answers + secret.answers,
        looks=plain.looks + secret.looks,
        held=plain.held + secret.held,
        over=plain.over + secret.over,
        histories={**plain.histories, **secret.histories},
        turns=plain.turns + secret.turns,
        tallied=plain.tallied + secret.tallied,
        campaigns=(*(plain.campaigns or ()), *(secret.campaigns or ())),
        reach=secret.reach,
    )

    without = replace(plain, reach=secret.reach)
    # Released numbers do count them: that is what a named release is for.
    one, other = (replace(build(made, CHECKS), released=(), released_campaigns=()) for made in (mixed, without))
    assert read(one, audience) == read(other, audience)


def test_the_test_itself_can_fail() -> None:
    """A leak on purpose: secrets marked CLEAR do reach the public, and the search finds them."""
    found = canaries(RED)
    careless = secret_material(found, Marking(TLP.CLEAR))

    leaked = set(SECRET.findall(output(careless, PUBLIC)))
    assert {s for c in found if c.kind == "declared-asset" for s in c.secrets} & leaked


def test_what_is_seen_of_an_asset_is_no_more_public_than_that_it_is_declared() -> None:
    """Public evidence about an asset of a closed register would tell that the project looks after it."""
    closed = replace(material(), register_marking=RED)

    assert "pypi:quarry-sql" not in output(closed, PUBLIC)
    assert "pypi:quarry-sql" in output(material(), PUBLIC)


def test_the_words_of_a_private_waiver_stay_private_though_the_finding_does_not() -> None:
    made = material()
    private = replace(made, decisions_marking=RED)
    foundations = Audience(TLP.AMBER, frozenset({"foundations"}))

    assert "the owner is on leave" in output(made, foundations)
    assert "the owner is on leave" not in output(private, foundations)
    told = output(private, foundations).lower().replace("priska vance", "").replace("pypi:priska.c", "")
    assert (
        "priska" not in told
    )  # her public role and her account at the registry are told by others than the waiver
    assert "Waived" in output(private, foundations)
