"""Whole commands with many replications, and reading a large file: ratios to what others take.

``python -m benchmarks.command [--runs 5]``

Wall-clock of processes that take turns, medians. The compiled kernel is in a cache folder of its own, filled by the
first run, which is not measured.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks.startup import TYPER_RICH, alternate
from qplan.parse.yaml12 import parse

NUMBA = [sys.executable, "-c", "import numpy, numba"]
HEAD = "qplan: 1\nname: many\nqueue: {wait: {p10: 20s, p50: 11m, p90: 4h}}\njobs:\n"
JOB = (
    "  - {{name: job{}, primitive: sampler, circuits: 2, depth: 50, shots: 1000, "
    "classical_before: {{p10: 1s, p50: 3s, p90: 9s}}, count: {}}}\n"
)


def listed(lines: int, count: int = 1) -> str:
    """A workload file of so many lines of so many jobs each, with random preparation and queue wait."""
    return HEAD + "".join(JOB.format(i, count) for i in range(lines))


def main() -> None:
    """Print one line a command: median, peer's median, ratio and aim; then memory and reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = str(Path(folder, "kept"))
        thousand, hundred = Path(folder, "thousand.yaml"), Path(folder, "hundred.yaml")
        thousand.write_text(listed(100, 10))
        hundred.write_text(listed(100))
        compare = [sys.executable, "-m", "qplan", "compare"]
        large = [*compare, "--engine", "compiled", "-n", "10000", str(thousand)]
        usual = [*compare, "--engine", "interpreted", str(hundred)]
        line("1,000 jobs x 10,000 x 3 modes, compiled", large, NUMBA, runs, 15)
        print(f"{'  its peak memory':42} {peak_mb(large):8.0f} MB   aim 400")
        line("100 jobs x 1,000 x 3 modes, interpreted", usual, TYPER_RICH, runs, 20)
    read(runs)


def line(name: str, command: list[str], peer: list[str], runs: int, aim: float) -> None:
    """Measure a command against its peer."""
    mine_ms, peer_ms = alternate(command, peer, runs)
    ratio = mine_ms / peer_ms
    print(f"{name:42} {mine_ms:8.0f} ms   {peer[-1]}: {peer_ms:.0f} ms   ratio {ratio:.1f}   aim {aim}")


def peak_mb(command: list[str]) -> float:
    """The most memory that a process holds."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_maxrss / 1024


def read(runs: int) -> None:
    """Read 10,000 listed jobs: our reader keeps every value's place, PyYAML's loader none."""
    text = listed(10_000)
    mine, others = [], []
    gc.disable()
    for _ in range(runs):
        mine.append(seconds(lambda: parse(text, "many.yaml")))
        others.append(seconds(lambda: yaml.load(text, yaml.CSafeLoader)))
        gc.collect()
    gc.enable()
    ms, peer_ms = statistics.median(mine) * 1000, statistics.median(others) * 1000
    print(
        f"{'YAML of 10,000 jobs, with places':42} {ms:8.0f} ms   CSafeLoader: {peer_ms:.0f} ms   "
        f"ratio {ms / peer_ms:.2f}   aim 1"
    )


def seconds(action: Callable[[], object]) -> float:
    """Processor time of this process."""
    start = time.process_time()
    action()
    return time.process_time() - start


if __name__ == "__main__":
    main()
