"""Tables for pull requests and spreadsheets."""

import csv
from dataclasses import replace
from io import StringIO

from qplan.model.workload import Mode
from qplan.render import Format, Options, renderer
from tests.render import samples

MARKDOWN = """\
### No mode finishes it: 2 jobs stay undone as a batch (18 s of usage, not billed, 1 of 3 jobs done in 5 min 40 s).

Against that: single jobs with 2 of 3 jobs left undone.

`h2o-vqe` on `ibm_kingston`, plan `open`

| mode | usage | vs batch | cost, USD | wall-clock | vs batch | queue | jobs | activations |
| --- | --: | --: | --: | --: | --: | --: | --: | --: |
| job | 18 s | - | not billed | 5 min 40 s | - | 5 min | 1/3 | 0 |
| **batch** (recommended) | 18 s |  | not billed | 5 min 40 s |  | 5 min | 1/3 | 3 |
| session | refused: The Open plan admits no sessions (rule S-09). |  |  |  |  |  |  |  |

- job and batch: 1 of 3 jobs done; 1 cancelled and 1 not submitted.
- batch: the allocation cuts it: needs 18 s of usage (28.80 USD), 2 jobs undone.
- Cost: not billed: free within the allocation
- the batch goes inactive after every iteration: its interactive TTL of 1 s is below think \\[QP201\\]

<details><summary>Assumed (4)</summary>

| name | value | status | source | date |
| --- | --- | --- | --- | --- |
| queue wait | p50 11 min, p90 4 h, at most 32 h | published | \
`https://example.org/papers/queues-of-quantum-machines/table-3.html` | 2024-07-01 |
| batch interactive TTL | 1 s | measured | \
`https://quantum.example.com/docs/en/guides/execution-modes-faq#batch-time-to-live` | 2026-05-20 |
| background | none: no foreign job, no calibration | assumed | `the file says nothing of it` |  |
| think | 5 s | user | `vqe.yaml:14` |  |

</details>

Pre-run estimate, not a quote; data of 2026-05-20; one run; qplan 0.1.0.
"""


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_markdown_headline_one_table_the_rest_folded() -> None:
    assert renderer(Format.MARKDOWN).compare([samples.open_plan()], Options()) == MARKDOWN


def test_markdown_ranges_stand_in_their_cells() -> None:
    text = renderer(Format.MARKDOWN).compare([samples.spread()], Options())
    assert "| **session** (recommended) | 42 s<br>(38 s to 46 s) | 2.3x | 67.20<br>(60.80 to 73.60) |" in text


ODDS = """\
<details><summary>Of 10 replications</summary>

|  | job | batch | **session** |
| --- | --: | --: | --: |
| cheapest | 100 % | 40 % | 0 % |
| fastest | 30 % | 0 % | 70 % |
| within the deadline | 40 % | 70 % | 80 % |
| all jobs done | 100 % | 40 % | 70 % |
| cut by the maximum TTL | \\- | 60 % | 30 % |
| allocation not enough | 0 % | 0 % | 20 % |

cheapest and fastest among the modes that do most; ties count for each

</details>
"""


def test_markdown_folds_the_odds() -> None:
    for verb in ("compare", "recommend"):
        assert f"\n\n{ODDS}\n" in getattr(renderer(Format.MARKDOWN), verb)([samples.risky()], Options())
    text = renderer(Format.MARKDOWN).compare([samples.risky()], Options())
    assert "| 3/3<br>(2/3 to 3/3) | 1 |\n\nActivations: of the replication of median wall-clock.\n" in text
    assert "Of 10 replications" not in renderer(Format.MARKDOWN).compare([samples.vqe()], Options())


def test_markdown_tells_the_quantiles_asked_for_below_the_range() -> None:
    text = renderer(Format.MARKDOWN).compare([samples.spread(5, 95)], Options())
    assert "| 42 s<br>(38 s to 46 s)<br>p5 38 s<br>p95 47 s | 2.3x |" in text
    assert "| job | 18 s | 1.0x | 28.80 | 33 min 40 s<br>(2 min 10 s to 12 h 37 min)<br>p5 2 min 10 s<br>p95" in text
    told = renderer(Format.MARKDOWN).recommend([samples.spread(95)], Options())
    assert "\n\n10 to 90 %: 38 s to 46 s of usage, 60.80 to 73.60 USD, done in 1 min 10 s to 4 h 13 min; p95: " in told


def test_markdown_of_several_workloads() -> None:
    other = replace(samples.open_plan(), workload=samples.workload("sweep", "sweep.yaml"))
    text = renderer(Format.MARKDOWN).estimate([samples.vqe(), other], Options())
    assert text.startswith(
        "### 2 workloads together: 58 s of usage, no total cost; 2 jobs stay undone.\n\n| workload | backend | mode |"
    )
    assert "\n| `sweep` | `ibm_kingston` | session | refused |  |  |  |\n" in text
    assert "\n- `sweep`: session is refused: The Open plan admits no sessions (rule S-09).\n" in text


