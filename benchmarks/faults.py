"""Faults: a table of what each does to a run at any request, and 200 random ones on a world of full size.

At 2 organizations of 3 repositories and 4 members every request of a run fails in every way that the simulated
GitHub knows; at 20 of 50 and 100 each of 200 seeds spoils one request in fifty with faults of all kinds, on a
database that knows the truth. Wrong: a finding closed or opened, or an answer that says what the true one does not.
A second table does the same to a look at all that GitHub tells of access, and counts facts instead of verdicts.

    python benchmarks/faults.py [--seeds 200] [--part facts]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from muniment.stores.opening import open_store
from muniment.testing.github.faults import FAULTS, Aim, Chance
from muniment.testing.github.growing import grown, small
from muniment.testing.github.made import Made
from muniment.testing.github.program import Judgement, Program
from muniment.testing.github.server import SimulatedGithub

SLOW = frozenset({"slow"})
PARTS = ("verdicts", "facts", "random")
PLENTY = {"core": 10**6, "graphql": 10**6}
Verdicts = Mapping[tuple[str, str], Judgement]


def wrongs(
    program: Program, before: frozenset[tuple[str, str, str]], true: Verdicts
) -> tuple[int, int, Counter[str]]:
    """Findings that moved, answers that are wrong, and why the answers that were lost cannot be given."""
    said = program.verdicts()
    lost = Counter(j.reason for p, j in said.items() if j.word == "Unknown" and true[p].word != "Unknown")
    wrong = sum(1 for pair, j in said.items() if pair not in true or not j.says_no_more_than(true[pair]))
    return len(program.standing() ^ before), wrong, lost


def every_request(place: Path) -> int:
    """The table. Gives how much was wrong."""
    made = small()
    url = place / "truth.sqlite"
    store = open_store(str(url), create=True)
    with SimulatedGithub(made.world) as github:
        program = Program(made, store, "ada")
        program.run(github)
        questions = [s.question for s in github.requests]
        true, findings = program.verdicts(), program.standing()
    store.close()
    print(f"{len(questions)} requests, each asked in vain in each way, on a first run:\n")
    print("| fault | requests struck | closed or opened wrongly | wrong answers | answers lost, and why |")
    print("|---|--:|--:|--:|---|")
    bad = 0
    for name in sorted(set(FAULTS) - SLOW):
        hit, moved, wrong, why = 0, 0, 0, Counter[str]()
        for n, question in enumerate(questions):
            again = small()
            fresh = open_store(str(place / f"{name}-{n}.sqlite"), create=True)
            with SimulatedGithub(again.world, faults=[Aim(fault=FAULTS[name], question=question)]) as github:
                program = Program(again, fresh, "ada")
                program.run(github)
                hit += any(s.fault for s in github.requests)
            _, w, lost = wrongs(program, findings, true)
            moved += len(program.standing() - findings)
            wrong, why = wrong + w, why + lost
            fresh.close()
        bad += moved + wrong
        told = ", ".join(f"{count} {reason}" for reason, count in why.most_common())
        print(f"| {name} | {hit} | {moved} | {wrong} | {told or 'none'} |", flush=True)
    return bad


def every_look(place: Path) -> int:
    """The table of who may do what: facts, not verdicts. Gives how much was wrong."""
    made = small()
    url = place / "looked.sqlite"
    store = open_store(str(url), create=True)
    with SimulatedGithub(made.world) as github:
        program = Program(made, store, "ada")
        program.look(github)
        questions = list(dict.fromkeys(s.question for s in github.requests))
        true = program.facts()
    store.close()
    print(f"\n{len(questions)} requests of a look at all, {len(true)} facts, with each of them asked in vain:\n")
    print("| fault | looks struck | facts retired | facts changed | made up in a first look |")
    print("|---|--:|--:|--:|--:|")
    bad = 0
    for name in sorted(set(FAULTS) - SLOW):
        hit = retired = changed = made_up = 0
        for n, question in enumerate(questions):
            aim = Aim(fault=FAULTS[name], question=question)
            again = place / f"look-{name}-{n}.sqlite"
            shutil.copy(url, again)
            after, struck = _looked(again, aim)
            keys = {fact[:3] for fact in after}
            hit += struck
            retired += sum(1 for fact in true if fact[:3] not in keys)
            changed += sum(1 for fact in true - after if fact[:3] in keys)
            first, _ = _looked(place / f"first-{name}-{n}.sqlite", aim)
            made_up += sum(1 for fact in first - true if not _says_less(fact))
        bad += retired + changed + made_up
        print(f"| {name} | {hit} | {retired} | {changed} | {made_up} |", flush=True)
    return bad


def _looked(database: Path, aim: Aim) -> tuple[frozenset[tuple[str, str, str, bytes]], bool]:
    """What is believed after a look with a fault, on a database that is there or a new one; and if it struck."""
    made = small()
    known = database.exists()
    store = open_store(str(database), create=not known)
    with SimulatedGithub(made.world, faults=[aim]) as github:
        if known:
            made.world.now = store.runs()[-1].at
        program = Program(made, store, "ada")
        program.look(github)
        struck = any(s.fault for s in github.requests)
    facts = program.facts()
    store.close()
    database.unlink()
    return facts, struck


def _says_less(fact: tuple[str, str, str, bytes]) -> bool:
    """True for what a look says of what it could not see: how far it sees, which factor, whose role."""
    _, kind, _, payload = fact
    return kind in ("organization-access", "organization-member") or b'"method":"some"' in payload


def at_random(place: Path, seeds: int) -> int:
    """Random faults at full size. Gives how much was wrong."""
    made: Made = grown()
    url = place / "large.sqlite"
    store = open_store(str(url), create=True)
    with SimulatedGithub(made.world, limits=PLENTY) as github:
        program = Program(made, store, "ada", "cleo")
        program.run(github)
        asked = len(github.requests)
        program.run(github)  # a list that came empty, and that nobody counts, is believed by the second look
        true, findings = program.verdicts(), program.standing()
        known = {fact[:3] for fact in program.facts()}
    store.close()
    kinds = tuple(FAULTS[name] for name in sorted(set(FAULTS) - SLOW))
    struck, moved, wrong, retired, why, began = 0, 0, 0, 0, Counter[str](), time.perf_counter()
    for seed in range(seeds):
        copy = place / "copy.sqlite"
        shutil.copy(url, copy)
        again = grown()
        store = open_store(str(copy))
        again.world.now = store.runs()[-1].at
        with SimulatedGithub(
            again.world, limits=PLENTY, faults=[Chance(faults=kinds, share=0.02, seed=seed)]
        ) as github:
            program = Program(again, store, "ada", "cleo")
            program.run(github)
            struck += sum(1 for s in github.requests if s.fault)
        m, w, lost = wrongs(program, findings, true)
        gone = len(known - {fact[:3] for fact in program.facts()})
        moved, wrong, retired, why = moved + m, wrong + w, retired + gone, why + lost
        if m or w or gone:
            print(f"seed {seed}: {m} findings moved, {w} answers wrong, {gone} facts retired", file=sys.stderr)
        store.close()
    spent = time.perf_counter() - began
    told = ", ".join(f"{count} {reason}" for reason, count in why.most_common())
    print(
        f"\n{seeds} runs of {asked} requests with {struck} random faults in {spent:.0f} s: {moved} findings moved "
        f"wrongly, {wrong} answers wrong, {retired} of {len(known)} facts retired; answers lost: {told or 'none'}"
    )
    return moved + wrong + retired


@click.command()
@click.option("--seeds", default=200, show_default=True, help="How many runs at full size.")
@click.option("--part", type=click.Choice(PARTS), multiple=True, default=PARTS, help="Measure these parts alone.")
def main(seeds: int, part: tuple[str, ...]) -> None:
    """Print the tables and the random runs."""
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        bad += every_request(Path(folder)) if "verdicts" in part else 0
        bad += every_look(Path(folder)) if "facts" in part else 0
        bad += at_random(Path(folder), seeds) if "random" in part else 0
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
