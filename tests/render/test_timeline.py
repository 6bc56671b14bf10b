"""Runs drawn against time."""

from dataclasses import replace

import pytest

from qplan.model.account import Account
from qplan.model.trace import Phase, Span
from qplan.render.axis import ruler
from qplan.render.fold import Fold, axis
from qplan.render.timeline import drawing, legend
from tests.render import samples
from tests.render.samples import S


def drawn(account: Account, width: int = 80) -> str:
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in drawing(account, width))


SHORT = """\
   queue │·····⋯·····
  client │                         --------              --------
 session │           ==============$$$$$$$$==============$$$$$$$$==============
  lane 1 │           ░░░░░░█████████      ░░░░░░░█████████      ░░░░░░█████████
     QPU │                ██████████            ██████████            █████████
         └╌╌╌╌╌╌╌╌╌╌╌┴─────────────┴──────────────┴────────────────────────────┘
          0 s        1 min 40 s    1 min 50 s     2 min               2 min 20 s
         a column is 0.7 s; ⋯ folded: queue 1 min 40 s
"""

LONG = """\
   queue │··⋯··     ··⋯··     ··⋯··      ··⋯··    ⋯⋯⋯⋯⋯⋯⋯  ··⋯··      ··⋯··
  client │        --        --         --         ⋯⋯⋯⋯⋯⋯⋯--         --
  lane 1 │     ░███      ░███      ░░██       ░░██⋯⋯⋯⋯⋯⋯⋯       ░░██       ░░██
     QPU │      ███       ███       ███        ███⋯⋯⋯⋯⋯⋯⋯        ███        ███
         └╌╌╌╌╌┴────╌╌╌╌╌┴────╌╌╌╌╌──────╌╌╌╌╌┴───╌╌╌╌╌╌╌──╌╌╌╌╌──────╌╌╌╌╌────┘
          0 s  11 min    22 min 15 s          44 min 45 s            11 h 15 min
         a column is 2.7 s; ⋯ folded: queue 6 x 11 min and 54 similar jobs in
         10 h 8 min
"""


def test_a_long_wait_before_short_jobs_is_folded_and_said() -> None:
    assert drawn(samples.SESSION) == SHORT


def test_of_many_iterations_the_middle_is_folded_and_said() -> None:
    account = replace(samples.JOB, timeline=samples.job_timeline(60, 660), end_us=0)
    assert drawn(account) == LONG


def test_jobs_of_another_name_in_the_fold_are_not_called_similar() -> None:
    spans = [
        Span(job=f"{'odd' if i == 30 else 'job'}[{i}]", phase=Phase.QPU, lane=0, start_us=i * S, end_us=(i + 1) * S)
        for i in range(60)
    ]
    assert "⋯ folded: 54 jobs in 54 s" in drawn(replace(samples.JOB, timeline=tuple(spans), end_us=60 * S))


def test_what_is_even_is_drawn_to_scale() -> None:
    spans = samples.spans(("a[1]", Phase.QUEUE, None, 0, 20), ("a[1]", Phase.CLASSICAL_BEFORE, 0, 20, 30),
                          ("a[1]", Phase.QPU, 0, 30, 40))  # fmt: skip
    stretches = axis(spans, 40 * S, 40)
    assert [(s.start_us, s.end_us, s.columns, s.fold) for s in stretches] == [(0, 40 * S, 40, Fold.NOT)]
    text = drawn(replace(samples.JOB, timeline=spans, end_us=40 * S), width=51)
    assert f"queue │{'·' * 20}\n" in text
    assert f"lane 1 │{' ' * 20}{'░' * 10}{'█' * 10}\n" in text
    assert "⋯" not in text


PHASES = samples.spans(
    ("a[1]", Phase.QUEUE, None, 0, 10),
    ("a[1]", Phase.LANE_WAIT, None, 10, 20),
    ("a[1]", Phase.CLASSICAL_BEFORE, 0, 20, 30),
    ("a[1]", Phase.QPU_WAIT, 0, 30, 40),
    ("calibration", Phase.CALIBRATION, None, 30, 40),
    ("a[1]", Phase.QPU, 0, 40, 50),
    ("a[1]", Phase.CLASSICAL_AFTER, 0, 50, 60),
    ("foreign[1]", Phase.FOREIGN, 1, 0, 20),
    ("a[2]", Phase.THINK, None, 60, 70),
    ("session", Phase.IDLE, None, 60, 65),
    ("session", Phase.INACTIVE, None, 65, 70),
)


def test_each_phase_has_a_row_and_a_character_of_its_own() -> None:
    run = replace(samples.SESSION.runs[0], windows_us=((20 * S, 65 * S),))
    text = drawn(replace(samples.SESSION, runs=(run,), timeline=PHASES, end_us=70 * S), width=81)
    assert text.splitlines()[:6] == [
        "   queue │··········::::::::::",
        "  client │                                                            ----------",
        " session │                    ========================================$$$$$_____",
        "  lane 1 │                    ░░░░░░░░░░~~~~~~~~~~██████████▒▒▒▒▒▒▒▒▒▒",
        "  lane 2 │xxxxxxxxxxxxxxxxxxxx",
        "     QPU │                              %%%%%%%%%%██████████",
    ]


def test_the_legend_explains_what_occurs_and_nothing_else() -> None:
    assert legend([samples.SESSION]) == [
        "· queue",
        "- think (client)",
        "░ classical before",
        "█ QPU",
        "= active",
        "$ idle, counts as usage",
        "⋯ folded, not to scale",
    ]
    characters = [entry[0] for entry in legend([replace(samples.SESSION, timeline=PHASES)])]
    assert len(set(characters)) == len(characters) == 13


def test_idle_time_of_a_batch_is_not_called_usage() -> None:
    batch = replace(samples.BATCH, timeline=samples.session_timeline(), end_us=0)
    assert "o idle, not counted" in legend([batch])
    assert "oooo" in drawn(batch)
    assert "$" not in drawn(batch)


def test_more_lanes_than_a_screen_holds_are_counted() -> None:
    spans = tuple(Span(job="a[1]", phase=Phase.CLASSICAL_BEFORE, lane=n, start_us=0, end_us=S) for n in range(20))
    text = drawn(replace(samples.JOB, timeline=spans, end_us=S))
    assert "lane 12 │" in text
    assert "lane 13 │" not in text
    assert "8 more lanes left out" in text


def test_nothing_ran() -> None:
    assert drawn(replace(samples.JOB, timeline=(), end_us=0)) == "  nothing ran\n"


@pytest.mark.parametrize("width", [80, 97, 120])
@pytest.mark.parametrize("iterations", [1, 2, 7, 9, 10, 11, 400])
def test_columns_add_up_to_the_width(iterations: int, width: int) -> None:
    for spans in (samples.job_timeline(iterations, 660), samples.session_timeline(iterations, 7)):
        end_us = spans[-1].end_us
        stretches = axis(spans, end_us, width)
        assert sum(stretch.columns for stretch in stretches) == width
        assert [s.start_us for s in stretches[1:]] == [s.end_us for s in stretches[:-1]]
        assert (stretches[0].start_us, stretches[-1].end_us) == (0, end_us)


def test_times_below_the_ruler_stand_at_their_ticks() -> None:
    spans = samples.spans(("a[1]", Phase.QPU, 0, 0, 100), ("a[2]", Phase.QPU, 0, 100, 120))
    line, times = ruler(axis(spans, 120 * S, 60))
    assert line == "└───────────────┴──────────────┴─────────────────────────────┘"
    assert times == " 0 s            30 s           1 min                     2 min"
