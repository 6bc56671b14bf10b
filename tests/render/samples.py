"""Reports built by hand, small enough to check by eye."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from qplan.errors import Mark, Problem, Severity
from qplan.model.account import Account, CostQuantity, Figures, Odds, Quantity
from qplan.model.backend import Backend
from qplan.model.comparison import (
    Action,
    Alternative,
    BreakEven,
    Comparison,
    Objective,
    Reason,
    Recommendation,
)
from qplan.model.duration import Duration
from qplan.model.fact import Fact, Rule, Status
from qplan.model.report import Report, Sampling
from qplan.model.trace import Columns, Phase, Span
from qplan.model.usage import Term, UsageModel
from qplan.model.workload import (
    ClassicalDefaults,
    Container,
    Item,
    Job,
    Mode,
    QueueModel,
    UsageSettings,
    Workload,
)
from tests.scenes import backend_of, plan_of

S = 1_000_000
PRICE = Decimal("1.60")
MODES = (Mode.JOB, Mode.BATCH, Mode.SESSION)

MODEL = UsageModel(
    name="measured",
    per_job_s={"sampler": Decimal("1.5")},
    per_circuit_s=Decimal("0.02"),
    per_execution_s=Decimal(0),
    automatic_trex_share=Decimal(0),
    counts_reset=True,
    rounding="nearest",
    minimum_s=Decimal(1),
    band_low=Decimal("0.8"),
    band_high=Decimal("1.3"),
)
KINGSTON = backend_of(name="ibm_kingston", lanes=5, qubits=156, processor="Heron r2")
MIAMI = backend_of(name="ibm_miami", lanes=5, qubits=120, processor="Nighthawk r1", rep_delay_s=0.004)
PAYG = plan_of(name="pay-as-you-go", price_per_second=PRICE)
FACTS = (
    Fact(
        name="queue wait",
        value="p50 11 min, p90 4 h, at most 32 h",
        source="https://example.org/papers/queues-of-quantum-machines/table-3.html",
        status=Status.PUBLISHED,
        date="2024-07-01",
    ),
    Fact(
        name="batch interactive TTL",
        value="1 s",
        source="https://quantum.example.com/docs/en/guides/execution-modes-faq#batch-time-to-live",
        status=Status.MEASURED,
        date="2026-05-20",
    ),
    Fact(
        name="background",
        value="none: no foreign job, no calibration",
        source="the file says nothing of it",
        status=Status.ASSUMED,
    ),
    Fact(name="think", value="5 s", source="vqe.yaml:14", status=Status.USER),
)


def workload(name: str = "h2o-vqe", file: str = "vqe.yaml", backend: Backend = KINGSTON) -> Workload:
    """A workload of one job; its figures come with the report."""
    container = Container(interactive_ttl_us=60 * S, max_time_us=28_800 * S)
    zero = Duration.fixed(0)
    return Workload(
        name=name,
        file=file,
        items=(Item(name="energy", jobs=(Job(name="energy"),), iterations=3),),
        backend=backend,
        plan=PAYG,
        queue=QueueModel(name="fixed", wait=Duration.fixed(100 * S)),
        session=container,
        batch=container,
        usage=UsageSettings(model=MODEL),
        classical=ClassicalDefaults(before=zero, after=zero, think=zero),
    )


def figures(
    usage_s: int,
    wall_s: int,
    queue_s: int,
    *,
    jobs: int = 3,
    activations: int = 0,
    windows_s: tuple[tuple[int, int], ...] = (),
    price: Decimal | None = PRICE,
    failed: int = 0,
    cancelled: int = 0,
    not_submitted: int = 0,
    retries: int = 0,
    ttl_cut: bool = False,
) -> Figures:
    """One replication, times in seconds."""
    return Figures(
        usage_us=usage_s * S,
        wall_us=wall_s * S,
        queue_us=queue_s * S,
        quantum_us=6 * jobs * S,
        charged_us=6 * jobs * S,
        drift_us=36 * S,
        lane_held_us=10 * jobs * S,
        lane_span_us=5 * 40 * S,
        cost=None if price is None else price * usage_s,
        completed=jobs - failed - cancelled - not_submitted,
        failed=failed,
        cancelled=cancelled,
        not_submitted=not_submitted,
        queued=0,
        retries=retries,
        activations=activations,
        windows_us=tuple((start * S, end * S) for start, end in windows_s),
        ttl_cut=ttl_cut,
    )


def spans(*rows: tuple[str, Phase, int | None, int, int]) -> tuple[Span, ...]:
    """Spans from (job, phase, lane, start_s, end_s)."""
    return tuple(Span(job=j, phase=p, lane=n, start_us=a * S, end_us=b * S) for j, p, n, a, b in rows)


def session_timeline(iterations: int = 3, wait_s: int = 100) -> tuple[Span, ...]:
    """The session of the contract's example E2: before 4, qpu 6, think 5."""
    rows: list[tuple[str, Phase, int | None, int, int]] = [("energy[1]", Phase.QUEUE, None, 0, wait_s)]
    for i in range(iterations):
        start, label = wait_s + 15 * i, f"energy[{i + 1}]"
        rows.append((label, Phase.CLASSICAL_BEFORE, 0, start, start + 4))
        rows.append((label, Phase.QPU, 0, start + 4, start + 10))
        if i + 1 < iterations:
            rows.append((f"energy[{i + 2}]", Phase.THINK, None, start + 10, start + 15))
            rows.append(("", Phase.IDLE, None, start + 10, start + 15))
    return spans(*rows)


