"""The terminal view."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len

from qplan.model.report import Report
from qplan.model.workload import Mode
from qplan.render import Options
from qplan.render.table import compare, compare_table, estimate_table, recommend, recommend_text
from tests.render import samples

COMPARED = """\
Run it as a session: 40 s of usage, 64.00 USD, done in 2 min 20 s.
Against that: single jobs and a batch 0.5x the cost, 2.4x the time.

h2o-vqe on ibm_kingston, plan pay-as-you-go

                     vs  cost,                 vs                     active
  mode     usage  batch    USD  wall-clock  batch       queue  jobs  windows
────────────────────────────────────────────────────────────────────────────
  job       18 s   1.0x  28.80  5 min 40 s   1.0x       5 min   3/3        0
  batch     18 s         28.80  5 min 40 s              5 min   3/3        3
▶ session   40 s   2.2x  64.00  2 min 20 s   0.4x  1 min 40 s   3/3        1

- the batch goes inactive after every iteration: its interactive TTL of 1 s is
  below think [QP201]

Assumed
what                               status     source
────────────────────────────────────────────────────────────────────────────────
queue wait: p50 11 min, p90 4 h,   published  example.org/…/table-3
at most 32 h
batch interactive TTL: 1 s         measured   quantum.example.com/…/execution-mo
                                              des-faq
background: none: no foreign job,  assumed    the file says nothing of it
no calibration
think: 5 s                         user       vqe.yaml:14

Pre-run estimate, not a quote; data of 2026-05-20; one run; qplan 0.1.0.
"""

RECOMMENDED = """\
Run it as a session: 2.4 times as fast as a batch for 35.20 USD more.
h2o-vqe on ibm_kingston, plan pay-as-you-go; objective: balanced

For it
  R-05  A variational loop of 3 iterations: a session spares 2 waits of
        1 min 40 s.

Against it
  R-03  It costs 64.00 USD against 28.80 USD as a batch.

What to do
  1.  Set max_time to 2 min: three times the time it is active, so it cuts no
      healthy run. (S-05)
  2.  Merge the jobs of a step. (U-03)
      saves 4 s of usage; saves 6.40 USD; done 3 s later

Also simulated
what          mode   usage  cost, USD  wall-clock  why not
─────────────────────────────────────────────────────────────────────────
as written    batch   18 s      28.80  5 min 40 s  2.4 times as slow
as written    job     18 s      28.80  5 min 40 s  no better than a batch

Where the choice flips
figure             now  flips at  to     that is
────────────────────────────────────────────────────────────────────────────────
queue wait  1 min 40 s    31.5 s  batch  Below a wait of 31.5 s a batch is the
                                         better choice.
"""

SPREAD = """\
                     vs  cost,                  vs                      active
  mode     usage  batch    USD   wall-clock  batch        queue  jobs  windows
──────────────────────────────────────────────────────────────────────────────
  job       18 s   1.0x  28.80  33 min 40 s   1.0x       33 min   3/3        0
    p10     18 s         28.80   2 min 10 s          1 min 30 s
    p90     18 s         28.80  12 h 37 min         12 h 36 min
  batch     18 s         28.80  33 min 40 s              33 min   3/3        3
    p10     18 s         28.80   2 min 10 s          1 min 30 s
    p90     18 s         28.80  12 h 37 min         12 h 36 min
▶ session   42 s   2.3x  67.20  11 min 40 s   0.3x       11 min   3/3        1
    p10     38 s         60.80   1 min 10 s                30 s
    p90     46 s         73.60   4 h 13 min          4 h 12 min
  active windows: of the replication of median wall-clock

of 10 replications    job  batch  session
─────────────────────────────────────────
cheapest            100 %  100 %      0 %
fastest               0 %    0 %    100 %
  ties count for each
"""

RISKY = """\
Run it as a session: 42 s of usage, 67.20 USD, done in 11 min 40 s (10 to 90 %:
1 min 10 s to 4 h 13 min).
Against that: single jobs 0.4x the cost, 2.9x the time; a batch with 2 of 3 jobs
left undone at the median.
Of 10 replications that is the fastest in 70 % and within the deadline in 80 %;
all jobs are done in 70 %; the allocation is not enough in 20 %.

