"""The lengths of time that a run meets, by what they are for: medians, or the draws of one replication.

Inputs are not what the reference model checks, so the draws themselves are those of ``qplan.simulation.draws``;
which draw belongs to what is told here once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from qplan.model.duration import Duration
from qplan.model.submission import JobKind, Submission
from qplan.model.workload import FairShare
from qplan.simulation import draws
from qplan.simulation.draws import key_of
from qplan.simulation.program import seed_key, text_key
from qplan.simulation.spreads import Shelf
from qplan.units import MAX_US

LEAST_GAP_US = 1
EXACT = Fraction(1)


class Inputs:
    """Hands out every length of a run; ``replication`` is ``None`` for the fixed run."""

    def __init__(self, submission: Submission, seed: int, replication: int | None) -> None:
        self._submission = submission
        self._kinds = [submission.kinds[kind] for kind in submission.kind_of_jobs()]
        self._job_keys = list(_job_keys(submission))
        self._chain_keys = list(_chain_keys(submission))
        self._is_fixed = replication is None
        self._seed_key, self._replication = seed_key(submission, seed), replication or 0
        self._base = 0 if replication is None else key_of(seed_key(submission, seed), replication)
        self._shelf = Shelf(fixed=False)
        self._spreads: list[int] = []

    # Our own jobs, by their number in the order of the file

    def before_us(self, job: int) -> int:
        return self._drawn(self._kinds[job].before, self._job_keys[job], draws.BEFORE_QPU)

    def qpu_us(self, job: int) -> int:
        modelled_us = self._drawn(self._kinds[job].qpu, self._job_keys[job], draws.ON_QPU)
        return _within_the_clock(modelled_us * self._model_error(self._kinds[job]))

    def learning_us(self, job: int) -> int:
        """What learning the noise adds to a job's time on the QPU, if it has to learn it."""
        return _within_the_clock(self._kinds[job].learning_us * self._model_error(self._kinds[job]))

    def after_us(self, job: int) -> int:
        return self._drawn(self._kinds[job].after, self._job_keys[job], draws.AFTER_QPU)

    def _model_error(self, kind: JobKind) -> Fraction:
        """The factor of a time that a usage model gave; a fixed run takes it as it is, a stated time is exact."""
        if kind.error is None or self._is_fixed:
            return EXACT
        if not kind.error.is_random:
            return Fraction(kind.error.median_us, 1_000_000)
        place = self._placed(kind.error)
        bits = draws.evenly(key_of(self._seed_key, draws.EVEN), self._replication)
        return Fraction(draws.between_quantiles(self._spreads, place, bits), 1_000_000)

    # The client: before an iteration from the second on, and before a stage

    def think_us(self, chain: int, iteration: int) -> int:
        key = key_of(self._chain_keys[chain], iteration)
        return self._drawn(self._submission.chains[chain].think, key, draws.THINK)

    def delay_us(self, stage: int) -> int:
        here = self._submission.stages[stage]
        return self._drawn(here.think, text_key(here.name), draws.DELAY)

    # The queue

    def wait_us(self, now_us: int) -> int:
        queue = self._submission.queue
        return self._numbered(queue.wait, now_us // queue.correlation_us if queue.correlation_us else 0, draws.WAIT)

    def between_us(self, entry: int) -> int:
        return self._numbered(self._submission.queue.between, entry, draws.BETWEEN)

    # The background

    def busy_us(self, lane: int) -> int:
        return self._numbered(self._submission.background.busy_lanes[lane], lane, draws.BUSY)

    def foreign_gap_us(self, number: int) -> int:
        stream = self._submission.background.stream
        assert stream is not None
        return max(LEAST_GAP_US, self._numbered(stream.every, number, draws.FOREIGN_GAP))

    def foreign_us(self, number: int) -> tuple[int, int, int]:
        """Before, on and after the QPU, of a listed arrival or of one of a stream."""
        background = self._submission.background
        job = background.stream or background.arrivals[number]
        return (
            self._numbered(job.before, number, draws.FOREIGN_BEFORE),
            self._numbered(job.qpu, number, draws.FOREIGN_QPU),
            self._numbered(job.after, number, draws.FOREIGN_AFTER),
        )

    def calibration_first_us(self, source: int) -> int:
        calibration = self._submission.background.calibrations[source]
        return self._numbered(calibration.first, source, draws.CALIBRATION_FIRST)

    def calibration_us(self, source: int, number: int) -> int:
        """How long one lasts; ``number`` of its source have run before."""
        calibration = self._submission.background.calibrations[source]
        return self._drawn(calibration.length, key_of(source, number), draws.CALIBRATION_LENGTH)

    # The other instances of a fair-share line

    def rival_gap_us(self, rival: int, number: int) -> int:
        return max(LEAST_GAP_US, self._of_rival(rival, self._fair.rivals[rival].every, number, draws.RIVAL_GAP))

    def rival_size_us(self, rival: int, number: int) -> int:
        return self._of_rival(rival, self._fair.rivals[rival].qpu, number, draws.RIVAL_SIZE)

    @property
    def _fair(self) -> FairShare:
        assert self._submission.queue.fair_share is not None
        return self._submission.queue.fair_share

    def _of_rival(self, rival: int, duration: Duration, number: int, quantity: int) -> int:
        return self._drawn(duration, key_of(number, 0), quantity, below=rival)

    def _numbered(self, duration: Duration, number: int, quantity: int) -> int:
        return self._drawn(duration, key_of(number, 0), quantity)

    def _drawn(self, duration: Duration, key: int, quantity: int, below: int | None = None) -> int:
        if self._is_fixed:
            return duration.median_us
        base = self._base if below is None else key_of(self._base, below)
        place = self._placed(duration)
        return draws.draw(self._spreads, base, key, quantity, place)

    def _placed(self, duration: Duration) -> int:
        """Where the spread stands in the table, which grows as spreads are met."""
        place = self._shelf.place(duration)
        if place >= len(self._spreads):
            self._spreads = self._shelf.spreads()
        return place


def _within_the_clock(us: Fraction) -> int:
    return min(round(us), MAX_US)  # a fraction is rounded half to even


def _copies(submission: Submission) -> Iterator[int]:
    """The number of each chain among those of its stage."""
    seen: Counter[int] = Counter()
    for chain in submission.chains:
        yield seen[chain.stage]
        seen[chain.stage] += 1


def _chain_keys(submission: Submission) -> Iterator[int]:
    for chain, copy in zip(submission.chains, _copies(submission), strict=True):
        yield key_of(text_key(submission.stages[chain.stage].name), copy)


def _job_keys(submission: Submission) -> Iterator[int]:
    for chain, copy in zip(submission.chains, _copies(submission), strict=True):
        for iteration in range(chain.iterations):
            for part in chain.step:
                name = submission.kinds[part.kind].name
                for number in range(part.count):
                    yield key_of(key_of(key_of(text_key(name), copy), iteration), number)
