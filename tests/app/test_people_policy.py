"""What the policy says of people is recorded apart, under a marking of its own, and believed as before."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from muniment.app.dossiers import inventory_at
from muniment.app.main_job import Declared, begin
from muniment.evidence.declared_people_policy import DeclaredPeoplePolicy
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.forgetting import Erasure, Person
from muniment.evidence.kind import Evidence, decoder, encode
from muniment.model.policy import Policy
from muniment.model.tlp import TLP
from muniment.register.inventory import Inventory
from muniment.register.reading import read

from .conftest import World

DIGEST = "0123456789abcdef01234567"
REGISTER = f"""\
project: {{id: callisto, name: Project Callisto, marking: clear}}
parties:
  ada: {{name: Ada Example}}
  grace: {{name: Grace Example}}
policy:
  reach-limit: 3
  security-team: [grace]
  declined:
    - {{kind: package-role, by: ada, reason: Ada asked for it, until: 2090-01-01}}
  forgotten:
    "{DIGEST}": forgotten-1
"""


def written(tmp_path: Path) -> tuple[Evidence, ...]:
    (tmp_path / "register.yaml").write_text(REGISTER)
    return read(tmp_path / "register.yaml").evidence


def as_before(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The same, as versions recorded it that kept the whole policy in one."""
    whole = Inventory.of(evidence).policy
    return tuple(
        replace(e, policy=whole) if isinstance(e, DeclaredPolicy) else e
        for e in evidence
        if not isinstance(e, DeclaredPeoplePolicy)
    )


def keep(world: World, evidence: tuple[Evidence, ...]) -> None:
    declared = Declared("callisto", evidence, world.marking, "")
    begin(world.store, declared, now=world.today, code="test")


def test_nothing_that_everybody_may_see_names_people_or_their_digests(world: World, tmp_path: Path) -> None:
    keep(world, written(tmp_path))
    open_to_all = [r for r in world.store.cells() if r.marking.level is TLP.CLEAR]
    assert {"declared-policy", "declared-asset"} <= {r.cell.kind for r in open_to_all}
    bytes_of_all = b"".join(payload for r in open_to_all for _, payload in r.facts).lower()
    assert b'"reach-limit":3' in bytes_of_all
    for name in (b"ada", b"grace", DIGEST.encode(), b"forgotten-1"):
        assert name not in bytes_of_all
    (apart,) = world.store.cells(kinds=["declared-people-policy"])
    assert apart.marking.level is TLP.AMBER and DIGEST.encode() in apart.facts[0][1]


def test_the_policy_is_believed_whole_in_the_past_that_kept_it_in_one_and_now(world: World, tmp_path: Path) -> None:
    evidence = written(tmp_path)
    keep(world, as_before(evidence))
    then, before = world.today, inventory_at(world.store).policy
    world.today = world.today.replace(hour=9)
    keep(world, evidence)
    now = inventory_at(world.store).policy
    assert now == before == inventory_at(world.store, then).policy
    assert (
        now.security_team == ("grace",) and now.declined[0].by == "ada" and now.forgotten == {DIGEST: "forgotten-1"}
    )


def test_what_is_no_longer_said_of_people_is_no_longer_believed(world: World, tmp_path: Path) -> None:
    evidence = written(tmp_path)
    keep(world, evidence)
    keep(
        world,
        tuple(
            DeclaredPeoplePolicy.of("callisto", Policy()) if isinstance(e, DeclaredPeoplePolicy) else e
            for e in evidence
        ),
    )
    policy = inventory_at(world.store).policy
    assert (policy.security_team, policy.declined, policy.forgotten) == ((), (), {})


def test_a_person_is_forgotten_in_it(tmp_path: Path) -> None:
    (part,) = (e for e in written(tmp_path) if isinstance(e, DeclaredPeoplePolicy))
    erasure = Erasure(Person(handles=("ada", "grace")), 4)
    after = decoder(DeclaredPeoplePolicy).decode(erasure.payload("declared-people-policy", encode(part)))
    assert after.security_team == ("forgotten-4",) and after.declined[0].by == "forgotten-4"
    assert after.declined[0].reason == "forgotten-4 asked for it" and after.forgotten == part.forgotten