h2o-vqe on ibm_kingston, plan pay-as-you-go

                     vs  cost,                  vs                      active
  mode     usage  batch    USD   wall-clock  batch        queue  jobs  windows
──────────────────────────────────────────────────────────────────────────────
  job       18 s      -  28.80  33 min 40 s      -       33 min   3/3        0
    p10     18 s         28.80   2 min 10 s          1 min 30 s
    p90     18 s         28.80  12 h 37 min         12 h 36 min
  batch      6 s          9.60  12 min 30 s              11 min   1/3        1
    p10      6 s          9.60        2 min                30 s   1/3
    p90     18 s         28.80   4 h 14 min          4 h 12 min   3/3
▶ session   42 s      -  67.20  11 min 40 s      -       11 min   3/3        1
    p10     38 s         60.80   1 min 10 s                30 s   2/3
    p90     46 s         73.60   4 h 13 min          4 h 12 min   3/3
  active windows: of the replication of median wall-clock

of 10 replications        job  batch  session
─────────────────────────────────────────────
cheapest                100 %   40 %      0 %
fastest                  30 %    0 %     70 %
within the deadline      40 %   70 %     80 %
all jobs done           100 %   40 %     70 %
cut by the maximum TTL      -   60 %     30 %
allocation not enough     0 %    0 %     20 %
  cheapest and fastest among the modes that do most; ties count for each

- batch: the maximum TTL of 8 h cuts it in 60 % of the replications.
- session: the maximum TTL of 8 h cuts it in 30 % of the replications; the
  allocation (45 s left) is not enough in 20 %.
"""

ASKED = """\
▶ session   42 s   2.3x  67.20  11 min 40 s   0.3x       11 min   3/3        1
    p5      38 s         60.80   1 min 10 s                30 s
    p10     38 s         60.80   1 min 10 s                30 s
    p90     46 s         73.60   4 h 13 min          4 h 12 min
    p95     47 s         75.20      1 d 4 h             1 d 4 h
"""

LARGE = """\
                              cost,
  mode         usage            USD  wall-clock    queue            jobs
────────────────────────────────────────────────────────────────────────
  job      114 d 7 h  15,802,468.80     1,234 d  1,200 d  99,990/100,000
  batch    114 d 7 h  15,802,468.80     1,234 d  1,200 d  99,990/100,000
