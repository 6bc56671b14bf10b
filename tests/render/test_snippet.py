from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from qplan.model.duration import Duration
from qplan.model.workload import End, Job, Mode, Options, Pub, Twirling, Workload
from qplan.render.snippet import CHECKED_AGAINST, snippet
from tests.render.runtime_names import unknown_names
from tests.render.samples import KINGSTON, S
from tests.render.snippet_scenes import (
    ESTIMATOR,
    EVERY_OPTION,
    HOSTILE,
    SAMPLER,
    item,
    max_times,
    modes,
    of,
    workloads,
)

JOB, BATCH, SESSION = Mode.JOB, Mode.BATCH, Mode.SESSION
RECORD: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "runtime_api.json").read_text("utf-8"))
PEC = Options(pec_mitigation=True)

VQE = """\
# Written by qplan; the names are those of qiskit-ibm-runtime 0.51.
# Fill in the functions that raise NotImplementedError.
# Workload 'h2o-vqe' in session mode.
from qiskit_ibm_runtime import Estimator, QiskitRuntimeService, Session

backend = QiskitRuntimeService().backend('ibm_kingston')


def energy_pubs(parameters):
    # planned: 2 circuits
    raise NotImplementedError('return your PUBs')


def next_parameters(parameters, result):
    # your optimiser (planned: 2.5 s a step); at first result is None
    raise NotImplementedError('return the next parameters')


OPTIONS = {
    'resilience_level': 1,
    'default_shots': 4096,
    'execution': {'rep_delay': 0.0001},
}

with Session(backend=backend, max_time='15m') as session:
    estimator = Estimator(mode=session, options=OPTIONS)
    parameters = result = None
    for _ in range(40):
        parameters = next_parameters(parameters, result)
        job = estimator.run(energy_pubs(parameters))
        result = job.result()

# Limits in seconds: session.details()["max_time"] and ["interactive_timeout"].
# REST: PATCH /sessions/{id} accepting_jobs=false closes, DELETE .../close cancels.
# Usage: session.usage(); of each job: job.usage(); its times: job.metrics().
"""


def body(workload: Workload, mode: Mode, max_time_us: int | None = None) -> str:
    """The part of a snippet that runs: what stands behind the placeholders."""
    return snippet(workload, mode, max_time_us).split("'return your PUBs')\n")[-1]


def within(program: str) -> str:
    """The lines inside the batch or session."""
    lines = program.splitlines()
    first = next(i for i, line in enumerate(lines) if re.match(r"with |\) as |\):", line) and line.endswith(":"))
    inner = []
    for line in lines[first + 1 :]:
        if line and not line.startswith(" "):
            break
        inner.append(line)
    return "\n".join(inner)


def test_p_04_a_loop_in_a_session_is_a_program_to_the_letter() -> None:
    options = Options(resilience_level=1, rep_delay_s=0.0001)
    pubs = (Pub(circuits=2, shots=4096),)
    loop = item(iterations=40, think=Duration.fixed(2_500_000), options=options, pubs=pubs)
    assert snippet(of(loop), SESSION, 900 * S) == VQE


def test_p_04_a_single_job_needs_neither_batch_nor_limit() -> None:
    program = snippet(of(item("bell", SAMPLER)), JOB, 900 * S)
    assert "sampler = Sampler(mode=backend)\njob = sampler.run(bell_pubs())\nresult = job.result()\n" in program
    assert "max_time" not in program
    assert "with " not in program


def test_p_04_a_batch_sends_all_jobs_before_it_waits_and_closes_before_the_results() -> None:
    program = body(of(item("part", SAMPLER, count=5), item("check")), BATCH)
    inner = within(program)
    assert "part_jobs = [sampler.run(part_pubs(number)) for number in range(5)]" in inner
    assert "check_job = estimator.run(check_pubs())" in inner
    assert "result()" not in inner
    assert "\n\npart_results = [job.result() for job in part_jobs]\ncheck_result = check_job.result()\n" in program


