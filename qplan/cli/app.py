"""The commands. Each turns its options into one call and writes the text that comes back.

Nothing heavy is imported here: every command imports what it needs when it runs, so that ``--help`` is instant.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qplan import __version__
from qplan.cli import options as o
from qplan.cli.limit_options import with_limits
from qplan.cli.status import STATUS_HELP, command

app = typer.Typer(
    help="Plan IBM Quantum workloads: cost and wall-clock as jobs, as a batch and as a session, before anything is "
    "submitted.",
    epilog=STATUS_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qplan {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of qplan itself."""


@app.command(epilog="Example: qplan compare workloads/vqe_h2.yaml --timeline")
@command
def compare(
    files: o.Files,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    timeline: o.Timeline = False,
    objective: o.ObjectiveOption = o.ObjectiveChoice.BALANCED,
    deadline: o.Deadline = None,
    budget: o.Budget = None,
    backend: o.Backends = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    seed: o.Seed = 0,
    point: o.Point = False,
    replications: o.Replications = None,
    precision: o.Precision = None,
    quantile: o.Quantiles = None,
    workers: o.Workers = None,
    engine: o.EngineOption = o.EngineChoice.AUTO,
    max_work: o.MaxWork = 100_000_000,
    allow_outside: o.AllowOutside = False,
    max_jobs: o.MaxJobs = 1_000_000,
) -> int:
    """Show the three execution modes side by side."""
    from qplan.cli.draws import DrawOptions
    from qplan.cli.run import Request, compare_files

    draws = DrawOptions(
        seed=seed, replications=replications, precision=precision, quantiles=quantile, workers=workers,
        engine=engine, max_work=max_work,
    )  # fmt: skip
    request = Request(
        files=files, backends=backend, plan=plan, usage_model=usage_model, sets=set_, objective=objective,
        deadline=deadline, budget=budget, timeline=timeline, draws=draws, point=point,
        allow_outside=allow_outside, max_jobs=max_jobs,
    )  # fmt: skip
    return compare_files(request, format, out)


@app.command(epilog="Example: qplan estimate workloads/*.yaml --format json -o base.json")
@command
def estimate(
    files: o.Files,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    timeline: o.Timeline = False,
    backend: o.Backends = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    seed: o.Seed = 0,
    point: o.Point = False,
    replications: o.Replications = None,
    precision: o.Precision = None,
    quantile: o.Quantiles = None,
    workers: o.Workers = None,
    engine: o.EngineOption = o.EngineChoice.AUTO,
    max_work: o.MaxWork = 100_000_000,
    allow_outside: o.AllowOutside = False,
    max_jobs: o.MaxJobs = 1_000_000,
) -> int:
    """Price workloads in the mode that their files ask for."""
    from qplan.cli.draws import DrawOptions
    from qplan.cli.run import Request, estimate_files

    draws = DrawOptions(
        seed=seed, replications=replications, precision=precision, quantiles=quantile, workers=workers,
        engine=engine, max_work=max_work,
    )  # fmt: skip
    request = Request(
        files=files, backends=backend, plan=plan, usage_model=usage_model, sets=set_,
        timeline=timeline, draws=draws, point=point, allow_outside=allow_outside, max_jobs=max_jobs,
    )  # fmt: skip
    return estimate_files(request, format, out)


@app.command(epilog="Example: qplan recommend workloads/vqe_h2.yaml --objective cost --deadline 2h")
@command
def recommend(
    file: o.File,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    objective: o.ObjectiveOption = o.ObjectiveChoice.BALANCED,
    deadline: o.Deadline = None,
    budget: o.Budget = None,
    backend: o.Backends = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    seed: o.Seed = 0,
    point: o.Point = False,
    replications: o.Replications = None,
    precision: o.Precision = None,
    quantile: o.Quantiles = None,
    workers: o.Workers = None,
    engine: o.EngineOption = o.EngineChoice.AUTO,
    max_work: o.MaxWork = 100_000_000,
    allow_outside: o.AllowOutside = False,
    max_jobs: o.MaxJobs = 1_000_000,
) -> int:
    """Say which mode to choose and why, what else to do, and at which figures the choice would flip."""
    from qplan.cli.draws import DrawOptions
    from qplan.cli.run import Request, recommend_file

    draws = DrawOptions(
        seed=seed, replications=replications, precision=precision, quantiles=quantile, workers=workers,
        engine=engine, max_work=max_work,
    )  # fmt: skip
    request = Request(
        files=[file], backends=backend, plan=plan, usage_model=usage_model, sets=set_, objective=objective,
        deadline=deadline, budget=budget, draws=draws, point=point, allow_outside=allow_outside, max_jobs=max_jobs,
    )  # fmt: skip
    return recommend_file(request, format, out)


