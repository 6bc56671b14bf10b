"""Queues with known answers, written in the public workload format; intervals are of four standard errors."""

from math import factorial, sqrt
from pathlib import Path
from statistics import fmean, pstdev

import pytest

from qplan.model.trace import Columns
from qplan.model.workload import Mode
from qplan.parse import Edit, catalog, load
from qplan.plan import plan_jobs, submission_for
from qplan.simulation import Runner, replicate

REPLICATIONS = 2_000


def columns_of(path: Path, mode: Mode, replications: int, *edits: Edit) -> Columns:
    """A workload file in one mode."""
    [workload] = load([str(path)], edits=edits).workloads
    sent = submission_for(workload, mode, plan_jobs(workload, catalog.constants()).jobs)
    return replicate([sent], 0, 0, replications, Runner())[0]


def waits(tmp_path: Path, *, lanes: int, every: float, before: str = "0s", qpu: str = "0s", until: int = 600):
    """Queue times of a probe that comes ``until`` seconds after the foreign jobs began, in job mode."""
    path = tmp_path / "probe.yaml"
    path.write_text(f"""
qplan: 1
name: probe
backend: {{profile: ibm_kingston, lanes: {lanes}}}
queue: {{wait: 0s}}
background:
  arrivals: {{every: {{dist: exponential, mean: {every}s}}, classical_before: {before}, qpu: {qpu}}}
jobs:
  - {{name: start, qpu: 0s, classical_before: 0s, classical_after: 0s}}
  - {{name: probe, qpu: 0s, classical_before: 0s, classical_after: 0s, after: [start], think: {until}s}}
""")
    columns = columns_of(path, Mode.JOB, REPLICATIONS)
    return [us / 1e6 for us in columns.queue_us], [us / 1e6 - until for us in columns.wall_us]


def agrees(values: list[float], mean: float) -> bool:
    return abs(fmean(values) - mean) < 4 * pstdev(values) / sqrt(len(values))


def test_m_m_1_at_the_lane(tmp_path):
    """One lane, exponential service of 6 s each 10 s: the mean wait is rho / (mu - lambda) = 9 s."""
    queue, _ = waits(tmp_path, lanes=1, every=10, qpu="{dist: exponential, mean: 6s}")
    assert agrees(queue, 9)


def test_m_d_1_at_the_lane(tmp_path):
    """Fixed service halves the wait."""
    queue, _ = waits(tmp_path, lanes=1, every=10, qpu="6s")
    assert agrees(queue, 4.5)


def test_m_m_1_at_the_qpu(tmp_path):
    """Lanes enough for all: the wait is for the QPU, in the lane, and is no queue time."""
    queue, wall = waits(tmp_path, lanes=500, every=10, qpu="{dist: exponential, mean: 6s}")
    assert set(queue) == {0.0}
    assert agrees(wall, 9)


@pytest.mark.parametrize("lanes", [2, 5])
def test_m_m_c_at_the_lanes(tmp_path, lanes):
    """Classical work of 14 s for each lane in 20 s: Erlang's formula."""
    queue, _ = waits(tmp_path, lanes=lanes, every=20 / lanes, before="{dist: exponential, mean: 14s}")
    load_ = 0.7 * lanes
    blocked = load_**lanes / factorial(lanes) / 0.3
    delayed = blocked / (sum(load_**k / factorial(k) for k in range(lanes)) + blocked)
    assert agrees(queue, delayed * 14 / lanes / 0.3)


def test_q_03_halving_the_allocation_lengthens_the_wait(tmp_path):
    """The same rivals, the same draws: with half the allocation ours is served later."""
    path = tmp_path / "share.yaml"
    path.write_text("""
qplan: 1
name: share
queue:
  fair_share:
    allocation: 20h
    warm_up: 6h
    used: 1h
    others:
      - {name: large, allocation: 200h, every: {dist: exponential, mean: 200s}, qpu: {mean: 90s, sd: 40s}}
      - {name: small, allocation: 40h, every: {dist: exponential, mean: 200s}, qpu: {mean: 90s, sd: 40s}}
jobs: [{name: a, qpu: 30s, count: 20, classical_before: 0s, classical_after: 0s}]
""")

    edits = [Edit(path="queue.fair_share.allocation", value=value) for value in ("20h", "10h", "2h")]
    ample, half, tenth = (fmean(columns_of(path, Mode.BATCH, 200, edit).queue_us) for edit in edits)
    assert ample < half < tenth