@pytest.mark.parametrize(
    ("max_time_us", "written"),
    [
        pytest.param(None, "Batch(backend=backend) as", id="none: the service's own"),
        pytest.param(9_000 * S, "max_time='2h 30m'", id="hours and minutes"),
        pytest.param(61 * S, "max_time='1m 1s'", id="seconds"),
        pytest.param(60 * S + 1, "max_time='1m 1s'", id="up to whole seconds, so no healthy run is cut"),
        pytest.param(28_800 * S, "max_time='8h'", id="the system's maximum stays what it is"),
        pytest.param(1, "max_time='1s'", id="never nothing"),
    ],
)
def test_p_04_max_time_is_written_as_qiskit_reads_it(max_time_us: int | None, written: str) -> None:
    assert written in snippet(of(item(count=2)), BATCH, max_time_us)


@pytest.mark.parametrize(("mode", "place"), [(BATCH, "batch"), (SESSION, "session")])
def test_p_04_p_05_p_06_comments_tell_limits_usage_and_rest(mode: Mode, place: str) -> None:
    program = snippet(of(item(count=2)), mode, None)
    for told in (
        f'{place}.details()["max_time"]',
        f"{place}.usage()",
        "PATCH /sessions/{id} accepting_jobs=false closes",
        "DELETE .../close cancels",
        "job.usage()",
        "job.metrics()",
    ):
        assert told in program
    assert "sessions" not in snippet(of(item(count=2)), JOB, None)


def test_p_05_a_job_tells_its_usage_without_a_batch() -> None:
    assert "# Usage: job.usage(); times: job.metrics().\n" in snippet(of(item()), JOB, None)


def test_p_06_s_08_copies_share_a_session_as_threads_with_tags_of_their_own() -> None:
    program = snippet(of(item("spsa", iterations=9, copies=2)), SESSION, None)
    assert "def run_spsa(session, copy):\n    estimator = Estimator(mode=session)\n" in program
    assert "    estimator.options.environment.job_tags = ['spsa', f'copy {copy}']\n" in program
    inner = within(program)
    assert "futures = [pool.submit(run_spsa, session, copy) for copy in range(2)]" in inner
    assert "result()" not in inner
    assert "\n\nresults = [future.result() for future in futures]\n" in program


def test_s_08_loops_of_their_own_are_threads_too() -> None:
    program = snippet(of(item("cobyla", iterations=3), item("nelder-mead", iterations=3)), SESSION, None)
    assert "with Session(backend=backend) as session, ThreadPoolExecutor(max_workers=2) as pool:\n" in program
    assert "    cobyla_future = pool.submit(run_cobyla, session)\n" in program
    assert "    nelder_mead_future = pool.submit(run_nelder_mead, session)\n" in program
    assert "job_tags = ['nelder-mead']" in program


@pytest.mark.parametrize(
    ("items", "threads"),
    [
        pytest.param((item(iterations=3),), False, id="one loop"),
        pytest.param((item("a"), item("b"), item("c")), False, id="independent jobs"),
        pytest.param((item(copies=3),), False, id="copies of a plain job are just more jobs"),
        pytest.param((item("a"), item("b", after=("a",)), item("c", after=("b",))), False, id="chain"),
        pytest.param((item("a"), item("b", after=("a",)), item("c", after=("a",))), False, id="two after the same"),
        pytest.param((item("a", iterations=2), item("b", after=("a",))), False, id="a loop, then a job"),
        pytest.param((item("a"), item("b", iterations=2)), False, id="a job beside a loop is sent before it"),
        pytest.param((item("a", iterations=2), item("b", iterations=2)), True, id="two loops"),
        pytest.param(
            (item("a", iterations=2), item("b", iterations=2, after=("a",))), False, id="one loop after the other"
        ),
        pytest.param((item("a"), item("b"), item("c", after=("a",)), item("d", after=("b",))), True, id="two chains"),
        pytest.param(
            (item("a"), item("b"), item("c", after=("a", "b")), item("d", after=("b",))),
            True,
            id="the later one could go first",
        ),
    ],
)
def test_threads_stand_only_where_one_thread_would_delay_something(items: Any, threads: bool) -> None:
    assert ("ThreadPoolExecutor" in snippet(of(*items), SESSION, None)) is threads