@app.command(epilog="Example: qplan sensitivity workloads/vqe_h2.yaml --mode session")
@command
def sensitivity(
    file: o.File,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    mode: Annotated[
        o.ModeChoice | None,
        typer.Option("--mode", help="In this mode; else in the file's, else in the recommended one."),
    ] = None,
    backend: o.Backends = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    seed: o.Seed = 0,
    replications: o.Replications = None,
    workers: o.Workers = None,
    engine: o.EngineOption = o.EngineChoice.AUTO,
    max_work: o.MaxWork = 100_000_000,
    allow_outside: o.AllowOutside = False,
    max_jobs: o.MaxJobs = 1_000_000,
) -> int:
    """Rank the inputs by their share of cost and wall-clock, and of how much these vary."""
    from qplan.cli.draws import DrawOptions
    from qplan.cli.run import Request
    from qplan.cli.sensitivity import sensitivity_of_file

    draws = DrawOptions(seed=seed, replications=replications, workers=workers, engine=engine, max_work=max_work)
    request = Request(
        files=[file], backends=backend, plan=plan, usage_model=usage_model, sets=set_,
        draws=draws, allow_outside=allow_outside, max_jobs=max_jobs,
    )  # fmt: skip
    return sensitivity_of_file(request, mode, format, out)


@app.command(epilog="Example: qplan validate workloads/*.yaml")
@command
def validate(
    files: o.Files,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    backend: o.Backends = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    allow_outside: o.AllowOutside = False,
    max_jobs: o.MaxJobs = 1_000_000,
) -> int:
    """Check workload files and tell every problem, without simulating."""
    from qplan.cli.run import Request, validate_files

    request = Request(
        files=files, backends=backend, plan=plan, usage_model=usage_model, sets=set_,
        allow_outside=allow_outside, max_jobs=max_jobs,
    )  # fmt: skip
    return validate_files(request, format, out)


@app.command(epilog="Examples: qplan explain S-02 · qplan explain QP301 · qplan explain workloads/vqe_h2.yaml -F usage")
@command
def explain(
    subject: Annotated[str, typer.Argument(metavar="RULE|CODE|FILE", help="A rule id, a code, or a workload file.")],
    figure: Annotated[
        str | None, typer.Option("--figure", "-F", help="Which figure: quantum, usage, cost, wall or all.")
    ] = None,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    backend: o.Backends = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    allow_outside: o.AllowOutside = False,
) -> int:
    """Explain a rule, a diagnostic, or how a figure of a workload comes about."""
    from qplan.cli.run import Request, explain_subject

    request = Request(
        files=[subject], backends=backend, plan=plan, usage_model=usage_model, sets=set_,
        allow_outside=allow_outside,
    )  # fmt: skip
    return explain_subject(request, figure, format, out)


@app.command(epilog="Example: qplan calibrate receipts/*.json -o phoenix.yaml")
@command
def calibrate(
    receipts: Annotated[
        list[str], typer.Argument(metavar="RECEIPTS...", help="Receipts: JSON, CSV or YAML; - for stdin.")
    ],
    workload: Annotated[
        str | None, typer.Option("--workload", "-w", metavar="FILE", help="Workload of receipts that name none.")
    ] = None,
    job: Annotated[str | None, typer.Option("--job", "-j", help="Job of receipts that name none.")] = None,
    backend: Annotated[
        str | None, typer.Option("--backend", "-b", metavar="NAME", help="Backend of receipts that name none.")
    ] = None,
    prior: Annotated[
        str, typer.Option("--prior", metavar="MODEL", help="Shipped usage model to start from.")
    ] = "measured",
    format: o.Format = o.FormatChoice.TABLE,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FILE", help="Write the profile (a usage model) to FILE.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")] = False,
    allow_outside: o.AllowOutside = False,
) -> int:
    """Fit a usage model of your own to what you were charged."""
    from qplan.cli.calibrate import Receipts, calibrate_receipts

    asked = Receipts(
        files=receipts, workload=workload or "", job=job or "", backend=backend or "", allow_outside=allow_outside
    )
    return calibrate_receipts(asked, prior, format, out, force=force)


