"""Whole outputs: every command in every format, and every example workload.

``pytest tests/golden --update-golden`` writes them anew. A changed figure is a change of the model: it
is reviewed, and told in CHANGELOG.md under "Figures".
"""

from pathlib import Path

import pytest

from tests.conftest import ROOT, Qplan

FILES = Path(__file__).parent / "files"
WORKLOADS = sorted(path.stem for path in (ROOT / "workloads").glob("*.yaml"))
FORMATS = ("table", "json", "markdown", "csv")
VQE = "workloads/vqe_h2.yaml"
FAQ = "workloads/faq_six_jobs_five_lanes.yaml"
SPREAD = "workloads/vqe_uncertain.yaml"
LIMITS = ("--deadline", "2h", "--budget", "1200", "--quantile", "p95", "-n", "200")
BAD = "tests/golden/bad.yaml"

RECEIPTS = "tests/reference/published/receipts_phoenix_day1.yaml"
BILLED, BILL = "workloads/published_h2_zne.yaml", "workloads/receipts_h2_zne.json"
GATED = ("workloads/vqe_h2.yaml", "workloads/single_request.yaml", "--max-cost", "1000", "-n", "50")
CASES = {
    **{f"compare-{name}": ("compare", "--point", f"workloads/{name}.yaml") for name in WORKLOADS},
    **{f"recommend-{name}": ("recommend", "--point", f"workloads/{name}.yaml") for name in WORKLOADS},
    **{f"compare-vqe-{f}": ("compare", "--point", VQE, "--format", f) for f in FORMATS[1:]},
    **{f"recommend-vqe-{f}": ("recommend", "--point", VQE, "--format", f) for f in FORMATS[1:]},
    **{f"estimate-two-{f}": ("estimate", "--point", VQE, FAQ, "--format", f) for f in FORMATS},
    **{f"compare-spread-{f}": ("compare", SPREAD, *LIMITS, "--format", f) for f in FORMATS},
    "recommend-spread": ("recommend", SPREAD, *LIMITS),
    "estimate-spread-two": ("estimate", SPREAD, VQE, "-n", "200"),
    **{f"sensitivity-{f}": ("sensitivity", SPREAD, "-n", "200", "--format", f) for f in FORMATS},
    **{f"calibrate-{f}": ("calibrate", RECEIPTS, "--format", f) for f in FORMATS},
    **{f"reconcile-{f}": ("reconcile", BILLED, BILL, "--format", f) for f in FORMATS},
    "reconcile-over": ("reconcile", BILLED, BILL, "--max-drift", "0.01"),
    **{f"gate-{f}": ("gate", *GATED, "--format", f) for f in ("table", "json", "markdown", "github", "junit")},
    "help-gate": ("gate", "--help"),
    "help-import": ("import", "--help"),
    "help-pull": ("pull", "--help"),
    "help-profiles": ("profiles", "--help"),
    "help-sensitivity": ("sensitivity", "--help"),
    "help-calibrate": ("calibrate", "--help"),
    "help-reconcile": ("reconcile", "--help"),
    **{f"validate-bad-{f}": ("validate", BAD, VQE, "--format", f) for f in FORMATS},
    **{f"explain-rule-{f}": ("explain", "S-02", "--format", f) for f in FORMATS},
    **{f"explain-file-{f}": ("explain", VQE, "--format", f) for f in FORMATS},
    **{f"profiles-{f}": ("profiles", "--format", f) for f in FORMATS},
    **{f"profiles-show-{f}": ("profiles", "show", "ibm_kingston", "--format", f) for f in FORMATS},
    "compare-timeline": ("compare", "--point", FAQ, "--timeline"),
    "compare-timeline-folded": ("compare", "--point", VQE, "--timeline"),
    "compare-timeline-json": ("compare", "--point", FAQ, "--timeline", "--format", "json"),
    "compare-backends": ("compare", "--point", VQE, "--backend", "ibm_kingston", "--backend", "ibm_berlin"),
    "compare-bad": ("compare", BAD),
    "explain-code": ("explain", "QP101"),
    "schema": ("schema",),
    "schema-output": ("schema", "--output"),
    "init": ("init",),
    "init-vqe": ("init", "vqe"),
    "help": ("--help",),
    "help-compare": ("compare", "--help"),
}


@pytest.mark.parametrize("name", CASES)
def test_output_is_the_golden_one(name: str, qplan: Qplan, request: pytest.FixtureRequest) -> None:
    ran = qplan(*CASES[name])
    text = f"$ qplan {' '.join(CASES[name])}\n{ran.out}"
    text += f"--- stderr\n{ran.err}" if ran.err else ""
    text += f"--- status {ran.status}\n"
    path = FILES / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert sorted(path.stem for path in FILES.glob("*.txt")) == sorted(CASES)


TABLES = [
    name
    for name in CASES
    if ("table" in name or name.startswith(("compare-", "recommend-", "reconcile-over")))
    and not any(word in name for word in ("json", "csv", "markdown", "bad"))  # a problem stays on its line
]


@pytest.mark.parametrize("name", TABLES)
def test_tables_fit_eighty_columns(name: str) -> None:
    text = (FILES / f"{name}.txt").read_text(encoding="utf-8").partition("\n")[2]
    text = text.partition("\nSnippet\n")[0]  # code is never wrapped
    assert [line for line in text.splitlines() if len(line) > 80] == []