def test_dependent_items_follow_what_they_wait_for_whatever_the_files_order() -> None:
    program = body(of(item("final", after=("vqe",)), item("vqe", iterations=3), item("probe")), SESSION)
    order = [program.index(sent) for sent in ("probe_job =", "for _ in range(3)", "final_job =")]
    assert order == sorted(order)
    assert "final_job = estimator.run(final_pubs(vqe_result))" in program


def test_a_thread_waits_for_the_future_of_what_it_depends_on() -> None:
    program = snippet(of(item("a", iterations=2, copies=2), item("b", after=("a",))), SESSION, None)
    assert "def run_b(session, a_futures):" in program
    assert "    a_results = [future.result()[1] for future in a_futures]\n" in program
    assert "    b_future = pool.submit(run_b, session, a_futures)\n" in program


@pytest.mark.parametrize("mode", [BATCH, SESSION])
def test_end_cancel_stops_at_the_result_the_workload_names(mode: Mode) -> None:
    program = body(of(item(count=9), end=End.CANCEL, cancel_after=3), mode)
    inner = within(program)
    assert "    while sum(job.in_final_state() for job in jobs) < 3:\n" in inner
    assert f"    {mode}.cancel()" in inner
    assert "results = [job.result() for job in jobs if job.done()]\n" in program.replace(inner, "")


def test_end_cancel_in_a_loop_counts_the_results_of_all() -> None:
    program = snippet(of(item(iterations=9, copies=2), end=End.CANCEL, cancel_after=12), SESSION, None)
    assert "        if next(arrived) == 12:\n            session.cancel()\n" in program
    assert "        result = collect([job])[0]\n" in program
    assert "    with suppress(IBMRuntimeError):\n        results.append(future.result())\n" in program


@pytest.mark.parametrize(
    "container",
    [
        pytest.param({"end": End.NONE}, id="none"),
        pytest.param({"end": End.CANCEL, "cancel_after": 3}, id="cancel that is never met is none"),
    ],
)
def test_end_none_leaves_the_session_open_and_says_so(container: Any) -> None:
    program = snippet(of(item(count=2), **container), SESSION, None)
    assert "(end: none)" in program
    assert "\nsession = Session(backend=backend)\n" in program
    assert "cancel()" not in program.split("# Limits")[0]


def test_s_11_noise_is_learned_once_in_a_session_and_by_each_job_elsewhere() -> None:
    learned = of(item("evolve", iterations=6, options=PEC))
    session = snippet(learned, SESSION, None)
    assert "    noise = learner.run(evolve_circuits()).result()\n" in session
    assert "    estimator.options.resilience.layer_noise_model = noise\n" in session
    assert "NoiseLearner" not in snippet(learned, JOB, None)
    assert "NoiseLearner" not in snippet(learned, BATCH, None)
    assert "NoiseLearner" in snippet(of(*learned.items, reuse=True), BATCH, None)
    assert "NoiseLearner" not in snippet(of(item(options=PEC)), SESSION, None)


def test_a_stored_noise_model_is_a_placeholder() -> None:
    program = snippet(of(item(options=replace(PEC, layer_noise_model=True))), JOB, None)
    assert "def energy_noise():\n    raise NotImplementedError('return your noise model')\n" in program
    assert "estimator.options.resilience.layer_noise_model = energy_noise()\n" in program


