"""What speaks for and against a session beside its price: refusal, idling, drift, and the noise it learns once."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.comparison.case import Case
from qplan.comparison.phrases import is_billed, same_work
from qplan.model.account import Account
from qplan.model.comparison import Reason
from qplan.model.workload import Mode
from qplan.say import say_us
from qplan.units import US_PER_S


def of_session(case: Case) -> Iterator[Reason]:
    """S-09 where sessions are refused; S-03 and S-10 against one that is chosen; S-11 for its noise model."""
    refused = case.outcome.of(Mode.SESSION).reason
    if refused and case.jobs > 1:
        yield Reason(rule="S-09", text=f"No session: {refused.rstrip('.')}.")
    session = case.whole(Mode.SESSION)
    if session is None:
        return
    if case.choice.mode is Mode.SESSION:
        yield from _billed_beside_quantum_time(session)
        yield from _too_long(session, case.outcome.workload.backend.session_advice_s)
    yield from _noise_learned_once(case, session)


def _billed_beside_quantum_time(session: Account) -> Iterator[Reason]:
    busy_us, usage_us = session.qpu_busy.p50, session.usage.p50
    if busy_us < usage_us:
        total = f"{say_us(usage_us)} {'billed' if is_billed(session) else 'of usage'}"
        text = f"Of {total} only {say_us(busy_us)} are quantum time: compiling and idling count too."
        yield Reason(rule="S-03", text=text, speaks_for=False)


def _too_long(session: Account, advice_s: float | None) -> Iterator[Reason]:
    longest_us = max((end - start for start, end in session.sample.windows_us), default=0)
    if advice_s is not None and longest_us > advice_s * US_PER_S:
        text = f"Active for {say_us(longest_us)} without a calibration: a session this long drifts."
        yield Reason(rule="S-10", text=text, speaks_for=False)


def _noise_learned_once(case: Case, session: Account) -> Iterator[Reason]:
    job = case.whole(Mode.JOB)
    if job and same_work(session, job) and session.qpu_busy.p50 < job.qpu_busy.p50:
        text = (
            f"A session learns the noise once and uses it again: {say_us(session.qpu_busy.p50)} on the QPU, against"
            f" {say_us(job.qpu_busy.p50)} as single jobs."
        )
        yield Reason(rule="S-11", text=text, speaks_for=case.choice.mode is Mode.SESSION)
