"""How fast qplan starts: medians of alternating runs, as ratios to importing its own libraries.

``python -m benchmarks.startup [--runs 15]``
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TYPER, TYPER_RICH = [sys.executable, "-c", "import typer"], [sys.executable, "-c", "import typer, rich"]
HUNDRED_JOBS = "qplan: 1\nname: hundred\nqueue: {wait: 11m}\njobs:\n" + "".join(
    f"  - {{name: job{i}, primitive: sampler, circuits: 2, depth: 50, shots: 1000, classical_before: 3s}}\n"
    for i in range(100)
)


def main() -> None:
    """Print one line a command: median, peer's median, ratio and aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hundred.yaml")
        path.write_text(HUNDRED_JOBS)
        qplan = [sys.executable, "-m", "qplan"]
        cases = (
            ("qplan --help", [*qplan, "--help"], TYPER, 1.5),
            ("qplan compare --help", [*qplan, "compare", "--help"], TYPER, 1.5),
            ("estimate --point, 100 jobs", [*qplan, "estimate", "--point", str(path)], TYPER_RICH, 3.5),
        )
        for name, command, peer, aim in cases:
            mine_ms, peer_ms = alternate(command, peer, runs)
            print(
                f"{name:28} {mine_ms:7.1f} ms   {' '.join(peer[1:])}: {peer_ms:6.1f} ms   "
                f"ratio {mine_ms / peer_ms:4.2f}   aim {aim}"
            )


def alternate(command: list[str], peer: list[str], runs: int) -> tuple[float, float]:
    """Median wall-clock in ms of both, run in turn after one unmeasured run of each."""
    mine: list[float] = []
    others: list[float] = []
    for i in range(runs + 1):
        a, b = timed_ms(command), timed_ms(peer)
        if i:
            mine.append(a)
            others.append(b)
    return statistics.median(mine), statistics.median(others)


def timed_ms(command: list[str]) -> float:
    """Wall-clock of one process in ms."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