"""

ALL = (
    samples.vqe,
    samples.open_plan,
    samples.unknown_price,
    samples.spread,
    samples.risky,
    samples.large,
    samples.hostile,
    samples.hostile_spread,
)


def test_compare_verdict_first_then_the_table_then_what_it_rests_on() -> None:
    assert compare_table(samples.vqe()) == COMPARED


def test_recommend_reasons_actions_runners_up_and_break_even() -> None:
    assert recommend_text(samples.vqe()).startswith(RECOMMENDED)


def test_the_snippet_stands_last_as_it_is() -> None:
    snippet = "with Session(backend=backend) as session:  # " + "[bold]unwrapped[/bold] " * 10
    report = replace(samples.vqe(), recommendation=replace(samples.ADVICE, snippet=f"{snippet.strip()}\n    x = 1\n"))
    assert recommend_text(report).endswith(f"\nSnippet\n\n{snippet.strip()}\n    x = 1\n")


def test_a_spread_is_told_as_p50_over_p10_and_p90() -> None:
    assert SPREAD in compare_table(samples.spread())


def test_the_odds_stand_below_the_modes() -> None:
    assert compare_table(samples.risky()).startswith(RISKY)


def test_quantiles_asked_for_stand_below_the_median_in_rising_order() -> None:
    assert ASKED in compare_table(samples.spread(5, 95))


def test_the_advice_tells_ranges_first_and_the_odds_after_what_to_do() -> None:
    text = recommend_text(samples.spread(95))
    assert text.splitlines()[2:5] == [
        "10 to 90 %: 38 s to 46 s of usage, 60.80 to 73.60 USD, done in 1 min 10 s to",
        "4 h 13 min; p95: 47 s of usage, 75.20 USD, done in 1 d 4 h.",
        "",
    ]
    odds = text.index("\nof 10 replications    job  batch  session\n")
    assert text.index("What to do") < odds < text.index("Also simulated")


def test_one_mode_alone_is_not_held_against_others_that_are_not_shown() -> None:
    told = compare_table(replace(samples.risky(), modes=(Mode.SESSION,)))
    assert "\nOf 10 replications that is within the deadline in 80 %; all jobs are done in\n70 %;" in told
    assert "\nof 10 replications      session\n" in told
    assert "\ncheapest" not in told
    assert "ties" not in told


@pytest.mark.parametrize("sample", [samples.spread, samples.risky, samples.hostile_spread])
def test_the_odds_fit_a_terminal_of_60_columns(sample: Callable[[], Report]) -> None:
    lines = compare_table(sample()).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("of 10 replications"))
    table = lines[start : lines.index("", start)]
    assert max(cell_len(line) for line in table if not line.startswith("  ")) <= 60


def test_the_column_of_the_chosen_mode_is_marked_in_colour_only() -> None:
    assert "\x1b[1;32m   70 %\x1b[0m" in compare_table(samples.risky(), color=True)


def test_a_timeline_of_replications_says_which_it_is_and_tells_its_own_figures() -> None:
    text = compare_table(samples.risky(), timeline=True)
    assert "\nsession, the replication of median wall-clock: 42 s of usage, 67.20 USD, done in\n11 min 40 s\n" in text
    assert "\nbatch, the replication of median wall-clock: 6 s of usage, 9.60 USD, 1 of 3 jobs\ndone in" in text


def test_the_widest_figures_still_stand_side_by_side() -> None:
    assert LARGE in compare_table(samples.large())


def test_a_refused_mode_is_a_row_with_its_reason_and_no_figures() -> None:
    text = compare_table(samples.open_plan())
    assert "\n  session  refused: The Open plan admits no sessions (rule S-09).\n" in text
    assert "▶ batch     18 s         not billed  5 min 40 s" in text


def test_an_unknown_price_is_said_and_explained() -> None:
    text = compare_table(samples.unknown_price())
    assert "  job       18 s   1.0x  unknown  5 min 40 s" in text
    assert "- Cost: the price of flex is agreed with each customer; set\n" in text


def test_one_mode_alone_has_no_ratios() -> None:
    text = compare_table(replace(samples.vqe(), modes=(Mode.BATCH,)))
    assert "vs" not in text
    assert "  batch     18 s  28.80  5 min 40 s  5 min   3/3        3\n" in text
    assert "▶" not in text


def test_estimate_of_several_workloads_is_one_table_with_a_sum() -> None:
    other = replace(samples.open_plan(), workload=replace(samples.workload("sweep", "sweep.yaml"), plan=samples.PAYG))
    text = estimate_table([samples.vqe(), other])
    assert text.startswith("2 workloads together: 58 s of usage, no total cost; 2 jobs stay undone.\n")
    assert "\nsweep       job         18 s  not billed  5 min 40 s   1/3\n" in text
    assert "\n            session  refused           -           -     -\n" in text
    assert "\n- sweep: session is refused: The Open plan admits no sessions (rule S-09).\n" in text


def test_several_backends_stand_side_by_side_before_their_modes() -> None:
    miami = replace(samples.vqe(), workload=samples.workload(backend=samples.MIAMI))
    facts = (*samples.FACTS[:3], replace(samples.FACTS[3], value="9 s"))
    text = compare([samples.vqe(), replace(miami, assumptions=facts)], Options())
    assert text.startswith("Cheapest and fastest: ibm_kingston as a session, 64.00 USD, done in 2 min 20 s.\n")
    assert "\nibm_miami     session   40 s  64.00 USD  2 min 20 s   3/3\n" in text
    assert "\n\nh2o-vqe on ibm_miami, plan pay-as-you-go\nRun it as a session: 40 s of usage" in text
    assert text.count("\nAssumed\n") == 1
    assert "Assumed for h2o-vqe on ibm_miami" in text


@pytest.mark.parametrize("sample", ALL)
@pytest.mark.parametrize(
    ("asked", "most"),
    [pytest.param(20, 80, id="too narrow"), pytest.param(80, 80, id="80"), pytest.param(100, 100, id="100"),
     pytest.param(300, 120, id="very wide")],
)  # fmt: skip
def test_no_line_is_wider_than_the_terminal(sample: Callable[[], Report], asked: int, most: int) -> None:
    report = sample()
    told = recommend_text(replace(report, recommendation=replace(report.recommendation, snippet="")), width=asked)
    for text in (compare_table(report, width=asked, timeline=True), told):
        assert max(map(cell_len, text.splitlines())) <= most


def test_terminal_codes_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    plain, colored = compare_table(samples.vqe()), compare_table(samples.vqe(), color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;32m" in colored


LONG = """\
mode             usage          cost  wall-clock   jobs
───────────────────────────────────────────────────────
a-sweep-of-angles-at-seven-noise-factors on ibm_kingston
  job             18 s     28.80 USD  5 min 40 s  10/10
  batch           18 s     28.80 USD  5 min 40 s    3/3
