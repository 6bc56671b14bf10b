"""The kernel's cost per job and its memory, at 1,000 and 100,000 jobs in one batch.

``python -m benchmarks.scaling``; the aim is at most 1.5 times the time per job, under 500 MB.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time

from qplan.model.duration import Duration
from qplan.model.submission import Chain, JobKind, Stage, StepPart, Submission
from qplan.model.workload import Container, Mode, QueueModel
from qplan.simulation import simulate

S = 1_000_000


def batch_of(jobs: int) -> Submission:
    """One batch of equal jobs."""
    kind = JobKind(
        name="job", before=Duration.fixed(3 * S), qpu=Duration.fixed(2 * S), after=Duration.fixed(S), minimum_us=0
    )
    return Submission(
        mode=Mode.BATCH,
        lanes=5,
        kinds=(kind,),
        stages=(Stage(name="job", after=(), think=Duration.fixed(0)),),
        chains=(Chain(stage=0, step=(StepPart(kind=0, count=jobs),), iterations=1, think=Duration.fixed(0)),),
        queue=QueueModel(name="none", wait=Duration.fixed(0)),
        container=Container(interactive_ttl_us=S, max_time_us=10**12),
    )


def us_per_job(jobs: int, repeats: int) -> float:
    """Median time per job of a whole simulation, in microseconds."""
    submission = batch_of(jobs)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        simulate(submission)
        times.append((time.perf_counter() - start) / jobs * 1e6)
    return statistics.median(times)


def main() -> None:
    """Print both figures, their ratio, and the peak memory of a process that runs the large one."""
    if "--large" in sys.argv:
        simulate(batch_of(100_000))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    small, large = us_per_job(1_000, 31), us_per_job(100_000, 5)
    print(f"1,000 jobs: {small:.2f} us a job; 100,000 jobs: {large:.2f} us a job; ratio {large / small:.2f} (aim 1.5)")
    peak = subprocess.run(
        [sys.executable, "-m", "benchmarks.scaling", "--large"], check=True, capture_output=True, text=True
    )
    print(f"peak memory at 100,000 jobs: {peak.stdout.strip()} MB (aim 500)")


if __name__ == "__main__":
    main()
