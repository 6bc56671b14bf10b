"""The gate's comment on a pull request: verdict first, nothing forged, never too long."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from qplan.model.gate import GateReport, Verdict
from qplan.render.fit import Part, fitted
from qplan.render.gate_markdown import COMMENT_BYTES, MARKER, SUMMARY_BYTES, markdown
from tests.render import gate_samples as samples
from tests.render.test_safe import markdown_is_inert, no_command_to_ci, no_control_characters

FOOTER = "Pre-run estimate, not a quote; p90 of 1,000 replications, seed 7; data of 2026-05-20; qplan 0.1.0."
PASSING = f"""\
<!-- qplan-gate -->

### PASS: 166.40 USD at p90; 1 check passed

| workload | mode | usage, p90 | cost, p90 | verdict |
| --- | --- | --: | --: | --- |
| **total** |  | 1 min 44 s | 166.40 USD | pass |
| `vqe` | session | 1 min 4 s | 102.40 USD |  |
| `sweep` | session | 40 s | 64.00 USD |  |

<details><summary>All checks (1)</summary>

- pass: total: cost 166.40 USD at p90, within 500.00 USD (--max-total-cost)

</details>

<details><summary>Settings used (1)</summary>

- exit status: 0

</details>

{FOOTER}
"""
FAILING = r"""<!-- qplan-gate -->

### FAIL: 166.40 USD at p90, +38.40 USD (+30.0 %) against main; 2 of 5 checks fail, 2 warn, 1 change to what limits it, 1 error in files and 1 path not read

- **not read**: gone.yaml: there is no such file
- **not allowed**: qplan.toml: max\_cost: 50 -\> 100
- **fails**: vqe: cost 102.40 USD at p90, over 100.00 USD (qplan.toml)
- **fails**: total: cost up 30 % at p90 (128.00 USD -\> 166.40 USD), over 10 % (--max-total-increase-percent)
- **error**: bad.yaml:3:5: no such key: shotz (shots) \[QP101\]
- **warns**: vqe: usage 1 min 4 s at p90, over 50 s (QPLAN\_WARN\_USAGE)
- **warns**: trial: usage 12 s at p90, over the 10 s left; it was 12 s before, so it is no worse (plan open)

| workload | mode | usage, p90 | cost, p90 | change | verdict |
| --- | --- | --: | --: | --: | --- |
| **total** |  | 1 min 56 s | 166.40 USD | \+38.40 USD (+30.0 %) | **FAIL** |
| `vqe` | session | 1 min 4 s | 102.40 USD | \+38.40 USD (+60.0 %) | **FAIL** |
| `trial` | session | 12 s | not billed | new | warn |
| `sweep` | session | 40 s | 64.00 USD | none | pass |
| `old` |  |  |  | removed, -10.00 USD |  |

<details><summary>What drove each change (each input alone, so they need not add up) (6)</summary>

- `vqe`: jobs.energy.shots 4096 -\> 16384: +38.40 USD
- `vqe`: jobs.energy.think (none) -\> 5s: no difference
- `vqe`: mode job -\> (none): -3 s of usage
- `vqe`: jobs a -\> b: its share cannot be told
- `trial`: added
- `old`: removed

</details>

<details><summary>Changes to what limits it (2)</summary>

- qplan.toml: max\_cost: 50 -\> 100
- workloads/vqe.yaml: plan.price\_per\_second: (none) -\> 1.20 (allowed by a flag)

</details>

<details><summary>Problems in files (3)</summary>

- `gone.yaml`: there is no such file
- `bad.yaml:3:5`: no such key: shotz (shots) \[QP101\]
- `workloads/vqe.yaml`: warning: a session of one job \[QP201\]

</details>

