"""Faults: a table of what each does to a run at any request, and 200 random ones on a world of full size.

At 2 organizations of 3 repositories and 4 members every request of a run fails in every way that the simulated
GitHub knows; at 20 of 50 and 100 each of 200 seeds spoils one request in fifty with faults of all kinds, on a
database that knows the truth. Wrong: a finding closed or opened, or an answer that says what the true one does not.

    python benchmarks/faults.py [--seeds 200]
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


def at_random(place: Path, seeds: int) -> int:
    """Random faults at full size. Gives how much was wrong."""
    made: Made = grown()
    url = place / "large.sqlite"
    store = open_store(str(url), create=True)
    with SimulatedGithub(made.world, limits=PLENTY) as github:
        program = Program(made, store, "ada", "cleo")
        program.run(github)
        true, findings = program.verdicts(), program.standing()
        asked = len(github.requests)
    store.close()
    kinds = tuple(FAULTS[name] for name in sorted(set(FAULTS) - SLOW))
    struck, moved, wrong, why, began = 0, 0, 0, Counter[str](), time.perf_counter()
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
        moved, wrong, why = moved + m, wrong + w, why + lost
        if m or w:
            print(f"seed {seed}: {m} findings moved, {w} answers wrong", file=sys.stderr)
        store.close()
    spent = time.perf_counter() - began
    told = ", ".join(f"{count} {reason}" for reason, count in why.most_common())
    print(
        f"\n{seeds} runs of {asked} requests with {struck} random faults in {spent:.0f} s: {moved} findings moved "
        f"wrongly, {wrong} answers wrong; answers lost: {told or 'none'}"
    )
    return moved + wrong


@click.command()
@click.option("--seeds", default=200, show_default=True, help="How many runs at full size.")
def main(seeds: int) -> None:
    """Print the table and the random runs."""
    with tempfile.TemporaryDirectory() as folder:
        bad = every_request(Path(folder)) + at_random(Path(folder), seeds)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