def test_p_03_a_simulator_runs_locally() -> None:
    fake = snippet(of(item(), backend=replace(KINGSTON, name="fake_fez", simulator=True)), JOB, None)
    assert "backend = QiskitRuntimeService(channel='local').backend('fake_fez')\n" in fake
    without_profile = snippet(of(item(), backend=replace(KINGSTON, name="fake_manila")), JOB, None)
    assert "backend = QiskitRuntimeService(channel='local').backend('fake_manila')\n" in without_profile
    other = snippet(of(item(), backend=replace(KINGSTON, name="simulator", simulator=True)), JOB, None)
    assert "backend = QiskitRuntimeService(channel='local').least_busy()\n" in other


def options_in(program: str) -> Any:
    """The dictionary bound to OPTIONS, ``None`` without one."""
    for node in ast.parse(program).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "OPTIONS":
            return ast.literal_eval(node.value)
    return None


@pytest.mark.parametrize(
    ("job", "written"),
    [
        pytest.param(Job(name="j"), None, id="nothing set, nothing written"),
        pytest.param(Job(name="j", pubs=(Pub(shots=100), Pub(shots=100))), {"default_shots": 100}, id="equal shots"),
        pytest.param(Job(name="j", pubs=(Pub(shots=100), Pub(shots=200))), None, id="unequal shots"),
        pytest.param(Job(name="j", pubs=(Pub(precision=0.1),)), None, id="a sampler knows no precision"),
        pytest.param(
            Job(name="j", primitive=ESTIMATOR, pubs=(Pub(precision=0.1),)), {"default_precision": 0.1}, id="precision"
        ),
        pytest.param(
            Job(name="j", options=Options(resilience_level=1, max_execution_time_s=60)),
            {"max_execution_time": 60},
            id="a sampler knows no resilience",
        ),
        pytest.param(
            Job(
                name="j",
                pubs=(Pub(shots=1000),),
                options=Options(twirling=Twirling(num_randomizations=8, shots_per_randomization=64)),
            ),
            {"twirling": {"num_randomizations": 8, "shots_per_randomization": 64}},
            id="twirling sizes outrank default_shots",
        ),
        pytest.param(
            Job(name="j", primitive=ESTIMATOR, pubs=(Pub(shots=2048),), options=EVERY_OPTION),
            {
                "resilience_level": 2,
                "default_shots": 2048,
                "max_execution_time": 300,
                "execution": {"init_qubits": False, "rep_delay": 0.0002},
                "twirling": {
                    "enable_gates": True,
                    "enable_measure": False,
                    "num_randomizations": 32,
                    "shots_per_randomization": 64,
                },
                "resilience": {
                    "measure_mitigation": True,
                    "measure_noise_learning": {"num_randomizations": 16, "shots_per_randomization": 64},
                    "zne_mitigation": True,
                    "zne": {"amplifier": "gate_folding_front", "noise_factors": [1, 1.5, 3]},
                    "pec_mitigation": False,
                    "layer_noise_learning": {
                        "max_layers_to_learn": 3,
                        "shots_per_randomization": 64,
                        "num_randomizations": 8,
                        "layer_pair_depths": [0, 1, 4],
                    },
                    "pec": {"max_overhead": 50},
                },
            },
            id="every option",
        ),
        pytest.param(
            Job(
                name="j",
                primitive=ESTIMATOR,
                options=replace(Options(), measure_noise_learning=replace(EVERY_OPTION.measure_noise_learning)),
            ),
            {
                "resilience": {
                    "measure_mitigation": True,
                    "measure_noise_learning": {"num_randomizations": 16, "shots_per_randomization": 64},
                }
            },
            id="the client wants measure_mitigation said beside its learning",
        ),
    ],
)
def test_options_are_those_the_workload_sets_under_qiskits_names(job: Job, written: Any) -> None:
    workload = of(replace(item(), jobs=(job,)))
    assert options_in(snippet(workload, JOB, None)) == written


