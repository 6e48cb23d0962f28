"""How long ``muniment --help`` takes beside ``python -c 'import click'``: asked, at most 1.5 times as long.

The two run in turn, so that a machine that slows down slows both; the median of the pairs' ratios is told.

    python benchmarks/start.py
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path

PAIRS = 30


def cpu(words: list[str]) -> float:
    """Seconds of CPU, system's included, of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    help = [str(Path(sys.executable).with_name("muniment")), "--help"]
    click = [sys.executable, "-c", "import click"]
    cpu(help), cpu(click)
    pairs = [(cpu(help), cpu(click)) for _ in range(PAIRS)]
    ratio = statistics.median(ours / base for ours, base in pairs)
    print("| command | median CPU | ratio | asked | |")
    print("|---|---|---|---|---|")
    print(f"| python -c 'import click' | {statistics.median(b for _, b in pairs) * 1000:.0f} ms | 1 | | |")
    held = "held" if ratio <= 1.5 else "missed"
    print(
        f"| muniment --help | {statistics.median(a for a, _ in pairs) * 1000:.0f} ms | {ratio:.2f} | 1.5 | {held} |"
    )
    sys.exit(0 if ratio <= 1.5 else 1)


if __name__ == "__main__":
    main()
