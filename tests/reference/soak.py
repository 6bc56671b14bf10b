"""The kernel against the reference on as many random submissions as wanted.

``python -m tests.reference.soak 0 20000``: the first seed, and how many.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator

from qplan.simulation import simulate

from .compare import first_difference
from .features import features
from .generator import random_submission
from .simpy_model import run_of, trace_of

REPLICATIONS = (None, 0, 1)


def differences(seeds: range, seen: Counter[str]) -> Iterator[str]:
    """Each submission's fixed run and two replications; what occurred in them is counted in ``seen``."""
    for seed in seeds:
        submission = random_submission(random.Random(seed))
        for replication in REPLICATIONS:
            service = run_of(submission, seed, replication)
            expected = trace_of(service)
            seen.update(features(service, expected))
            difference = first_difference(submission, expected, simulate(submission, seed, replication))
            if difference is not None:
                yield f"seed {seed}, replication {replication}: {difference}"


def main(first: int, count: int) -> int:
    """Print every difference, then how often each rule was reached."""
    seen: Counter[str] = Counter()
    found = 0
    for difference in differences(range(first, first + count), seen):
        found += 1
        print(difference, flush=True)  # noqa: T201
    print(f"{found} differences in {count * len(REPLICATIONS)} runs; reached: {dict(seen)}")  # noqa: T201
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