@app.command(
    "import",
    epilog="Needs pip install 'qplan[qiskit]'. Examples: "
    "qplan import ghz.qasm --backend fake_fez --transpile 1 -o ghz.yaml · "
    "qplan import ansatz.qpy --observables h2.txt --parameter-sets 60 -o vqe.yaml",
)
@command
def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="QPY or OpenQASM 2 or 3, folders of them; - for stdin.")
    ],
    backend: Annotated[
        str | None,
        typer.Option("--backend", "-b", metavar="DEVICE", help="A profile, a fake backend or conf.json,props.json."),
    ] = None,
    transpile: Annotated[
        int | None, typer.Option("--transpile", metavar="LEVEL", min=0, max=3, help="Map circuits to the device.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="Seed of the transpiler.")] = 0,
    primitive: Annotated[
        o.PrimitiveChoice | None, typer.Option("--primitive", help="Sampler, unless there are observables.")
    ] = None,
    shots: Annotated[int | None, typer.Option("--shots", min=1, max=10**9, help="Shots of each circuit.")] = None,
    precision: Annotated[
        float | None,
        typer.Option("--precision", min=1e-6, max=1, help="Standard error that the estimator is to reach."),
    ] = None,
    observables: Annotated[
        str | None, typer.Option("--observables", metavar="FILE", help="Pauli terms: lines such as ZZI 0.5, or JSON.")
    ] = None,
    parameters: Annotated[
        str | None, typer.Option("--parameters", metavar="FILE", help="Values of parameters: JSON, CSV or .npy.")
    ] = None,
    parameter_sets: Annotated[
        int | None,
        typer.Option("--parameter-sets", metavar="N", min=1, max=1_000_000, help="So many sets of values to come."),
    ] = None,
    resilience_level: Annotated[
        int | None, typer.Option("--resilience-level", min=0, max=2, help="How much mitigation (estimator).")
    ] = None,
    measure_all: Annotated[
        bool, typer.Option("--measure-all", help="Measure every qubit of circuits that measure none.")
    ] = False,
    job_per: Annotated[
        o.JobPerChoice, typer.Option("--job-per", help="One job of all circuits, of each file or of each circuit.")
    ] = o.JobPerChoice.ALL,
    name: Annotated[str | None, typer.Option("--name", help="Name of the workload; the file's unless said.")] = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="NAME", help="Price plan of the workload.")] = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="Read QPY of versions that can carry code: only if it is yours.")
    ] = False,
    out: Annotated[str | None, typer.Option("--out", "-o", metavar="FILE", help="Write the workload to FILE.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")] = False,
) -> int:
    """Make a workload file of circuits: their durations on a device, PUBs, jobs."""
    from qplan.bridge.importing import ImportRequest, JobPer
    from qplan.cli.import_ import import_circuits

    request = ImportRequest(
        paths=files, backend=backend, level=transpile, seed=seed, primitive=primitive, shots=shots,
        precision=precision, observables=observables, parameters=parameters, parameter_sets=parameter_sets,
        measure_all=measure_all, resilience_level=resilience_level, name=name, plan=plan,
        job_per=JobPer(job_per), trust=trust,
    )  # fmt: skip
    return import_circuits(request, out, force=force)


@app.command(
    epilog="Needs pip install 'qplan[qiskit]' and a saved QiskitRuntimeService account; no token is shown or stored. "
    "Examples: qplan pull --since 2026-09-01 --backend ibm_fez -o receipts.json · "
    "qplan pull --jobs 'energy[1]=d3abc' 'energy[2]=d3abd' --workload vqe.yaml -o receipts.json"
)
@command
def pull(
    more: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Jobs by their ids, as --jobs.")] = None,
    jobs: Annotated[
        list[str] | None,
        typer.Option("--jobs", metavar="ID...", help="These jobs; LABEL=ID says which job of --workload it is."),
    ] = None,
    session: Annotated[
        str | None, typer.Option("--session", metavar="ID", help="The jobs of a session or batch, and its details.")
    ] = None,
    backend: Annotated[str | None, typer.Option("--backend", "-b", metavar="NAME", help="Jobs on this QPU.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Jobs with this tag; repeatable: with all.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="Jobs created then or later: a day or an instant.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="Jobs created then or earlier; a day counts whole.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=0, max=10_000, help="The newest so many; 100 unless said, 0 for none.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="Name of the saved account; else the default one.")
    ] = None,
    instance: Annotated[
        str | None, typer.Option("--instance", metavar="CRN", help="Instance, in place of the account's.")
    ] = None,
    workload: Annotated[
        str | None, typer.Option("--workload", "-w", metavar="FILE", help="The workload file that the jobs are of.")
    ] = None,
    with_instance: Annotated[bool, typer.Option("--with-instance", help="Write the CRN into the file too.")] = False,
    out: Annotated[str | None, typer.Option("--out", "-o", metavar="FILE", help="Write the receipts to FILE.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")] = False,
) -> int:
    """Read what your own jobs were charged, usage and queue from IBM Quantum into a file of receipts."""
    from qplan.cli.pull import PullRequest, pull_receipts

    request = PullRequest(
        jobs=[*(jobs or ()), *(more or ())], session=session, backend=backend, tags=tag or (), since=since,
        until=until, limit=limit, account=account, instance=instance, workload=workload, with_instance=with_instance,
    )  # fmt: skip
    return pull_receipts(request, out, force=force)


