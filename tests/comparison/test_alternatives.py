"""The runners-up, where a run at medians and the replications choose alike, and where they do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qplan.comparison.alternatives import alternatives
from qplan.model.account import Account
from qplan.model.comparison import Objective
from qplan.model.variant import Goal
from qplan.model.workload import Mode
from tests.comparison.flow import BATCH, JOB, SESSION, case, item, job, workload

MERGED = ("merge the 3 jobs 'job' into 2", BATCH)
AS_WRITTEN = [("as written", JOB), ("as written", SESSION)]


@pytest.mark.parametrize(
    ("word", "cut", "found"), [("alike", False, [*AS_WRITTEN, MERGED]), ("not alike", True, AS_WRITTEN)]
)
def test_rearranged_runs_are_told_only_beside_the_same_choice(
    word: str, cut: bool, found: list[tuple[str, Mode]]
) -> None:
    """A batch that is cut at medians alone would make any other run many times its usage."""
    whole = case(workload(item(job(qpu=6, before=60, count=3))), Goal(objective=Objective.TIME))
    refused = Account(mode=BATCH, runs=(), reason="cut")
    accounts = tuple(refused if cut and each.mode is BATCH else each for each in whole.outcome.accounts)
    told = alternatives(replace(whole, fixed=replace(whole.outcome, accounts=accounts)))
    assert [(other.name, other.mode) for other in told] == found, word