def test_markdown_recommendation_ends_with_the_snippet_before_what_is_folded() -> None:
    text = renderer(Format.MARKDOWN).recommend([samples.vqe()], Options(timeline=True))
    assert text.startswith("### Run it as a session: 2.4 times as fast as a batch for 35.20 USD more.\n")
    assert "- Merge the jobs of a step. (U-03) saves 4 s of usage; saves 6.40 USD; done 3 s later\n" in text
    assert f"```python\n{samples.ADVICE.snippet}```\n" in text
    assert "<details><summary>Timeline of `h2o-vqe`</summary>\n\n```\njob: 18 s of usage" in text


def test_markdown_tables_have_as_many_cells_in_each_row() -> None:
    for sample in (samples.vqe, samples.hostile, samples.spread, samples.open_plan, samples.hostile_spread):
        for verb in ("compare", "recommend"):
            text = getattr(renderer(Format.MARKDOWN), verb)([sample()], Options())
            for table in text.replace("\\|", "").split("\n\n"):
                if table.startswith("| "):
                    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_csv_is_a_row_for_each_mode() -> None:
    text = renderer(Format.CSV).compare([samples.open_plan(), samples.vqe()], Options())
    assert "\r" not in text
    rows = rows_of(text)
    assert [(row["plan"], row["mode"], row["allowed"], row["recommended"]) for row in rows] == [
        ("open", "job", "true", "false"),
        ("open", "batch", "true", "true"),
        ("open", "session", "false", "false"),
        ("pay-as-you-go", "job", "true", "false"),
        ("pay-as-you-go", "batch", "true", "false"),
        ("pay-as-you-go", "session", "true", "true"),
    ]
    refused, session = rows[2], rows[5]
    assert {refused[name] for name in ("usage_p50_s", "wall_mean_s", "cost_p50", "jobs_total", "activations")} == {""}
    assert refused["reason"] == "The Open plan admits no sessions (rule S-09)."
    assert (session["usage_p50_s"], session["wall_p50_s"], session["cost_p50"], session["currency"]) == (
        "40", "140", "64.00", "USD",
    )  # fmt: skip
    assert (session["jobs_total"], session["activations"], session["lane_use"]) == ("3", "1", "0.15")


def test_csv_has_columns_for_the_odds_and_the_quantiles_asked_for() -> None:
    rows = rows_of(renderer(Format.CSV).compare([samples.risky(), samples.vqe()], Options()))
    names = ("odds_fastest", "odds_complete", "odds_ttl_cut", "odds_over_allocation", "odds_within_budget")
    assert [rows[2][name] for name in names] == ["0.7", "0.7", "0.3", "0.2", ""]
    assert [rows[5][name] for name in names] == [""] * 5
    assert "usage_p95_s" not in rows[0]


def test_csv_of_a_fixed_run_beside_replications_has_its_one_value_for_every_quantile() -> None:
    fixed = replace(samples.vqe(), workload=samples.workload("sweep"))
    rows = rows_of(renderer(Format.CSV).compare([fixed, samples.spread(95), samples.open_plan()], Options()))
    spread = [row for row in rows if row["replications"] == "10"][2]
    assert (spread["usage_p95_s"], spread["wall_p95_s"], spread["cost_p95"]) == ("47", "100040", "75.20")
    names = ("usage_p95_s", "usage_p50_s", "cost_p95", "cost_p50")
    assert [rows[2][name] for name in names] == ["40", "40", "64.00", "64.00"]
    refused = next(row for row in rows if row["allowed"] == "false")
    assert {refused[name] for name in names} == {""}


def test_csv_holds_no_assumptions() -> None:
    for verb in ("estimate", "compare", "recommend"):
        assert "queue wait" not in getattr(renderer(Format.CSV), verb)([samples.vqe()], Options())


def test_csv_of_an_unknown_price_is_empty_with_a_reason() -> None:
    row = rows_of(renderer(Format.CSV).compare([samples.unknown_price()], Options()))[0]
    assert (row["cost_p50"], row["currency"]) == ("", "")
    assert row["cost_reason"].startswith("the price of flex is agreed")


def test_only_the_recommended_mode_is_marked() -> None:
    report = replace(samples.vqe(), modes=(Mode.BATCH,))
    assert [row["recommended"] for row in rows_of(renderer(Format.CSV).estimate([report], Options()))] == ["false"]
    assert "(recommended)" not in renderer(Format.MARKDOWN).estimate([report], Options())


def test_an_input_handed_in_twice_is_written_once() -> None:
    assert len(rows_of(renderer(Format.CSV).compare([samples.vqe(), samples.vqe()], Options()))) == 3
    text = renderer(Format.MARKDOWN).compare([samples.vqe(), samples.vqe()], Options())
    assert text.startswith("1 repeated input left out: each counts once.\n\n### Run it as a session")


def test_markdown_ranks_the_backends_of_one_workload() -> None:
    miami = replace(samples.vqe(), workload=samples.workload(backend=samples.MIAMI))
    text = renderer(Format.MARKDOWN).recommend([samples.vqe(), miami], Options())
    assert text.startswith("### Choose ibm\\_kingston as a session: 40 s of usage")
    assert "\n| `ibm_miami` | session | 40 s | 64.00 USD | 2 min 20 s | the same usage and time |\n" in text
