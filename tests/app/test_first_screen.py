"""What a person reads first: short at a thousand assets, shorter when nothing moved, and the sums add up."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from msgspec.structs import replace

from muniment.app.main_job import Done
from muniment.app.material import material
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.ledger.finding import State
from muniment.publish.projection import COUNCIL, project
from muniment.publish.summary import groups, open_findings
from muniment.publish.view import build
from muniment.reporters.terminal import rendered, summary
from tests.app.conftest import World


def screen(world: World, done: Done) -> list[str]:
    made = material(world.store, world.checks, now=world.today, reach=done.reach)
    return rendered(summary(project(build(made, world.checks), COUNCIL)), width=100).splitlines()


def thousand(world: World) -> None:
    world.policy = replace(world.policy, live_limit=1000)
    for n in range(1000):
        world.package(f"part-{n:04}", repository="" if n % 3 == 0 else "github:repo/callisto/lodestar")
        if n % 5 == 0:
            asset = f"pypi:part-{n:04}"
            old = PackageRelease(version="1.0", uploaded=datetime(2020, 1, 5, tzinfo=UTC), yanked=n % 10 == 0)
            world.sky.says[asset] = tuple(old if isinstance(f, PackageRelease) else f for f in world.says(asset))


def test_a_thousand_assets_fit_one_screen_and_an_unchanged_week_five_lines(world: World) -> None:
    thousand(world)
    first = screen(world, world.run())
    assert len(first) <= 25, "\n".join(first)
    assert first[0].startswith("TLP:")
    assert "Unknown" in first[-1]
    assert any(
        "1000 live, 0 recorded, 0 unreachable" in line.replace(",", "", 1) or "1000 live" in line for line in first
    )
    week = screen(world, world.run(days=7))
    assert len(week) <= 5, "\n".join(week)


def test_the_lines_of_findings_sum_to_what_is_open_and_the_cut_ones_are_counted(world: World) -> None:
    thousand(world)
    done = world.run()
    made = material(world.store, world.checks, now=world.today, reach=done.reach)
    shown = project(build(made, world.checks), COUNCIL)
    standing = [f for f in world.findings() if f.state is State.OPEN]
    found = groups(shown, open_findings(shown))
    assert sum(g.findings for g in found) == len(standing)
    lines = "\n".join(screen(world, done)).replace("\u202f", "")
    told = sum(
        int(n) for n in re.findall(r"^ *(?:low|medium|high|critical)? +(\d+) on \d+ asset", lines, re.MULTILINE)
    )
    cut = sum(int(n) for n in re.findall(r"more lines? with (\d+) finding", lines))
    assert told + cut == len(standing)


def test_lines_that_do_not_fit_are_counted(world: World) -> None:
    world.policy = replace(world.policy, live_limit=1000, reach_limit=1)
    for n in range(20):
        world.package(f"part-{n:02}", repository="")
        asset = f"pypi:part-{n:02}"
        people = tuple(PackageRole(account=f"person-{i:02}", role="Owner") for i in range(30))
        world.sky.says[asset] = (*(f for f in world.says(asset) if not isinstance(f, PackageRole)), *people)
    done = world.run()
    standing = [f for f in world.findings() if f.state is State.OPEN]
    shown = screen(world, done)
    lines = "\n".join(shown).replace("\u202f", "")
    told = sum(
        int(n) for n in re.findall(r"^ *(?:low|medium|high|critical)? +(\d+) on \d+ asset", lines, re.MULTILINE)
    )
    (cut,) = re.findall(r"more lines? with (\d+) finding", lines)
    assert told + int(cut) == len(standing)
    assert len(shown) <= 25
