"""Who can publish what goes by one name at several registries: each person once, and nothing unseen is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment import wiring
from muniment.app.main_job import Declared, main_job
from muniment.app.who import Called, Holders, whoever
from muniment.checks.declaration import checks
from muniment.evidence.bundle import read
from muniment.model.errors import UsageError
from muniment.model.tlp import join
from muniment.ports import Store
from muniment.publish.shipping import Route
from muniment.register.reading import read as read_register
from muniment.stores.opening import open_store

DEMO = Path(__file__).resolve().parents[3] / "examples" / "demo"
EVENING = datetime(2026, 6, 14, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    known = checks()
    register = read_register(DEMO, checks=frozenset(known))
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}")
    main_job(
        opened,
        Declared(register.project, register.evidence, register.marking, ""),
        known,
        wiring.sources(offline=True).collectors,
        lambda _: pytest.fail("asked"),
        [read(f.read_bytes(), now=EVENING) for f in sorted((DEMO / "evidence").glob("*.jsonl"))],
        clock=lambda: EVENING,
        code="test",
    )
    return opened


def test_a_name_is_asked_about_at_every_registry_and_a_person_counts_once(store: Store) -> None:
    found = whoever(store, "Callisto-Lodestar", at=None, now=EVENING)
    assert isinstance(found, Called)
    assert [one.asset for one in found.each] == ["conda:callisto-lodestar", "pypi:callisto-lodestar"]
    told = found.together
    keys = [{one.key for one in own.shipping.people} for own in found.each]
    assert {one.key for one in told.people} == keys[0] | keys[1]
    assert len(told.people) == len({one.key for one in told.people}) < len(keys[0]) + len(keys[1])
    ada = next(one for one in told.people if one.key == "ada")
    assert {path.route for path in ada.paths} >= {Route.PYPI_ROLE, Route.CONDA_FEEDSTOCK}
    assert "by PyPI role" in told.sentence and "by conda-forge" in told.sentence
    gaps = [gap for own in found.each for gap in own.shipping.gaps]
    assert gaps and list(told.gaps) == gaps, "what one of them could not see is not seen of both"
    assert join(told.marking, *(own.shipping.marking for own in found.each)) == told.marking


def test_whoever_is_weak_at_one_registry_is_weak_at_all(store: Store) -> None:
    found = whoever(store, "callisto-lodestar", at=None, now=EVENING)
    assert isinstance(found, Called)
    weak = {one.key for own in found.each for one in own.shipping.people if one.is_weak}
    assert weak and weak == {one.key for one in found.together.people if one.is_weak}


def test_an_id_is_answered_alone_and_a_name_of_no_package_is_refused(store: Store) -> None:
    assert isinstance(whoever(store, "pypi:callisto-lodestar", at=None, now=EVENING), Holders)
    with pytest.raises(UsageError, match="is a name"):
        whoever(store, "callisto-hackdays", at=None, now=EVENING)