def job_timeline(iterations: int = 3, wait_s: int = 100) -> tuple[Span, ...]:
    """Example E2 as single jobs."""
    rows: list[tuple[str, Phase, int | None, int, int]] = []
    for i in range(iterations):
        sent, label = (wait_s + 15) * i, f"energy[{i + 1}]"
        rows.append((label, Phase.QUEUE, None, sent, sent + wait_s))
        rows.append((label, Phase.CLASSICAL_BEFORE, 0, sent + wait_s, sent + wait_s + 4))
        rows.append((label, Phase.QPU, 0, sent + wait_s + 4, sent + wait_s + 10))
        if i + 1 < iterations:
            rows.append((f"energy[{i + 2}]", Phase.THINK, None, sent + wait_s + 10, sent + wait_s + 15))
    return spans(*rows)


JOB = Account(mode=Mode.JOB, runs=(figures(18, 340, 300),), timeline=job_timeline(), end_us=340 * S)
BATCH = Account(
    mode=Mode.BATCH,
    runs=(figures(18, 340, 300, activations=3, windows_s=((100, 111), (215, 226), (330, 340))),),
    timeline=job_timeline(),
    end_us=340 * S,
)
SESSION = Account(
    mode=Mode.SESSION,
    runs=(figures(40, 140, 100, activations=1, windows_s=((100, 140),)),),
    timeline=session_timeline(),
    end_us=140 * S,
)
ADVICE = Recommendation(
    mode=Mode.SESSION,
    objective=Objective.BALANCED,
    headline="Run it as a session: 2.4 times as fast as a batch for 35.20 USD more.",
    reasons=(
        Reason(rule="R-05", text="A variational loop of 3 iterations: a session spares 2 waits of 1 min 40 s."),
        Reason(rule="R-03", text="It costs 64.00 USD against 28.80 USD as a batch.", speaks_for=False),
    ),
    actions=(
        Action(
            kind="max_time",
            rule="S-05",
            text="Set max_time to 2 min: three times the time it is active, so it cuts no healthy run.",
        ),
        Action(
            kind="merge",
            rule="U-03",
            text="Merge the jobs of a step.",
            saves_usage_us=4 * S,
            saves_wall_us=-3 * S,
            saves_cost=Decimal("6.40"),
        ),
    ),
    alternatives=(
        Alternative(
            name="as written",
            mode=Mode.BATCH,
            usage_us=18 * S,
            wall_us=340 * S,
            cost=Decimal("28.80"),
            why_not="2.4 times as slow",
        ),
        Alternative(
            name="as written",
            mode=Mode.JOB,
            usage_us=18 * S,
            wall_us=340 * S,
            cost=Decimal("28.80"),
            why_not="no better than a batch",
        ),
    ),
    break_evens=(
        BreakEven(
            name="queue wait",
            current=Decimal(100),
            value=Decimal("31.5"),
            unit="s",
            flips_to=Mode.BATCH,
            text="Below a wait of 31.5 s a batch is the better choice.",
        ),
    ),
    max_time_us=120 * S,
    snippet=(
        "from qiskit_ibm_runtime import EstimatorV2, QiskitRuntimeService, Session\n\n"
        "service = QiskitRuntimeService()\n"
        "backend = service.backend('ibm_kingston')\n"
        "with Session(backend=backend, max_time='2m') as session:\n"
        "    estimator = EstimatorV2(mode=session)\n"
    ),
)


def vqe() -> Report:
    """Example E2 of the contract: three modes, fixed."""
    return Report(
        workload=workload(),
        comparison=Comparison(
            accounts=(JOB, BATCH, SESSION), reference=Mode.BATCH, cheapest=Mode.JOB, fastest=Mode.SESSION
        ),
        recommendation=ADVICE,
        modes=MODES,
        seed=0,
        replications=1,
        assumptions=FACTS,
        diagnostics=(
            Problem(
                code="QP201",
                message="the batch goes inactive after every iteration: its interactive TTL of 1 s is below think",
                severity=Severity.NOTE,
            ),
        ),
        version="0.1.0",
        data_date="2026-05-20",
    )


