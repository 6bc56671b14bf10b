"""The gate over many files: seconds in all and per file, as ratios to what reading them alone takes.

``python -m benchmarks.gate [--files 300] [--runs 3]``

Files of 100 jobs, 1,000 replications, three modes; with one worker and with all; then all of them, and all but three,
unchanged against a stored baseline. The peer reads the same files with PyYAML and imports what any such tool imports.
Wall-clock of processes that take turns, medians. The compiled kernel is in a cache folder of its own, filled by the
first run, which is not measured.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.startup import alternate
from qplan.cli.draws import cores

JOBS = 100
HEAD = "qplan: 1\nname: many{0}\nplan: pay-as-you-go\nqueue: {{wait: {{p10: 20s, p50: 11m, p90: 4h}}}}\njobs:\n"
JOB = (
    "  - {{name: job{0}, primitive: sampler, circuits: 2, depth: 50, shots: {1}, "
    "classical_before: {{p10: 1s, p50: 3s, p90: 9s}}}}\n"
)
PEER = (
    "import sys, glob, typer, rich, yaml\n"
    "for path in glob.glob(sys.argv[1] + '/*.yaml'): yaml.load(open(path), yaml.CSafeLoader)"
)


def main() -> None:
    """Print one line a case: seconds in all and per file, the peer's, their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = str(Path(folder, "kept"))
        files = Path(folder, "files")
        files.mkdir()
        for i in range(asked.files):
            (files / f"{i}.yaml").write_text(workload(i, 1000))
        measure(files, Path(folder, "base.json"), asked.files, asked.runs)


def measure(files: Path, base: Path, count: int, runs: int) -> None:
    """Each case in turn with its peer."""
    gate = [sys.executable, "-m", "qplan", "gate", str(files), "--max-total-cost", "1000000000"]
    peer = [sys.executable, "-c", PEER, str(files)]
    compared = [*gate, "--compare-to", str(base)]
    subprocess.run([*gate, "--engine", "compiled", "--write", f"json={base}"], check=True, stdout=subprocess.DEVNULL)
    line("simulated, 1 worker", [*gate, "--workers", "1"], peer, count, runs)
    line(f"simulated, {cores()} workers", gate, peer, count, runs)
    line("unchanged, 1 worker", [*compared, "--workers", "1"], peer, count, runs)
    line(f"unchanged, {cores()} workers", compared, peer, count, runs)
    for i in range(3):
        changed = workload(i, 1000).replace(f"shots: {1000 + i}, ", "shots: 4096, ", 1)
        (files / f"{i}.yaml").write_text(changed)
    line(f"all but 3 unchanged, {cores()} workers", compared, peer, count, runs)


def workload(number: int, shots: int) -> str:
    """A workload file of a hundred lines of one job each, unlike any other."""
    return HEAD.format(number) + "".join(JOB.format(i, shots + number) for i in range(JOBS))


def line(name: str, command: list[str], peer: list[str], count: int, runs: int) -> None:
    """Measure a command against its peer."""
    mine_ms, peer_ms = alternate(command, peer, runs)
    told = f"{name:34} {mine_ms / 1000:7.1f} s {mine_ms / count:8.1f} ms a file"
    print(f"{told}   PyYAML: {peer_ms / 1000:.1f} s   ratio {mine_ms / peer_ms:5.1f}", flush=True)


if __name__ == "__main__":
    main()
