"""A workload in one mode: what a submission is given."""

from __future__ import annotations

import pytest

from qplan.model.workload import Mode
from qplan.plan.expand import submission_for
from qplan.plan.jobs import plan_jobs
from tests.comparison.flow import constants, item, job, workload


@pytest.mark.parametrize("mode", Mode)
def test_a_submission_bears_the_name_of_its_workload_in_every_mode(mode: Mode) -> None:
    given = workload(item(job("a")))
    submission = submission_for(given, mode, plan_jobs(given, constants()).jobs)
    assert submission.name == given.name == "test"
