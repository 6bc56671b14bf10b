"""The exit status that a gate's findings lead to (contract section 9); of several the least."""

from __future__ import annotations

from collections.abc import Sequence

from qplan.errors import Problem, Severity
from qplan.model.gate import Bound, Check, Guarded, Verdict

PASSED, UNREAD, INVALID, OVER_LIMIT, WORSE = 0, 1, 2, 3, 4


def status_of(
    checks: Sequence[Check],
    *,
    problems: Sequence[Problem] = (),
    unread: Sequence[object] = (),
    guarded: Sequence[Guarded] = (),
) -> int:
    """1 where something cannot be read, 2 where it is invalid, 3 over a limit, 4 worse than the baseline, else 0.

    A limit on an increase that is not kept is worse than the baseline, and so is a change to what limits a workload.
    """
    if unread:
        return UNREAD
    if any(problem.severity is Severity.ERROR for problem in problems):
        return INVALID
    failed = {check.limit.bound for check in checks if check.verdict is Verdict.FAIL}
    if Bound.MOST in failed:
        return OVER_LIMIT
    return WORSE if failed or any(not change.allowed for change in guarded) else PASSED
