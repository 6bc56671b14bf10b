"""Little's law: the area under the number of jobs present is the sum of their stays, on every trace."""

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.account import timeline_of
from qplan.model.trace import NEVER, Phase
from qplan.simulation import simulate
from tests.reference.generator import random_submission

OWN = {Phase.QUEUE, Phase.LANE_WAIT, Phase.CLASSICAL_BEFORE, Phase.QPU_WAIT, Phase.QPU, Phase.CLASSICAL_AFTER}


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=2**32 - 1), st.booleans())
def test_the_area_under_the_jobs_present_is_the_sum_of_their_stays(seed, drawn):
    submission = random_submission(random.Random(seed))
    trace = simulate(submission, seed, 3 if drawn else None)
    stays = [
        (sent, max(sent, trace.end_us) if final == NEVER else final)
        for sent, final in zip(trace.submitted_us, trace.finished_us, strict=True)
        if sent != NEVER
    ]
    instants = sorted({instant for stay in stays for instant in stay})
    area = sum((after - at) * sum(sent <= at < final for sent, final in stays) for at, after in pairwise(instants))
    assert area == sum(final - sent for sent, final in stays)
    if trace.measures.queued == 0:
        assert area == sum(
            span.end_us - span.start_us for span in timeline_of(trace, submission) if span.phase in OWN
        ) + _before_opening(trace)


def _before_opening(trace) -> int:
    """What the timeline leaves blank: jobs of a batch or session that wait behind its entry, until it opens."""
    blank = 0
    for row, sent in enumerate(trace.submitted_us):
        if sent == NEVER or trace.is_entry[row]:
            continue
        left = trace.lane_us[row] if trace.lane_us[row] != NEVER else trace.finished_us[row]
        opened = next((start for start, end in trace.windows_us if end >= sent and start <= left), left)
        blank += max(0, opened - sent)
    return blank
