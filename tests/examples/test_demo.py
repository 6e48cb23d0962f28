"""The example that the documentation shows: every check passes and fails on it, and every Unknown occurs."""

from __future__ import annotations

import importlib.util
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from muniment import wiring
from muniment.app.assess import judge_all
from muniment.app.main_job import Declared, main_job
from muniment.checks.assessment import Judged
from muniment.checks.declaration import checks
from muniment.evidence.bundle import read
from muniment.model.verdict import Fail, Pass, Reason, Unknown
from muniment.register.reading import read as read_register
from muniment.stores.opening import open_store

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo"
EVENING = datetime(2026, 6, 14, 20, tzinfo=UTC)
ALL = checks()


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[tuple[str, Judged]]]]:
    """What every check says of every asset of the example, by the program's own main job."""
    register = read_register(DEMO, checks=frozenset(ALL))
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}")
    declared = Declared(register.project, register.evidence, register.marking, "")
    recorded = [read(f.read_bytes(), now=EVENING) for f in sorted((DEMO / "evidence").glob("*.jsonl"))]
    sources = wiring.sources(offline=True).collectors
    main_job(
        store,
        declared,
        ALL,
        sources,
        lambda _: pytest.fail("asked"),
        recorded,
        clock=lambda: EVENING,
        code="test",
    )
    found: dict[str, list[tuple[str, Judged]]] = defaultdict(list)
    for judge, dossier, judged in judge_all(store, ALL, at=None, now=EVENING):
        found[judge.check.id].append((dossier.asset, judged))
    yield found
    store.close()


def passes(judged: Judged) -> bool:
    """The asset passes; or, of a check that judges item by item, an item was seen passing."""
    return isinstance(judged.verdict, Pass) or (isinstance(judged.cleared, frozenset) and bool(judged.cleared))


@pytest.mark.parametrize("id", ALL)
def test_every_check_fails_on_the_example(id: str, answers: dict[str, list[tuple[str, Judged]]]) -> None:
    assert [asset for asset, judged in answers[id] if isinstance(judged.verdict, Fail)]


@pytest.mark.parametrize("id", ALL)
def test_every_check_passes_on_the_example(id: str, answers: dict[str, list[tuple[str, Judged]]]) -> None:
    assert [asset for asset, judged in answers[id] if passes(judged)]


def test_every_reason_of_unknown_occurs_but_a_check_that_fails_itself(
    answers: dict[str, list[tuple[str, Judged]]],
) -> None:
    reasons = Counter(
        judged.verdict.reason
        for judgements in answers.values()
        for _, judged in judgements
        if isinstance(judged.verdict, Unknown)
    )
    assert set(reasons) == set(Reason) - {Reason.FAULTY}


def test_some_answers_rest_on_stale_evidence_and_some_do_not(answers: dict[str, list[tuple[str, Judged]]]) -> None:
    stale = Counter(judged.stale for judgements in answers.values() for _, judged in judgements)
    assert stale[True]
    assert stale[False]


def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_evidence", DEMO / "make_evidence.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_recorded_evidence_is_what_the_script_writes() -> None:
    written = {f.name: f.read_bytes() for f in (DEMO / "evidence").iterdir()}
    assert written == made().bundles()