"""  # noqa: E501 - as it is written


def rows_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| `")]


def test_a_pass_is_a_headline_and_a_table() -> None:
    assert markdown(samples.passing()) == PASSING


def test_a_failure_says_why_before_the_table_and_folds_the_rest() -> None:
    text = markdown(samples.failing())
    assert text.startswith(FAILING)
    assert (
        "\n- pass: sweep: cost 64.00 USD at p90, within 100.00 USD (qplan.toml)\n- warn: vqe: usage 1 min 4 s " in text
    )
    assert "\n- `max-cost`: `100` (qplan.toml)\n- `quantile`: `p90`\n- baseline: `main`\n- exit status: 1\n" in text
    assert text.endswith(f"</details>\n\n{FOOTER}\n")


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        pytest.param({"checks": ()}, "PASS: 166.40 USD at p90; no limit is set", id="no limits"),
        pytest.param(
            {"was_total": samples.amounts("166.40", 104), "baseline": "v1"},
            "PASS: 166.40 USD at p90, the same against v1; 1 check passed",
            id="nothing changed",
        ),
        pytest.param(
            {"was_total": samples.amounts("332.80", 104), "baseline": "v1"},
            "PASS: 166.40 USD at p90, -166.40 USD (-50.0 %) against v1; 1 check passed",
            id="less",
        ),
        pytest.param(
            {"was_total": samples.amounts("166.39999", 104), "baseline": "v1"},
            r"PASS: 166.40 USD at p90, +\<0.01 USD (+\<0.1 %) against v1; 1 check passed",
            id="hardly more",
        ),
        pytest.param(
            {"was_total": samples.amounts(None, 52), "baseline": "v1"},
            "PASS: 166.40 USD at p90, +52 s of usage (+100.0 %) against v1; 1 check passed",
            id="the price was unknown",
        ),
        pytest.param(
            {"was_total": samples.amounts("0", 0), "baseline": "v1"},
            "PASS: 166.40 USD at p90, +166.40 USD against v1; 1 check passed",
            id="no percent of nothing",
        ),
        pytest.param(
            {"was_total": samples.amounts("166.40", 104), "baseline": f"{'c0ffee1234' * 4} (c0ffee1234)"},
            "PASS: 166.40 USD at p90, the same against c0ffee1234; 1 check passed",
            id="a commit by its short name",
        ),
        pytest.param(
            {"total": samples.amounts(None, 104)}, "PASS: cost unknown, 1 min 44 s of usage at p90; 1 check passed",
            id="unknown price",
        ),
        pytest.param(
            {"priced": (), "amounts": (), "unread": (("a.yaml", "no such file"),)},
            "FAIL: nothing could be priced; 1 path not read",
            id="nothing read",
        ),
    ],
)  # fmt: skip
def test_headline(changes: dict[str, object], headline: str) -> None:
    text = markdown(replace(samples.passing(), **changes))  # type: ignore[arg-type]
    assert text.splitlines()[2] == f"### {headline}"


def test_the_last_line_says_what_was_not_simulated_again() -> None:
    again = replace(samples.passing(), priced=(replace(samples.VQE, reused=True), samples.SWEEP), replications=1)
    assert markdown(again).splitlines()[-1] == (
        "Pre-run estimate, not a quote; p90 of one run, seed 7; 1 unchanged workload not simulated again; "
        "data of 2026-05-20; qplan 0.1.0."
    )


def test_namesakes_are_told_apart_by_their_files() -> None:
    twins = (samples.priced("vqe", file="a/vqe.yaml"), samples.priced("vqe", file="b/vqe.yaml"))
    fails = samples.check(samples.MAX_COST, Verdict.FAIL, "over", twins[1])
    told = samples.report(twins, (samples.amounts("64.00"), samples.amounts("64.00")), (fails,))
    assert rows_of(markdown(told)) == [
        "| `vqe (b/vqe.yaml)` | session | 40 s | 64.00 USD | **FAIL** |",
        "| `vqe (a/vqe.yaml)` | session | 40 s | 64.00 USD |  |",
    ]


@pytest.mark.parametrize(
    ("report", "limit"),
    [
        pytest.param(samples.many(300, 20), COMMENT_BYTES, id="300 workloads"),
        pytest.param(samples.many(300, 300), COMMENT_BYTES, id="all of 300 fail"),
        pytest.param(samples.many(300, 20, name="量" * 50), COMMENT_BYTES, id="three bytes a character"),
        pytest.param(samples.many(300, 20, name="<" * 190), COMMENT_BYTES, id="long names that are escaped"),
        pytest.param(samples.many(3000, 5), SUMMARY_BYTES, id="a step summary of 3,000"),
        pytest.param(samples.many(50, 50), 4_000, id="less room than the failing rows take"),
        pytest.param(samples.hostile(), 4_000, id="long texts everywhere"),
    ],
)
def test_never_longer_than_asked(report: GateReport, limit: int) -> None:
    text = markdown(report, limit)
    assert len(text.encode()) <= limit
    assert text.startswith(f"{MARKER}\n\n### FAIL: ")
    assert text.splitlines()[-1].startswith("Pre-run estimate, not a quote; p90 of 1,000 replications")
    tags = re.findall(r"^</?details>", text, re.MULTILINE)
    assert tags == ["<details>", "</details>"] * (len(tags) // 2)


def test_of_300_workloads_all_that_fail_are_in_the_comment() -> None:
    text = markdown(samples.many(300, 20))
    assert [
        f"`workload-{i:03}`" in row and "**FAIL**" in row
        for i, row in zip(range(140, 160), rows_of(text), strict=False)
    ] == [True] * 20
    assert len(rows_of(text)) == 300
    assert re.search(r"^- … [\d,]+ more …$", text, re.MULTILINE)


def test_of_1000_workloads_the_middle_of_those_that_pass_is_left_out() -> None:
    text = markdown(samples.many(1000, 20))
    table = text.partition("| **total**")[2].partition("\n\n")[0].splitlines()[1:]
    [gap] = [i for i, row in enumerate(table) if "more rows" in row]
    dropped = int(re.findall(r"… ([\d,]+) more rows", table[gap])[0].replace(",", ""))
    assert dropped + len(table) - 1 == 1000
    assert sum("**FAIL**" in row for row in table) == 20
    assert "`workload-000`" in table[20]
    assert "`workload-999`" in table[-1]
    assert abs((gap - 20) - (len(table) - gap - 1)) <= 1
    assert len({row.count("|") for row in table}) == 1


def test_rows_that_fail_are_left_out_last_and_this_is_said() -> None:
    text = markdown(samples.many(2000, 2000))
    assert len(text.encode()) <= COMMENT_BYTES
    [(dropped, failing)] = re.findall(r"… ([\d,]+) more rows \(([\d,]+) of them fail\)", text)
    assert dropped == failing
    assert int(dropped.replace(",", "")) + len(rows_of(text)) == 2000


def test_a_step_summary_of_300_workloads_is_whole() -> None:
    text = markdown(samples.many(300, 20), SUMMARY_BYTES)
    assert "more …" not in text
    assert text.count("\n- pass: ") == 880


def test_shortening_is_quick() -> None:
    report = samples.many(3000, 100)
    start = time.perf_counter()
    markdown(report)
    assert time.perf_counter() - start < 5


def test_strangers_can_forge_nothing() -> None:
    for report in (samples.hostile(), samples.failing(), samples.passing()):
        text = markdown(report)
        assert text.splitlines()[0] == MARKER
        assert text.count("<!--") == 1
        assert markdown_is_inert(text.removeprefix(MARKER))
        assert no_command_to_ci(text)
        assert "##[" not in text
        assert re.fullmatch(r"[^\x00-\x09\x0b-\x1f\x7f\u202e\ud800-\udfff]*", text)
    assert no_control_characters(markdown(samples.failing()))


def test_a_parser_of_markdown_finds_our_tags_only() -> None:
    for report in (samples.hostile(), samples.many(300, 5, name="`<b>|[a](b)")):
        parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown(report))
        inner = [child for token in parsed for child in token.children or ()]
        assert {token.type for token in inner} <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
        html = {token.content.strip() for token in parsed if token.type == "html_block"}
        assert all(
            re.fullmatch(r"<!-- qplan-gate -->|</details>|<details><summary>[\w ,()]+</summary>", each) for each in html
        )
        tables = [token for token in parsed if token.type == "table_open"]
        assert len(tables) == 1


@pytest.mark.parametrize("limit", [0, 3_999])
def test_too_small_a_limit_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="too small"):
        markdown(samples.passing(), limit)


def test_fitting_gives_room_by_rank() -> None:
    parts = [
        Part(head="a\n", lines=tuple("x" * 99 for _ in range(100)), rank=1),
        Part(head="b\n", lines=tuple("y" * 99 for _ in range(30)), rank=2),
    ]
    text = fitted(parts, 5_000)
    assert (text.count("y" * 99), text.count("x" * 99)) == (30, 19)
    assert "\n- … 81 more …\n" in text
    assert len(text) <= 5_000