def test_equal_options_share_a_primitive_and_others_do_not() -> None:
    shared = body(of(item("plus"), item("minus")), JOB)
    assert shared.count("Estimator(") == 1
    apart = body(of(item("plus"), item("minus", options=Options(resilience_level=0))), JOB)
    assert "plus_estimator = Estimator(mode=backend)\n" in apart
    assert "minus_estimator = Estimator(mode=backend, options=OPTIONS)\n" in apart


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("mode", Mode)
def test_hostile_names_stay_text(name: str, mode: Mode) -> None:
    backend = replace(KINGSTON, name=name)
    items = item(name, iterations=2), item(f"{name} ", iterations=2)
    program = snippet(of(*items, backend=backend, name=name), mode, None)
    tree = ast.parse(program)
    chosen = next(node for node in tree.body if isinstance(node, ast.Assign))
    assert isinstance(chosen.value, ast.Call)
    assert ast.literal_eval(chosen.value.args[0]) == name
    assert {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names} <= {
        *RECORD["modules"]["qiskit_ibm_runtime"],
        "ThreadPoolExecutor",
    }
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))


@settings(max_examples=150, deadline=None)
@given(workload=workloads(), mode=modes, max_time_us=max_times)
def test_any_workload_gives_a_program_of_known_names_that_compiles(
    workload: Workload, mode: Mode, max_time_us: int | None
) -> None:
    program = snippet(workload, mode, max_time_us)
    compile(program, "snippet", "exec")
    assert unknown_names(program, RECORD) == []
    assert [line for line in program.split("\n") if len(line) > 88 or line != line.rstrip()] == []
    assert program.isprintable() or all(line.isprintable() for line in program.split("\n"))
    assert tokenize.detect_encoding(io.BytesIO(program.encode()).readline)[0] == "utf-8"
    assert undefined(program) == set()
    assert twice_defined(program) == []


def undefined(program: str) -> set[str]:
    """Names that are read but bound nowhere."""
    tree, bound = ast.parse(program), {*dir(__builtins__), *vars(__import__("builtins"))}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                bound.add(name)
            case ast.alias(name=name):
                bound.add(name)
            case _:
                pass
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - bound


def twice_defined(program: str) -> list[str]:
    """Functions and constants of one name: the later would hide the earlier."""
    names = [node.name for node in ast.parse(program).body if isinstance(node, ast.FunctionDef)]
    names += re.findall(r"^(\w*OPTIONS) = ", program, re.M)
    return sorted({name for name in names if names.count(name) > 1})


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("from qiskit_ibm_runtime import Batsch", "qiskit_ibm_runtime.Batsch"),
        ("session = Session(backned=backend)", "Session(backned=)"),
        ("session.stop()", "Session.stop"),
        ("job = sampler.run(pubs)\njob.results()", "RuntimeJobV2.results"),
        ("OPTIONS = {'execution': {'rep_delays': 1}}\nSampler(options=OPTIONS)", "Sampler option execution.rep_delays"),
        ("Sampler(options={'resilience': {}})", "Sampler option resilience"),
        ("estimator = Estimator()\nestimator.options.job_tags = []", "Estimator option job_tags"),
        ("pool.shutdown()", "pool.shutdown"),
    ],
)
def test_the_check_of_names_finds_a_wrong_one(program: str, problem: str) -> None:
    assert problem in unknown_names(program, RECORD)


def test_comments_name_only_what_the_package_has() -> None:
    program = snippet(of(item(count=2)), SESSION, None)
    called = re.findall(r"\b(session|job)\.(\w+)\(\)", program)
    kinds = {"session": "Session", "job": "RuntimeJobV2"}
    assert called
    assert [name for place, name in called if name not in RECORD["members"][kinds[place]]] == []
    keys = re.findall(r'\["(\w+)"\]', program)
    assert keys == ["max_time", "interactive_timeout"]
    assert set(keys) <= set(RECORD["details"])


def test_the_header_names_the_release_that_was_recorded() -> None:
    assert RECORD["version"].startswith(f"{CHECKED_AGAINST}.")
