"""Findings, and the leaves of the catalogue."""

from dataclasses import replace

import pytest

from qplan.errors import Problem, Severity
from qplan.model.usage import Explained
from qplan.render import Format, Options, catalog, problems, renderer
from tests.render import samples

FIGURE = [Explained(figure="usage", value="6 s", terms=samples.TERMS)]


def test_problems_as_text() -> None:
    assert problems.problems_text(samples.PROBLEMS, ["vqe.yaml", "one.yaml", "good.yaml"]) == (
        "vqe.yaml:12:12: QP012: shots is -5\n"
        "    jobs[0].shots: write a whole number from 1 up\n"
        "one.yaml:3:7: QP101: warning: a session with one job brings nothing\n"
        "1 error, 1 warning in 2 files of 3 checked\n"
    )


@pytest.mark.parametrize(
    ("found", "files", "said"),
    [
        pytest.param((), [], "no problems", id="nothing at all"),
        pytest.param((), ["a.yaml"], "1 file checked, no problems", id="a good file"),
        pytest.param(samples.PROBLEMS[:1] * 3, ["vqe.yaml"], "3 errors in 1 file", id="one bad file"),
        pytest.param(samples.PROBLEMS, [], "1 error, 1 warning in 2 files", id="files not told"),
    ],
)
def test_tally(found: tuple[Problem, ...], files: list[str], said: str) -> None:
    assert problems.tally(found, files) == said


def test_a_finding_with_no_place_names_the_file_only() -> None:
    problem = Problem(code="QP001", message="not UTF-8", mark=replace(samples.PROBLEMS[0].mark, line=0))
    assert problems.line(problem) == "vqe.yaml: QP001: not UTF-8"
    assert problems.cure(problem) == ""


def test_github_annotations() -> None:
    assert problems.github(samples.PROBLEMS[0]) == (
        "::error file=vqe.yaml,line=12,col=12,title=QP012::shots is -5%0Awrite a whole number from 1 up"
    )
    note = replace(samples.PROBLEMS[1], severity=Severity.NOTE, message="50%,\n::warning::x")
    assert problems.github(note) == (
        "::notice file=one.yaml,line=3,col=7,title=QP101::50%25,%0A::warning::x"
    )  # fmt: skip


def test_problems_in_the_other_formats() -> None:
    found, files = samples.PROBLEMS, ["vqe.yaml", "one.yaml"]
    assert renderer(Format.TABLE).problems(found, files, Options()) == problems.problems_text(found, files)
    assert renderer(Format.CSV).problems(found, files, Options()) == (
        "severity,code,file,line,column,path,message,hint\n"
        "error,QP012,vqe.yaml,12,12,jobs[0].shots,shots is -5,write a whole number from 1 up\n"
        "warning,QP101,one.yaml,3,7,,a session with one job brings nothing,\n"
    )
    assert renderer(Format.MARKDOWN).problems(found, files, Options()) == (
        "### 1 error, 1 warning in 2 files of 2 checked\n\n"
        "| place | severity | code | problem | cure |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| `vqe.yaml:12:12` | error | QP012 | shots is -5 | write a whole number from 1 up |\n"
        "| `one.yaml:3:7` | warning | QP101 | a session with one job brings nothing |  |\n"
    )


def test_profiles_as_a_table() -> None:
    retired = replace(samples.MIAMI, retired="2026-01-31")
    page = catalog.profiles([samples.KINGSTON, retired], [samples.PAYG], [samples.MODEL])
    rule = "─" * 80
    assert renderer(Format.TABLE).page(page, Options()) == (
        "4 profiles\n\n"
        "kind         name           what\n"
        f"{rule}\n"
        "backend      ibm_kingston   Heron r2, 156 qubits, 5 lanes\n"
        "backend      ibm_miami      Nighthawk r1, 120 qubits, 5 lanes, retired\n"
        "                            2026-01-31\n"
        "plan         pay-as-you-go  1.60 USD per second, sessions\n"
        "usage_model  measured       rounding nearest, error band 0.8 to 1.3\n"
    )


def test_a_profile_keeps_whole_sources() -> None:
    page = catalog.profile("ibm_kingston", samples.FACTS)
    assert renderer(Format.CSV).page(page, Options()).splitlines()[:2] == [
        "name,value,status,source,date",
        'queue wait,"p50 11 min, p90 4 h, at most 32 h",published,'
        "https://example.org/papers/queues-of-quantum-machines/table-3.html,2024-07-01",
    ]


def test_a_profile_names_each_file_that_it_rests_on_once() -> None:
    place = "Some docs, Plans (org/docs@edf4dfe guides/plans.mdx)"
    facts = [
        replace(samples.FACTS[3], name="remaining", value="10 min", source=f"{place}: a whole allocation"),
        replace(samples.FACTS[3], name="window", value="28 days", source=place),
    ]
    assert renderer(Format.TABLE).page(catalog.profile("open", facts), Options()) == (
        "open\n\n"
        "name       value    status     source                                date\n"
        "─────────────────────────────────────────────────────────────────────────\n"
        "remaining  10 min   user       Some docs, Plans: a whole allocation\n"
        "window     28 days  user       Some docs, Plans\n\n"
        "Sources\n"
        "- Some docs, Plans (org/docs@edf4dfe guides/plans.mdx)\n"
    )


def test_a_rule() -> None:
    assert renderer(Format.TABLE).page(catalog.rule(samples.RULE), Options()) == (
        "U-02\n"
        "Splitting a job costs an overhead for each part.\n\n"
        "seen as:  two jobs of 40 circuits cost more than one of 80\n"
        "source:   https://quantum.example.com/docs/en/guides/execution-modes\n"
        "date:     2026-05-20\n"
    )
    assert catalog.rule(replace(samples.RULE, note=True)).title == "U-02 (a note; no figure depends on it)"


def test_a_figure_and_its_terms() -> None:
    assert renderer(Format.TABLE).page(catalog.figures("vqe.yaml: energy", FIGURE), Options()) == (
        "vqe.yaml: energy\n"
        "usage = 6 s\n\n"
        "executions: 49,152\n  =  12 circuits x 4096 shots\n     user: vqe.yaml:9\n"
        "per job: 1.5 s\n  =  constant\n     measured: measured\n"
    )


def test_several_figures_name_theirs_on_each_row() -> None:
    page = catalog.figures("vqe.yaml", [*FIGURE, replace(FIGURE[0], figure="cost")])
    assert page.headers[0] == "figure"
    assert [row[0] for row in page.rows] == ["usage", "usage", "cost", "cost"]


def test_pages_in_markdown() -> None:
    assert renderer(Format.MARKDOWN).page(catalog.rule(samples.RULE), Options()) == (
        "### U-02\n\n"
        "Splitting a job costs an overhead for each part.\n\n"
        "| field | value |\n"
        "| --- | --- |\n"
        "| seen as | two jobs of 40 circuits cost more than one of 80 |\n"
        "| source | `https://quantum.example.com/docs/en/guides/execution-modes` |\n"
        "| date | 2026-05-20 |\n"
    )
