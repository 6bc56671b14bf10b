"""Random snippets run against a stand-in for qiskit-ibm-runtime: what is sent, how often, and after what."""

from __future__ import annotations

import sys
import types
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.model.workload import End, Item, Job, Mode, Options, Workload
from qplan.render.snippet import snippet
from tests.render.run_filled import run_filled
from tests.render.snippet_scenes import ESTIMATOR, SAMPLER, of


class ClosedError(Exception):
    """What the client raises for a closed session."""


@dataclass
class Request:
    """A job of the stand-in: its name is that of the placeholder that made its PUBs."""

    name: str
    service: Service

    def result(self) -> str:
        self.service.log.append(("result", self.name))
        return self.name

    def in_final_state(self) -> bool:
        return True

    done = in_final_state


@dataclass
class Service:
    """The stand-in: a log of (what, whose), and whether the batch or session still takes jobs."""

    log: list[tuple[str, str]] = field(default_factory=list)
    accepting: bool = True

    def modules(self) -> dict[str, types.ModuleType]:
        """What ``import qiskit_ibm_runtime`` finds."""
        service = self

        class Primitive:
            def __init__(self, mode: Any, options: dict[str, Any] | None = None) -> None:
                environment = types.SimpleNamespace(job_tags=[])
                self.options = types.SimpleNamespace(environment=environment, resilience=types.SimpleNamespace())

            def run(self, name: str) -> Request:
                if not service.accepting:
                    raise ClosedError
                service.log.append(("run", name))
                return Request(name, service)

        class Place:
            def __init__(self, backend: str, max_time: str = "") -> None:
                pass

            def __enter__(self) -> Place:
                return self

            def __exit__(self, *_: object) -> None:
                service.accepting = False
                service.log.append(("close", ""))

            def cancel(self) -> None:
                service.accepting = False
                service.log.append(("cancel", ""))

        package = types.ModuleType("qiskit_ibm_runtime")
        package.__dict__.update(
            QiskitRuntimeService=lambda: types.SimpleNamespace(backend=str),
            Estimator=Primitive,
            Sampler=Primitive,
            Batch=Place,
            Session=Place,
            NoiseLearner=lambda mode: types.SimpleNamespace(run=lambda circuits: Request("learner", service)),
        )
        errors = types.ModuleType("qiskit_ibm_runtime.exceptions")
        errors.__dict__["IBMRuntimeError"] = ClosedError
        return {"qiskit_ibm_runtime": package, "qiskit_ibm_runtime.exceptions": errors}

    def run(self, program: str) -> None:
        """Run a snippet whose placeholders name their jobs."""
        with patch.dict(sys.modules, self.modules()), patch("time.sleep"):
            run_filled(program, lambda name, wanted, arguments: name.removesuffix("_pubs"))


@st.composite
def small_workloads(draw: st.DrawFn) -> Workload:
    """A few items of every kind, named so that a placeholder tells its job."""
    items: list[Item] = []
    for number in range(draw(st.integers(1, 5))):
        name = f"item{number}"
        jobs = tuple(
            Job(
                name=f"{name}_{letter}",
                primitive=draw(st.sampled_from([SAMPLER, ESTIMATOR])),
                options=draw(st.sampled_from([Options(), Options(resilience_level=2), Options(pec_mitigation=True)])),
                count=draw(st.integers(1, 3)),
            )
            for letter in "ab"[: draw(st.integers(1, 2))]
        )
        earlier = [before.name for before in items]
        after = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        iterations, copies = draw(st.sampled_from([1, 1, 3])), draw(st.sampled_from([1, 1, 2]))
        items.append(Item(name=name, jobs=jobs, iterations=iterations, copies=copies, after=tuple(after)))
    end = draw(st.sampled_from(End))
    return of(*draw(st.permutations(items)), end=end, cancel_after=draw(st.integers(1, 12)))


def planned(workload: Workload) -> Counter[str]:
    """How often each job is sent."""
    return Counter(
        {job.name: job.count * item.iterations * item.copies for item in workload.items for job in item.jobs}
    )


@settings(max_examples=150, deadline=None)
@given(workload=small_workloads(), mode=st.sampled_from(Mode))
def test_p_04_a_snippet_sends_the_workload_no_more_no_less_and_in_order(workload: Workload, mode: Mode) -> None:
    service = Service()
    service.run(snippet(workload, mode, None))
    sent = Counter(name for what, name in service.log if what == "run")
    got = Counter(name for what, name in service.log if what == "result" and name != "learner")
    expected = planned(workload)
    cancels = [i for i, (what, _) in enumerate(service.log) if what == "cancel"]
    stop = workload.batch.cancel_after or 0
    if mode is Mode.JOB or workload.batch.end is not End.CANCEL or stop > expected.total():
        assert cancels == []
        assert sent == got == expected
    else:
        assert len(cancels) == 1
        assert got.total() >= stop
        assert sent <= expected
    assert [what for what, _ in service.log].count("close") == (mode is not Mode.JOB and _is_closed(workload))
    _assert_order(workload, service.log)


def _is_closed(workload: Workload) -> bool:
    end, stop = workload.batch.end, workload.batch.cancel_after or 0
    return end is End.CLOSE or (end is End.CANCEL and stop <= planned(workload).total())


def _assert_order(workload: Workload, log: list[tuple[str, str]]) -> None:
    """Nothing is sent before every result of what it waits for has come."""
    jobs = {item.name: {job.name for job in item.jobs} for item in workload.items}
    for item in workload.items:
        first = next((i for i, (what, name) in enumerate(log) if what == "run" and name in jobs[item.name]), None)
        for earlier in item.after if first is not None else ():
            results = sum(what == "result" and name in jobs[earlier] for what, name in log[:first])
            assert results == sum(planned(workload)[name] for name in jobs[earlier])


def test_jobs_of_an_item_are_all_sent_before_one_is_waited_for() -> None:
    service = Service()
    item = Item(name="x", jobs=(Job(name="plus", count=2), Job(name="minus")), iterations=2)
    service.run(snippet(of(item), Mode.SESSION, None))
    step = [
        ("run", "plus"),
        ("run", "plus"),
        ("run", "minus"),
        ("result", "plus"),
        ("result", "plus"),
        ("result", "minus"),
    ]
    assert service.log == [*step, *step, ("close", "")]