def with_accounts(report: Report, *accounts: Account, advice: Recommendation | None = None) -> Report:
    """The report with other accounts."""
    return replace(
        report,
        comparison=replace(report.comparison, accounts=accounts),
        recommendation=advice or report.recommendation,
    )


def open_plan() -> Report:
    """The Open plan: the session refused, nothing to pay, two jobs left undone."""
    free = plan_of(name="open", price_per_second=None, price_reason="not billed: free within the allocation")
    job, batch = (
        replace(
            account,
            runs=(replace(account.runs[0], cost=None, completed=1, cancelled=1, not_submitted=1),),
            cost_reason=free.price_reason,
        )
        for account in (JOB, BATCH)
    )
    refused = Account(mode=Mode.SESSION, runs=(), reason="The Open plan admits no sessions (rule S-09).")
    batch = replace(batch, need=JOB.runs[0])
    advice = replace(ADVICE, mode=Mode.BATCH, headline="Run it as a batch: the Open plan admits no session.")
    report = with_accounts(vqe(), job, batch, refused, advice=advice)
    return replace(report, workload=replace(report.workload, plan=free))


def unknown_price() -> Report:
    """A plan whose price nobody knows."""
    reason = "the price of flex is agreed with each customer; set plan.price_per_second"
    accounts = [
        replace(account, runs=(replace(account.runs[0], cost=None),), cost_reason=reason)
        for account in (JOB, BATCH, SESSION)
    ]
    report = with_accounts(vqe(), *accounts)
    plan = plan_of(name="flex", price_per_second=None, price_reason=reason)
    return replace(report, workload=replace(report.workload, plan=plan))


def column(values: Iterable[int]) -> array[int]:
    """A column of measures."""
    return array("q", values)