@app.command(epilog="Example: qplan reconcile vqe.yaml receipts.json --max-drift 0.2")
@command
def reconcile(
    file: Annotated[str, typer.Argument(metavar="WORKLOAD", help="The workload file that was run.")],
    receipts: Annotated[
        list[str], typer.Argument(metavar="RECEIPTS...", help="Receipts of its jobs: JSON, CSV or YAML.")
    ],
    max_drift: Annotated[
        float | None,
        typer.Option("--max-drift", min=0, help="Exit with 3 if the charge differs by more, 0.2 for 20 %."),
    ] = None,
    job: Annotated[str | None, typer.Option("--job", "-j", help="Job of receipts that name none.")] = None,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    backend: o.Backends = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    allow_outside: o.AllowOutside = False,
) -> int:
    """Lay an estimate beside what was charged, term by term."""
    from qplan.cli.calibrate import Receipts, reconcile_receipts
    from qplan.cli.run import Request

    request = Request(
        files=[file], backends=backend, plan=plan, usage_model=usage_model, sets=set_,
        allow_outside=allow_outside,
    )  # fmt: skip
    asked = Receipts(files=receipts, workload=file, job=job or "", allow_outside=allow_outside)
    return reconcile_receipts(request, asked, max_drift, format, out)


@app.command(
    epilog="Exit status: 0 within all limits · 1 a file cannot be read or written · 2 wrong usage or invalid input · "
    "3 over a limit · 4 worse than the baseline · 70 a bug in qplan · 130 interrupted; of several the first of 70, 1, "
    "2, 3, 4. Increases are of the cost; --max-usage-increase, --max-wall-increase, --max-total-usage-increase and "
    "these with -percent are of the rest. Every limit is a variable too (QPLAN_MAX_COST) and a key of qplan.toml or of "
    "[tool.qplan.gate] in pyproject.toml (max_cost = 50). "
    "Examples: qplan gate workloads --max-cost 50 --max-total-usage 2h · "
    "qplan gate workloads --compare-to-git origin/main --max-increase-percent 20 --write markdown=gate.md"
)
@command
@with_limits
def gate(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Workload files, folders and globs.")],
    limits: dict[str, str],
    quantile: Annotated[
        str | None, typer.Option("--quantile", metavar="P", help="Hold limits against this quantile; p90 unless said.")
    ] = None,
    compare_to: Annotated[
        str | None, typer.Option("--compare-to", metavar="FILE", help="Baseline: JSON of estimate or gate.")
    ] = None,
    compare_to_git: Annotated[
        str | None, typer.Option("--compare-to-git", metavar="REF", help="Baseline: a revision; its settings hold.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on what the baseline was over already.")] = False,
    warn_allocation: Annotated[
        bool, typer.Option("--warn-allocation", help="Only warn if more is used than is left of the plan.")
    ] = False,
    allow_unknown_price: Annotated[
        bool, typer.Option("--allow-unknown-price", help="Only warn where a cost is unknown.")
    ] = False,
    allow_refused_mode: Annotated[
        bool, typer.Option("--allow-refused-mode", help="Only warn where the plan refuses a mode.")
    ] = False,
    allow_new: Annotated[
        bool, typer.Option("--allow-new", help="Only warn where a percentage is of a new workload.")
    ] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Let a folder or glob hold no workload.")] = False,
    allow_limit_changes: Annotated[
        bool, typer.Option("--allow-limit-changes", help="Let a change move limits, prices, plans, qpu or profiles.")
    ] = False,
    format: Annotated[o.GateFormatChoice, typer.Option("--format", "-f", help="How the output is written.")] = (
        o.GateFormatChoice.TABLE
    ),
    out: o.Out = None,
    write: Annotated[
        list[str] | None,
        typer.Option("--write", "--report", metavar="FORMAT=FILE", help="Write another report besides; repeatable."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say which setting came from where.")] = False,
    backend: Annotated[
        str | None, typer.Option("--backend", metavar="NAME", help="QPU, in place of the files'.")
    ] = None,
    plan: o.Plan = None,
    usage_model: o.UsageModel = None,
    set_: o.Set = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, max=2**62, help="Seed of the random draws.")] = None,
    replications: o.Replications = None,
    workers: o.Workers = None,
    engine: o.EngineOption = o.EngineChoice.AUTO,
    max_work: o.MaxWork = 100_000_000,
    allow_outside: o.AllowOutside = False,
    max_jobs: o.MaxJobs = 1_000_000,
) -> int:
    """Hold what workloads cost against limits and a baseline: for CI, before anything is submitted."""
    from qplan.cli.gate import GateRequest, gate_files

    flags = {
        **limits, "quantile": quantile, "compare-to": compare_to, "compare-to-git": compare_to_git, "strict": strict,
        "warn-allocation": warn_allocation, "allow-unknown-price": allow_unknown_price,
        "allow-refused-mode": allow_refused_mode, "allow-new": allow_new, "allow-empty": allow_empty,
        "allow-limit-changes": allow_limit_changes, "backend": backend, "plan": plan, "usage-model": usage_model,
        "seed": seed, "replications": replications,
    }  # fmt: skip
    request = GateRequest(
        arguments=paths, flags=flags, sets=set_, format=format, out=out, writes=write, verbose=verbose,
        workers=workers, engine=engine, max_work=max_work, allow_outside=allow_outside, max_jobs=max_jobs,
    )  # fmt: skip
    return gate_files(request)


