"""The recorded evidence of the Jupyter example can be read, and holds only what registries publish."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment.collectors.addresses import configured
from muniment.collectors.finding import collectors
from muniment.evidence import bundle
from muniment.evidence.kind import kind_id
from muniment.model.asset import family
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR

FILE = Path(__file__).parents[2] / "examples" / "jupyter" / "evidence" / "recorded.jsonl"
PUBLIC = configured({}, lambda command: "")


@pytest.fixture(scope="module")
def recorded():
    return bundle.read(FILE.read_bytes(), now=datetime.max.replace(tzinfo=UTC), filled=PUBLIC.filled)


def test_every_batch_comes_from_a_collector_that_is_installed(recorded):
    assert recorded.notes == ()
    assert recorded.marking == CLEAR
    yields = {(c.source, kind_id(kind)): c.families for c in collectors(PUBLIC) for kind in c.yields}
    for batch in recorded.batches:
        assert family(batch.cell.scope) in yields[batch.cell.source, batch.cell.kind]
    per_scope = Counter(b.cell.scope for b in recorded.batches)
    assert {(family(scope), count) for scope, count in per_scope.items()} == {("pypi", 6), ("npm", 5)}


def test_what_the_registries_left_out_is_recorded_as_unobservable(recorded):
    npm_roles = {b.outcome for b in recorded.batches if b.cell.source == "npm" and b.cell.kind == "package-role"}
    assert npm_roles == {Outcome.UNOBSERVABLE}
    assert all(not b.items for b in recorded.batches if not b.outcome.observes)


def test_it_holds_no_mail_address_and_no_host_of_a_registry():
    text = FILE.read_text("utf-8")
    assert re.findall(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text) == []
    assert [host for _, host in PUBLIC.hosts if host in text] == []


def test_writing_it_again_loses_nothing(recorded):
    again = bundle.write(recorded.batches, made=recorded.made, by=recorded.by, templated=PUBLIC.templated)
    assert bundle.read(again, now=recorded.made, filled=PUBLIC.filled) == recorded
