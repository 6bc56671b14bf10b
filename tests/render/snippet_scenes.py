"""Workloads for snippets: short builders, and random ones with names of any text."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from qplan.model.backend import Backend
from qplan.model.duration import Duration
from qplan.model.workload import (
    End,
    Item,
    Job,
    LayerNoiseLearning,
    MeasureNoiseLearning,
    Mode,
    Options,
    Primitive,
    Pub,
    Twirling,
    Workload,
)
from tests.render.samples import KINGSTON, S, workload

SAMPLER, ESTIMATOR = Primitive.SAMPLER, Primitive.ESTIMATOR
HOSTILE = (
    "",
    "'",
    '"""',
    "'''; import os; os.remove('x') #",
    "\\",
    "a\nimport os",
    "\r",
    "\0",
    "\u202eevil\u2066",
    "\ud800",
    "coding: utf-7",
    "{0.__class__}",
    "{copy}",
    "%s",
    "class",
    "print",
    "session",
    "results",
    "energy pubs",
    "energy_pubs",
    "1st",
    "énergie",
    "測定",
    "\U0001f600",
    "x" * 500,
    "\U000e0001" * 300,
    "Estimator",
    "```\n::error::",
)
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))


def item(
    name: str = "energy",
    primitive: Primitive = ESTIMATOR,
    *,
    count: int = 1,
    iterations: int = 1,
    copies: int = 1,
    after: tuple[str, ...] = (),
    think: Duration | None = None,
    options: Options = Options(),
    pubs: tuple[Pub, ...] = (Pub(),),
) -> Item:
    """An item of one job, of the same name."""
    job = Job(name=name, primitive=primitive, pubs=pubs, options=options, count=count)
    return Item(
        name=name, jobs=(job,), iterations=iterations, copies=copies, after=after, think=think, is_loop=iterations > 1
    )


def of(
    *items: Item,
    end: End = End.CLOSE,
    cancel_after: int | None = None,
    reuse: bool = False,
    backend: Backend = KINGSTON,
    name: str = "h2o-vqe",
) -> Workload:
    """A workload whose batch and session end alike."""
    made = workload(name=name, backend=backend)
    container = replace(made.session, end=end, cancel_after=cancel_after, reuse_noise_model=reuse)
    return replace(made, items=items, session=container, batch=container)


EVERY_OPTION = Options(
    resilience_level=2,
    max_execution_time_s=300,
    rep_delay_s=0.0002,
    init_qubits=False,
    measure_mitigation=True,
    measure_noise_learning=MeasureNoiseLearning(num_randomizations=16, shots_per_randomization=64),
    zne_mitigation=True,
    zne_noise_factors=(1.0, 1.5, 3.0),
    zne_amplifier="gate_folding_front",
    pec_mitigation=False,
    pec_max_overhead=50.0,
    layer_noise_learning=LayerNoiseLearning(
        max_layers_to_learn=3, shots_per_randomization=64, num_randomizations=8, layer_pair_depths=(0, 1, 4)
    ),
    twirling=Twirling(enable_gates=True, enable_measure=False, num_randomizations=32, shots_per_randomization=64),
)

maybe_bool = st.sampled_from([None, True, False])
sizes = st.none() | st.integers(1, 1000)
options = st.builds(
    Options,
    resilience_level=st.sampled_from([None, 0, 1, 2]),
    max_execution_time_s=sizes,
    rep_delay_s=st.none() | st.floats(0, 0.004),
    init_qubits=st.booleans(),
    measure_mitigation=maybe_bool,
    measure_noise_learning=st.builds(MeasureNoiseLearning, num_randomizations=sizes, shots_per_randomization=sizes),
    zne_mitigation=maybe_bool,
    zne_noise_factors=st.none() | st.lists(st.floats(1, 9), min_size=2, max_size=40).map(tuple),
    zne_amplifier=st.sampled_from([None, "gate_folding", "pea"]),
    pec_mitigation=maybe_bool,
    pec_max_overhead=st.sampled_from([None, 100.0, 7.5]),
    layer_noise_learning=st.builds(LayerNoiseLearning, max_layers_to_learn=sizes, num_randomizations=sizes),
    layer_noise_model=st.booleans(),
    twirling=st.builds(Twirling, enable_gates=maybe_bool, num_randomizations=sizes, shots_per_randomization=sizes),
)
pubs = st.lists(
    st.builds(
        Pub,
        circuits=st.integers(1, 10**6),
        shots=st.none() | st.integers(1, 10**6),
        precision=st.none() | st.floats(0.001, 0.5),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """Any workload that a file can describe, and names that none should."""
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    items: list[Item] = []
    for number, name in enumerate(names):
        inner = draw(st.lists(NAMES, max_size=2, unique=True))
        jobs = tuple(
            Job(
                name=job,
                primitive=draw(st.sampled_from(Primitive)),
                pubs=draw(pubs),
                options=draw(st.sampled_from([Options(), EVERY_OPTION]) | options),
                count=draw(st.sampled_from([1, 1, 3, 100_000])),
            )
            for job in dict.fromkeys([name, *(f"{number} {other}" for other in inner)])
        )
        items.append(
            Item(
                name=name,
                jobs=jobs,
                iterations=draw(st.sampled_from([1, 1, 2, 60])),
                copies=draw(st.sampled_from([1, 1, 2, 7])),
                after=tuple(draw(st.lists(st.sampled_from(names[:number]), unique=True))) if number else (),
                think=draw(st.sampled_from([None, Duration.fixed(0), Duration.fixed(2_500_000)])),
            )
        )
    return of(
        *draw(st.permutations(items)),
        end=draw(st.sampled_from(End)),
        cancel_after=draw(st.none() | st.integers(1, 20)),
        reuse=draw(st.booleans()),
        backend=replace(KINGSTON, name=draw(NAMES), simulator=draw(st.booleans())),
        name=draw(NAMES),
    )


modes = st.sampled_from(Mode)
max_times = st.none() | st.integers(1, 28_800 * S)