@app.command(epilog="Example: qplan diff base.json now.json --quantile p90")
@command
def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="JSON of estimate, gate or report; - for stdin.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The same, later.")],
    quantile: Annotated[str, typer.Option("--quantile", metavar="P", help="Show figures at this quantile.")] = "p90",
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
) -> int:
    """Show how the workloads of two stored estimates differ, without simulating."""
    from qplan.cli.stored import diff_files

    return diff_files(before, after, quantile, format, out)


@app.command(epilog="Example: qplan report results/*.json --format markdown")
@command
def report(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="JSON of estimate, gate or report.")],
    quantile: Annotated[str, typer.Option("--quantile", metavar="P", help="Show figures at this quantile.")] = "p90",
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
) -> int:
    """Show stored estimates again, together, without simulating."""
    from qplan.cli.stored import report_files

    return report_files(files, quantile, format, out)


@app.command(
    epilog="Examples: qplan profiles · qplan profiles show ibm_kingston · "
    "qplan profiles import conf.json props.json -o my_device.yaml"
)
@command
def profiles(
    action: Annotated[
        str | None, typer.Argument(metavar="[show|import", help="`show` a profile's figures; `import` a device's.")
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME...]",
            help="Of show: a QPU, plan, usage model or queue. Of import: configuration and properties as JSON files, "
            "or a fake backend such as fake_fez.",
        ),
    ] = None,
    format: o.Format = o.FormatChoice.TABLE,
    out: o.Out = None,
    force: Annotated[bool, typer.Option("--force", help="Let import overwrite FILE if it exists.")] = False,
) -> int:
    """List the profiles that ship with qplan, show one with the source of each figure, or make one of a device."""
    from qplan.cli.shelf import list_profiles, show_profile

    if action == "import":
        from qplan.cli.profile_import import import_profile

        return import_profile(names or [], format, out, force=force)
    name = names[0] if names and len(names) == 1 else None
    return show_profile(action, name, format, out) if action else list_profiles(format, out)


@app.command(epilog="Example: qplan schema -o qplan.schema.json")
@command
def schema(
    output: Annotated[bool, typer.Option("--output", help="The schema of qplan's JSON output instead.")] = False,
    out: o.Out = None,
) -> int:
    """Print the JSON Schema of workload files."""
    from qplan.cli.shelf import print_schema

    return print_schema(output, out)


@app.command(epilog="Example: qplan init vqe -o my_vqe.yaml")
@command
def init(
    template: Annotated[str | None, typer.Argument(metavar="[TEMPLATE]", help="Without one, they are listed.")] = None,
    out: o.Out = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")] = False,
) -> int:
    """Write a workload file to start from."""
    from qplan.cli.shelf import start_from

    return start_from(template, out, force=force)