▶ session  20 min 40 s  1,984.00 USD  2 min 20 s    3/3
h2o-vqe on ibm_miami
  job             18 s     28.80 USD  5 min 40 s    3/3
"""


def test_labels_too_long_for_a_column_stand_above_their_figures_and_no_number_is_cut() -> None:
    ten = replace(samples.JOB, runs=(samples.figures(18, 340, 300, jobs=10),))
    dear = replace(samples.SESSION, runs=(samples.figures(1240, 140, 100),))
    name = "a-sweep-of-angles-at-seven-noise-factors"
    first = samples.with_accounts(replace(samples.vqe(), workload=samples.workload(name)), ten, samples.BATCH, dear)
    text = estimate_table([first, replace(samples.vqe(), workload=samples.workload(backend=samples.MIAMI))])
    assert LONG in text
    wide = estimate_table([first, replace(samples.vqe(), workload=samples.workload(backend=samples.MIAMI))], width=120)
    assert f"\n{name}  ibm_kingston    job " in wide


def test_columns_that_are_left_out_are_named() -> None:
    assert "\n  left out for want of width: active windows\n" in compare_table(samples.large())
    assert "left out" not in compare_table(samples.vqe())


def test_a_run_that_is_cut_has_no_ratio() -> None:
    cut = replace(samples.JOB, runs=(samples.figures(6, 40, 30, cancelled=2),))
    text = compare_table(samples.with_accounts(samples.vqe(), cut, samples.BATCH, samples.SESSION))
    assert "\n  job        6 s      -   9.60        40 s      -        30 s   1/3        0\n" in text


def test_several_reports_of_one_workload_are_ranked_before_the_advice_on_each() -> None:
    miami = replace(samples.vqe(), workload=samples.workload(backend=samples.MIAMI))
    text = recommend([samples.vqe(), miami, miami], Options())
    assert text.startswith(
        "1 repeated input left out: each counts once.\n"
        "Choose ibm_kingston as a session: 40 s of usage, 64.00 USD, done in 2 min 20 s.\n"
    )
    assert "\nibm_miami     session   40 s  64.00 USD  2 min 20 s  the same usage and time\n" in text
    assert text.count("\nWhat to do\n") == 2


def test_what_is_not_billed_is_never_called_unknown() -> None:
    report = samples.open_plan()
    others = tuple(replace(other, cost=None) for other in samples.ADVICE.alternatives)
    text = recommend_text(replace(report, recommendation=replace(report.recommendation, alternatives=others)))
    assert "not billed" in text
    assert "unknown" not in text