def replicated(account: Account, runs: Sequence[Figures], percents: tuple[Decimal, ...] = ()) -> Account:
    """The account over replications: their columns, and the run of median wall-clock kept."""
    ranked = sorted(range(len(runs)), key=lambda i: (runs[i].wall_us, i))
    amounts = [run.cost for run in runs if run.cost is not None]
    used = Quantity.of((run.usage_us for run in runs), percents)
    columns = Columns(
        usage_us=column(run.usage_us for run in runs),
        wall_us=column(run.wall_us for run in runs),
        queue_us=column(run.queue_us for run in runs),
        quantum_us=column(run.quantum_us for run in runs),
        drift_us=column(run.drift_us for run in runs),
        container_us=column(0 for _ in runs),
        completed=column(run.completed for run in runs),
        ttl_cut=column(run.ttl_cut for run in runs),
        limited=column(run.limited for run in runs),
    )
    others = tuple((label, PRICE * us / S) for label, us in used.others)
    return replace(
        account,
        runs=(runs[ranked[(len(runs) - 1) // 2]],),
        columns=columns,
        costs=replace(CostQuantity.of(amounts), others=others) if amounts else None,
        percents=percents,
    )


WAITS = (30, 40, 60, 90, 660, 700, 900, 3600, 15_120, 100_000)
SAMPLING = Sampling(error=0.0421, figure="p90 of wall-clock as a batch")


def spread(*percents: int) -> Report:
    """Ten replications whose queue runs from minutes to hours."""
    asked = tuple(map(Decimal, percents))
    job = replicated(JOB, [figures(18, 3 * w + 40, 3 * w) for w in WAITS], asked)
    batch = replicated(BATCH, [figures(18, 3 * w + 40, 3 * w, activations=3) for w in WAITS], asked)
    session = replicated(SESSION, [figures(38 + i, w + 40, w, activations=1) for i, w in enumerate(WAITS)], asked)
    slow, fast = (Odds(cheapest=1.0 - n, fastest=n, complete=1.0, ttl_cut=0.0) for n in (0.0, 1.0))
    report = with_accounts(vqe(), job, batch, session)
    return replace(report, replications=10, sampling=SAMPLING, odds=(slow, slow, fast))


def risky() -> Report:
    """Ten replications: a maximum TTL cuts three as a session, six as a batch; a deadline, and 45 s left."""
    job = replicated(JOB, [figures(18, 3 * w + 40, 3 * w) for w in WAITS])
    batch = replicated(
        BATCH, [figures(6 if i > 3 else 18, w + 90, w, cancelled=2 if i > 3 else 0, activations=1, ttl_cut=i > 3)
                for i, w in enumerate(WAITS)],
    )  # fmt: skip
    session = replicated(
        SESSION, [figures(38 + i, w + 40, w, failed=1 if i > 6 else 0, activations=1, ttl_cut=i > 6)
                  for i, w in enumerate(WAITS)],
    )  # fmt: skip
    chances = (
        Odds(cheapest=1.0, fastest=0.3, complete=1.0, ttl_cut=0.0, over_allocation=0.0, within_deadline=0.4),
        Odds(cheapest=0.4, fastest=0.0, complete=0.4, ttl_cut=0.6, over_allocation=0.0, within_deadline=0.7),
        Odds(cheapest=0.0, fastest=0.7, complete=0.7, ttl_cut=0.3, over_allocation=0.2, within_deadline=0.8),
    )
    report = with_accounts(vqe(), job, batch, session)
    workload = replace(report.workload, plan=replace(PAYG, remaining_us=45 * S))
    return replace(report, workload=workload, replications=10, sampling=SAMPLING, odds=chances)


def large() -> Report:
    """The widest figures that can be expected."""
    run = replace(
        figures(0, 0, 0, activations=12_345),
        usage_us=9_876_543 * S,
        wall_us=86_400 * 1234 * S,
        queue_us=86_400 * 1200 * S,
        cost=Decimal("15802468.80"),
        completed=99_990,
        failed=10,
    )
    accounts = [replace(account, runs=(run,)) for account in (JOB, BATCH, SESSION)]
    return with_accounts(vqe(), *accounts)


HOSTILE = "::error file=a::x | [l](http://evil.example) @team <b>&<!-- qplan --> \x1b[31m\u202e [red]b[/red] =1+1 `c`"


def hostile() -> Report:
    """Every text of a stranger tries something."""
    base = vqe()
    advice = replace(
        ADVICE,
        headline=HOSTILE,
        reasons=(Reason(rule="R-05", text=HOSTILE),),
        actions=(Action(kind=HOSTILE, rule="S-05", text=HOSTILE),),
        alternatives=(Alternative(name=HOSTILE, mode=Mode.JOB, usage_us=0, wall_us=0, cost=None, why_not=HOSTILE),),
        break_evens=(
            BreakEven(
                name=HOSTILE, current=Decimal(1), value=Decimal(2), unit=HOSTILE, flips_to=Mode.JOB, text=HOSTILE
            ),
        ),
        snippet=f"name = {HOSTILE!r}\n",
    )
    backend, plan = backend_of(name=HOSTILE, lanes=5), plan_of(name=HOSTILE, price_per_second=PRICE)
    refused = Account(mode=Mode.SESSION, runs=(), reason=HOSTILE)
    unpriced = replace(BATCH, runs=(replace(BATCH.runs[0], cost=None),), cost_reason=HOSTILE)
    named = replace(JOB, timeline=tuple(replace(span, job=HOSTILE) for span in JOB.timeline))
    return replace(
        with_accounts(base, named, unpriced, refused, advice=advice),
        workload=replace(workload(HOSTILE, HOSTILE, backend), plan=plan),
        assumptions=(Fact(name=HOSTILE, value=HOSTILE, source=HOSTILE, status=Status.USER),),
        diagnostics=(
            Problem(
                code="QP201",
                message=HOSTILE,
                hint=HOSTILE,
                severity=Severity.WARNING,
                mark=Mark(file=HOSTILE, line=1, column=2),
            ),
        ),
    )


def hostile_spread() -> Report:
    """The same over replications; the odds are the program's own words, the rest is not."""
    report = hostile()
    runs = [figures(18, 3 * w + 40, 3 * w, ttl_cut=w > 900) for w in WAITS]
    job, batch, refused = report.comparison.accounts
    accounts = (replicated(job, runs), replicated(replace(batch, cost_reason=HOSTILE), runs), refused)
    odds = Odds(cheapest=0.5, fastest=0.5, complete=0.5, ttl_cut=0.3, within_budget=0.0004)
    sampling = Sampling(error=2.345, figure=HOSTILE, wanted=0.02)
    return replace(with_accounts(report, *accounts), replications=10, odds=(odds, odds, None), sampling=sampling)


PROBLEMS = (
    Problem(
        code="QP012",
        message="shots is -5",
        hint="write a whole number from 1 up",
        path="jobs[0].shots",
        mark=Mark(file="vqe.yaml", line=12, column=12),
    ),
    Problem(
        code="QP101",
        message="a session with one job brings nothing",
        mark=Mark(file="one.yaml", line=3, column=7),
        severity=Severity.WARNING,
    ),
)
RULE = Rule(
    id="U-02",
    statement="Splitting a job costs an overhead for each part.",
    source="https://quantum.example.com/docs/en/guides/execution-modes",
    date="2026-05-20",
    seen_as="two jobs of 40 circuits cost more than one of 80",
)
TERMS = (
    Term(name="executions", value="49,152", formula="12 circuits x 4096 shots", source="vqe.yaml:9", status="user"),
    Term(name="per job", value="1.5 s", formula="constant", source="measured", status="measured"),
)
