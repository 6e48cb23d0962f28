"""Nothing is asked for that nobody brings."""

from __future__ import annotations

import pytest

from muniment.app.reconcile import derives
from muniment.checks.declaration import Check, checks
from muniment.collectors.addresses import Addresses, Places, Private
from muniment.collectors.finding import collectors
from muniment.evidence.kind import kind_id
from muniment.model.asset import FAMILIES
from muniment.ports import Collector

HERE = "https://registry.example"
MADE_UP = Addresses(Places(pypi=HERE, simple=HERE, npm=HERE), Private({}), ())


@pytest.mark.parametrize("check", checks().values(), ids=checks())
def test_every_kind_that_a_check_asks_for_is_collected_or_derived(check: Check) -> None:
    found: tuple[Collector, ...] = collectors(MADE_UP)
    for kind in check.kinds:
        for family in set(check.families) & set(kind.about):
            assert family in FAMILIES
            brought = any(kind in c.yields and family in c.families for c in found)
            assert brought or kind_id(kind) in derives(), f"{kind_id(kind)} of {family}"
