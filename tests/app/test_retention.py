"""A run drops what is over and older than the policy keeps it, and says so to whoever looks back further."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from muniment.app.assess import judge_all
from muniment.app.dossiers import book_at
from muniment.app.main_job import tidy
from muniment.evidence.kind import kind_id
from muniment.evidence.package_role import PackageRole
from muniment.model.errors import UsageError
from muniment.model.verdict import Reason, Unknown

from .conftest import World

ROLE = kind_id(PackageRole)


def reasons(world: World, at: datetime | None) -> dict[str, Reason | None]:
    return {
        judge.check.id: judged.verdict.reason if isinstance(judged.verdict, Unknown) else None
        for judge, dossier, judged in judge_all(world.store, world.checks, at=at, now=at or world.today)
        if dossier.asset == "pypi:lantern"
    }


def change_hands(world: World) -> datetime:
    """A role ends, two hundred days before the policy's rule is made; the day before it ended."""
    world.package("lantern")
    world.run()
    then = world.today
    said = tuple(f for f in world.says("pypi:lantern") if f != PackageRole(account="grace", role="Owner"))
    world.sky.says["pypi:lantern"] = said
    world.run()
    world.run(days=200)
    return then


def test_what_was_dropped_is_unknown_when_one_looks_back(world: World) -> None:
    then = change_hands(world)
    of_roles = {c.id for c in world.checks.values() if PackageRole in c.kinds}
    before, now = reasons(world, then), reasons(world, None)
    assert all(before[id] is not Reason.DROPPED for id in of_roles & before.keys())
    world.policy = replace(world.policy, keep={ROLE: 90})
    world.run()
    after = reasons(world, then)
    assert {id for id, reason in after.items() if reason is Reason.DROPPED} == of_roles & after.keys()
    assert {id: r for id, r in after.items() if id not in of_roles} == {
        id: r for id, r in before.items() if id not in of_roles
    }
    assert reasons(world, None) == now
    assert reasons(world, world.today - timedelta(days=50)) == now


def test_tidy_says_first_what_a_run_would_drop(world: World) -> None:
    change_hands(world)
    world.policy = replace(world.policy, keep={ROLE: 400})
    world.run()
    assert tidy(world.store, now=world.today + timedelta(days=300), write=False) == {ROLE: 1}
    assert tidy(world.store, now=world.today, write=False) == {}


def test_looking_back_beyond_the_registers_own_past_is_refused(world: World) -> None:
    then = change_hands(world)
    world.more = [m for m in world.more if getattr(m, "handle", "") != "grace"]
    world.run()
    world.policy = replace(world.policy, keep={"declared-party": 90})
    world.run(days=200)
    with pytest.raises(UsageError, match="no longer kept: declared-party goes back to"):
        book_at(world.store, then)
    assert set(book_at(world.store).inventory.parties) == {"ada"}
