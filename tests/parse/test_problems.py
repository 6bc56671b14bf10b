"""Faulty files and the exact lines they get: shape and meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from qplan.errors import Severity
from qplan.parse import load
from tests.parse.texts import found, lines, workload

HEAD = "qplan: 1\n"
ONE = "jobs: [{name: a, qpu: 5s}]\n"

SHAPE: list[tuple[str, list[str], str]] = [
    ("jobs: [{qpu: 5s}]", ["1:1: QP102: the key 'qplan' is required"], "no version"),
    ("qplan: 1", ["1:1: QP102: the key 'jobs' is required"], "no jobs"),
    ("qplan: 1\njobs: []", ["2:7: QP104: jobs must hold at least one entry"], "empty jobs"),
    (
        "qplan: 2\n" + ONE,
        ["1:8: QP106: qplan must be 1, the version of the format that this qplan reads, not 2"],
        "another version",
    ),
    ("hello", ["1:1: QP103: the file must be a mapping of keys to values, not 'hello'"], "a word"),
    ("[1]", ["1:1: QP103: the file must be a mapping of keys to values, not a list"], "a list"),
    (HEAD + "jobs: {a: 1}", ["2:7: QP103: jobs must be a list, not a mapping"], "jobs as a mapping"),
    (HEAD + "jobs: [5]", ["2:8: QP103: jobs[0] must be a mapping of keys to values, not 5"], "a job that is a number"),
    (HEAD + "jobs: [{shot: 5}]", ["2:9: QP101: unknown key 'shot'"], "unknown key of a job"),
    (HEAD + ONE + "colour: red", ["3:1: QP101: unknown key 'colour'"], "unknown key of the file"),
    (
        HEAD + "jobs: [{shots: -5}]",
        ["2:16: QP104: shots must be a whole number of at least 1, not -5"],
        "negative shots",
    ),
    (
        HEAD + "jobs: [{shots: 1.5}]",
        ["2:16: QP103: shots must be a whole number of at least 1, not 1.5"],
        "half a shot",
    ),
    (HEAD + "jobs: [{shots: '5'}]", ["2:16: QP103: shots must be a whole number of at least 1, not '5'"], "text"),
    (HEAD + "jobs: [{shots: true}]", ["2:16: QP103: shots must be a whole number of at least 1, not true"], "a flag"),
    (
        HEAD + "jobs: [{shots: 1e10}]",
        ["2:16: QP104: shots must be a whole number of at most 1,000,000,000, not 10000000000.0"],
        "too many shots",
    ),
    (HEAD + "jobs: [{shots: }]", ["2:16: QP103: shots must be a whole number of at least 1, not nothing"], "no value"),
    (HEAD + ONE + "batch:", ["3:7: QP103: batch must be a mapping of keys to values, not nothing"], "empty batch"),
    (
        HEAD + "jobs: [{options: {resilience_level: 3}}]",
        ["2:37: QP104: resilience_level must be a whole number from 0 to 2, not 3"],
        "level 3",
    ),
    (
        HEAD + "jobs: [{options: {twirling: {num_randomizations: many}}}]",
        ["2:50: QP103: num_randomizations must be a whole number of at least 1 or auto, not 'many'"],
        "neither a number nor auto",
    ),
    (
        HEAD + "jobs: [{options: {twirling: {enable_gates: yes}}}]",
        ["2:44: QP103: enable_gates must be true or false, not 'yes'"],
        "yes is a word",
    ),
    (
        HEAD + "jobs: [{options: {execution: {rep_delay: 250}}}]",
        ["2:42: QP104: rep_delay must be a number of seconds from 0 to 1, not 250"],
        "microseconds",
    ),
    (
        HEAD + "mode: sesion\n" + ONE,
        ["2:7: QP103: mode must be job, batch, session or any, not 'sesion'"],
        "misspelled mode",
    ),
    (
        HEAD + "jobs: [{qpu: 5 parsecs}]",
        [
            "2:14: QP105: qpu: '5 parsecs' is not a duration; write it like 500us, 20ms, 5s, 10m, 2h or 1h30m;"
            " a bare number is seconds"
        ],
        "no duration",
    ),
    (
        HEAD + "jobs: [{qpu: {p50: 5s, p9x: 6s}}]",
        ["2:24: QP101: unknown key 'p9x'"],
        "misspelled quantile",
    ),
    (HEAD + "jobs: [{qpu: {mean: 5s}}]", ["2:14: QP102: the key 'sd' is required"], "half a spread"),
    (HEAD + "jobs: [{qpu: []}]", ["2:14: QP104: qpu is an empty list: a duration is missing"], "empty sample"),
    (HEAD + "jobs: [{qpu: {}}]", ["2:14: QP104: qpu is an empty mapping: a duration is missing"], "empty spread"),
    (
        HEAD + "queue: {correlation: {p50: 1h}}\nsession: {max_time: [1h], interactive_ttl: {p50: 1s}}\n" + ONE,
        [
            "2:22: QP103: correlation: it cannot be random; write one duration such as 4s",
            "3:21: QP103: max_time: it cannot be random; write one duration such as 4s",
            "3:44: QP103: interactive_ttl: it cannot be random; write one duration such as 4s",
        ],
        "random settings",
    ),
    (
        HEAD + "backend: {rep_delay: [1ms]}\njobs: [{circuit_duration: {mean: 1us, sd: 0}}]",
        [
            "2:22: QP103: rep_delay: it cannot be random; write one duration such as 4s",
            "3:27: QP103: circuit_duration: it cannot be random; write one duration such as 4s",
        ],
        "random figures",
    ),
    (
        HEAD + "queue: {wait: {p50: {mean: 1s, sd: 1s}}}\njobs: [{qpu: [[1s], 2s], think: {mean: [1s], sd: 1s}}]",
        [
            "2:21: QP103: p50: a spread cannot stand inside a spread; write one duration such as 4s",
            "3:15: QP103: qpu[0]: a spread cannot stand inside a spread; write one duration such as 4s",
            "3:40: QP103: mean: a spread cannot stand inside a spread; write one duration such as 4s",
        ],
        "nested spreads",
    ),
    (HEAD + "queue: {between: {p50: }}\n" + ONE, ["2:24: QP105: p50: nothing is not a duration"], "half a quantile"),
    (HEAD + "queue: {wiat: 5m}\n" + ONE, ["2:9: QP101: unknown key 'wiat'"], "a misspelt wait"),
    (HEAD + "jobs:\n\t- {qpu: 1s}", ["3:1: QP001: not valid YAML: a tab"], "a tab"),
    (HEAD + "jobs:\n- name: a\n\tqpu: 1s", ["4:1: QP001: not valid YAML: a tab"], "a tab inside a job"),
    (
        HEAD + 'name: "a\\u202eb"\n' + ONE,
        ["2:7: QP104: name must be a name of 1 to 200 printable characters, not 'a\\u202eb'"],
        "bidirectional",
    ),
    (
        HEAD + "name: 2026\n" + ONE,
        ["2:7: QP103: name must be a name of 1 to 200 printable characters, not 2026"],
        "a name that is a number",
    ),
    (
        HEAD + "jobs: [{qpu: 1h, after: [1, b]}]",
        ["2:26: QP103: after[0] must be a name of 1 to 200 printable characters, not 1"],
        "a name in a list that is a number",
    ),
    (
        HEAD + "plan: {price_per_second: -1, currency: euro}\n" + ONE,
        [
            "2:26: QP104: price_per_second must be a number from 0 to 1,000,000 or null, not -1",
            "2:40: QP103: currency must be a currency code such as USD, not 'euro'",
        ],
        "two at once",
    ),
]

MEANING: list[tuple[str, list[str], str]] = [
    (
        HEAD + "jobs: [{name: a, qpu: 5s}, {name: a, qpu: 5s}]",
        ["2:35: QP201: the name 'a' is used twice (first at line 2)"],
        "same name",
    ),
    (
        HEAD + "jobs: [{loop: l, jobs: [{name: a, qpu: 1s}]}, {name: a, qpu: 5s}]",
        ["2:54: QP201: the name 'a' is used twice (first at line 2)"],
        "same name inside a loop",
    ),
    (
        HEAD + "jobs: [{name: a, qpu: 5s, after: [aa]}]",
        ["2:35: QP202: after: there is no job or loop 'aa'"],
        "unknown name",
    ),
    (
        HEAD + "jobs: [{name: a, qpu: 5s, after: a}]",
        ["2:34: QP203: after goes in a circle: 'a' waits for 'a'"],
        "waits for itself",
    ),
    (
        HEAD + "jobs:\n- {name: a, after: c}\n- {name: b, after: a}\n- {name: c, after: [b]}\n- {name: d, after: c}",
        ["3:20: QP203: after goes in a circle: 'a' waits for 'c' waits for 'b' waits for 'a'"],
        "a circle, and one who waits for it",
    ),
    (
        HEAD + "jobs: [{circuits: 2, pubs: [{circuits: 3}]}]",
        ["2:19: QP204: circuits and pubs exclude each other: say it in each PUB"],
        "circuits and pubs",
    ),
    (
        HEAD + "jobs: [{primitive: estimator, shots: 5, precision: 0.1}]",
        ["2:52: QP204: shots and precision exclude each other: keep one"],
        "shots and precision",
    ),
    (
        HEAD + "jobs: [{pubs: [{depth: 5, circuit_duration: 1us}]}]",
        ["2:45: QP204: depth and circuit_duration exclude each other: keep one"],
        "depth and duration",
    ),
    (
        HEAD + "jobs: [{options: {max_execution_time: 5, environment: {max_execution_time: 6}}}]",
        ["2:39: QP204: max_execution_time is given twice, here and in environment; keep one"],
        "two limits",
    ),
    (
        HEAD + "jobs: [{primitive: estimator, options: {resilience: {zne_mitigation: true, pec_mitigation: true}}}]",
        ["2:92: QP204: ZNE and PEC cannot be combined; set one of them to false"],
        "ZNE and PEC",
    ),
    (
        HEAD + "jobs: [{loop: l, jobs: [{name: a, iterations: 3, think: 1s, copies: 2, after: [b]}]}]",
        [
            "2:47: QP205: a job inside a loop has no iterations of its own; say it on the loop 'l'",
            "2:57: QP205: a job inside a loop has no think of its own; say it on the loop 'l'",
            "2:69: QP205: a job inside a loop has no copies of its own; say it on the loop 'l'",
            "2:79: QP205: a job inside a loop has no after of its own; say it on the loop 'l'",
        ],
        "keys of the loop",
    ),
    (
        HEAD + "session: {max_time: 8h 1s}\n" + ONE,
        ["2:21: QP206: max_time must be at most 8h, the plan's system maximum for a session, not 8h 1s"],
        "longer than the maximum",
    ),
    (
        HEAD + "plan: open\nbatch: {max_time: 20m}\n" + ONE,
        ["3:19: QP206: max_time must be at most 10m, the plan's system maximum for a batch, not 20m"],
        "longer than the Open plan's batch",
    ),
    (
        HEAD + "backend: {profile: ibm_fez, lanes: 1}\nbackground: {busy_lanes: [1s, 2s]}\n" + ONE,
        ["3:26: QP207: 2 busy lanes, but ibm_fez has 1"],
        "more busy lanes than lanes",
    ),
    (
        HEAD + "session: {end: cancel}\n" + ONE,
        ["2:16: QP208: end: cancel needs cancel_after, the result at which it happens"],
        "cancel without a number",
    ),
    (
        HEAD + "batch: {cancel_after: 3}\n" + ONE,
        ["2:23: QP208: cancel_after needs end: cancel, not end: close"],
        "a number without cancel",
    ),
    (
        HEAD + "queue: {wait: {p50: 4h, p90: 11m}}\n" + ONE,
        ["2:15: QP209: wait: p90 is shorter than p50: quantiles cannot fall"],
        "falling quantiles",
    ),
    (
        HEAD + "jobs: [{qpu: {mean: 0, sd: 1s}}]",
        ["2:14: QP209: qpu: a mean of 0 leaves no room for a standard deviation; give a longer mean"],
        "a mean of 0",
    ),
    (
        HEAD + "jobs: [{qpu: 5s}, {qpu: 1s, count: 1000, iterations: 1000, copies: 2}]",
        ["2:19: QP210: 2,000,001 jobs in all, 2,000,000 of them here; at most 1,000,000 are planned"],
        "too many jobs",
    ),
    (
        HEAD + "jobs: [{qpu: 1s, count: 1e9, iterations: 1e9, copies: 1e9}]",
        ["2:8: QP210: more than 10^12 jobs in all, more than 10^12 of them here; at most 1,000,000 are planned"],
        "far too many jobs",
    ),
    (HEAD + "backend: ibm_kingstn\n" + ONE, ["2:10: QP211: unknown backend 'ibm_kingstn'"], "unknown backend"),
    (HEAD + "plan: {profile: opem}\n" + ONE, ["2:17: QP211: unknown plan 'opem'"], "unknown plan"),
    (HEAD + "queue: quite-2026\n" + ONE, ["2:8: QP211: unknown queue profile 'quite-2026'"], "unknown queue"),
    (HEAD + "usage: {model: m}\n" + ONE, ["2:16: QP211: unknown usage model 'm'"], "unknown usage model"),
    (HEAD + "background: none\n" + ONE, ["2:13: QP211: unknown background profile 'none'"], "unknown background"),
    (
        HEAD + "jobs: [{primitive: sampler, precision: 0.1, options: {resilience_level: 1, resilience: {}}}]",
        [
            "2:40: QP213: precision is for the estimator, and this is a sampler; give shots",
            "2:73: QP213: resilience_level is an option of the estimator, and this is a sampler",
            "2:88: QP213: resilience is an option of the estimator, and this is a sampler",
        ],
        "a sampler with the estimator's options",
    ),
    (
        HEAD + "jobs: [{primitive: estimator, options: {execution: {meas_type: kerneled}}}]",
        ["2:64: QP213: meas_type is an option of the sampler, and this is an estimator"],
        "an estimator with the sampler's option",
    ),
    (
        HEAD + "jobs: [{qpu: 2000000h, iterations: 1000}]",
        ["2:8: QP214: the workload could take longer than the clock's range of 317 years"],
        "beyond the clock",
    ),
    (
        HEAD + "backend: ibm_miami\nplan: open\n" + ONE,
        ["2:10: QP216: the plan open may not use ibm_miami"],
        "a QPU of other plans",
    ),
    (
        HEAD + "jobs: [{name: a, qpu: 1s, count: 2, iterations: 3, failure: {numbers: [6, 7]}}]",
        ["2:71: QP217: there are 6 jobs 'a', so none has the number 7"],
        "failure of nobody",
    ),
    (
        HEAD + "plan: {profile: flex, currency: EUR}\n" + ONE,
        ["2:33: QP218: a currency needs a price in it: the profile's price is in another"],
        "currency alone",
    ),
    (
        HEAD + "jobs: [{depth: 3, two_qubit_depth: 4}]",
        ["2:36: QP219: two_qubit_depth must be at most the depth of 3, not 4"],
        "deeper than deep",
    ),
]


LONG: list[tuple[str, str]] = [
    ("qpu: {p50: 1s, max: 3000h}, iterations: 1000", "quantiles"),
    ("qpu: [1s, 1s, 1s, 3000h], iterations: 1000", "a sample"),
    ("qpu: {dist: exponential, mean: 1000h}, iterations: 100", "exponential"),
    ("qpu: {mean: 100h, sd: 1000h}, iterations: 100", "log-normal"),
    ("think: {p50: 1s, max: 3000h}, iterations: 1000", "think"),
]


@pytest.mark.parametrize(("job", "word"), LONG, ids=[word for _, word in LONG])
def test_no_draw_can_leave_the_clock(job: str, word: str) -> None:
    assert lines(HEAD + f"jobs: [{{{job}}}]") == [
        "f.yaml:2:8: QP214: the workload could take longer than the clock's range of 317 years"
    ]


SURROUNDED: list[tuple[str, str]] = [
    ("queue: {p50: 1s, max: 3000h}", "the wait of each step"),
    ("queue: {wait: 1s, between: {dist: exponential, mean: 100h}}", "others between"),
    ("background: {calibrations: {every: 1h, duration: {p50: 1s, max: 3000h}}}", "a calibration before each job"),
    ("background: {arrivals: {every: 1h, qpu: {p50: 1s, max: 3000h}}}", "a foreign job before each job"),
]


@pytest.mark.parametrize(("text", "word"), SURROUNDED, ids=[word for _, word in SURROUNDED])
def test_no_delay_can_leave_the_clock(text: str, word: str) -> None:
    last = found(HEAD + text + "\njobs: [{qpu: 1s, iterations: 1000}]")[-1]
    assert (last.code, last.path) == ("QP214", "jobs[0]")


@pytest.mark.parametrize(("text", "expected", "word"), SHAPE, ids=[word for *_, word in SHAPE])
def test_the_shape(text: str, expected: list[str], word: str) -> None:
    told = lines(text)
    if not any("write it like" in line for line in expected):
        told = [line.partition("; write it like")[0] for line in told]
    assert told == [f"f.yaml:{line}" for line in expected]


@pytest.mark.parametrize(("text", "expected", "word"), MEANING, ids=[word for *_, word in MEANING])
def test_the_meaning(text: str, expected: list[str], word: str) -> None:
    assert lines(text) == [f"f.yaml:{line}" for line in expected]


HINTS: list[tuple[str, str, str]] = [
    ("jobs: [{shot: 5}]", "did you mean 'shots'?", "nearest key"),
    ("jobs: [{rep_delay: 5}]", "it belongs at jobs[].options.execution.rep_delay", "key of another mapping"),
    ("shots: 5\njobs: [{}]", "it belongs at jobs[].shots", "key of a job"),
    ("jobs: [{qpu: {p9x: 5s}}]", "did you mean 'p90'?", "nearest quantile"),
    (
        "jobs: [{options: {foo: 1}}]",
        "known keys: default_shots, max_execution_time, execution, environment, twirling, dynamical_decoupling,"
        " experimental, simulator",
        "options of a sampler",
    ),
    ("queue: {wiat: 5m}\njobs: [{}]", "did you mean 'wait'?", "nearest key of a queue"),
    ("queue: {betwen: 5m}\njobs: [{}]", "did you mean 'between'?", "another key of a queue"),
    (
        "queue: {foo: 5m}\njobs: [{}]",
        "known keys: profile, wait, between, correlation, fair_share",
        "no key of a queue",
    ),
    ("queue: {p5o: 5m}\njobs: [{}]", "did you mean 'p50'?", "nearest quantile of a wait"),
    ("queue: {wait: {maen: 5m, mean: 5m, sd: 1s}}\njobs: [{}]", "did you mean 'mean'?", "nearest key of a spread"),
    ("background: {arrivals: {evry: 5m, every: 5m, qpu: 1s}}\njobs: [{}]", "did you mean 'every'?", "key of a stream"),
    ("jobs: [{shots: '5'}]", "write it without quotes", "a number as text"),
    ("jobs: [{shots: }]", "give a value, or leave the key out", "no value"),
    ("jobs: [{name: 5}]", "put it in quotes to make it text", "a number as a name"),
    ("mode: sesion\njobs: [{}]", "did you mean 'session'?", "nearest word"),
    ("jobs: [{name: abc, after: [abd]}]", "did you mean 'abc'?", "nearest name"),
    ("jobs: [{loop: l, jobs: [{name: a}]}, {after: a}]", "it is inside a loop: name the loop 'l'", "a job of a loop"),
    ("backend: ibm_kingstn\njobs: [{}]", "did you mean 'ibm_kingston'?", "nearest profile"),
]


@pytest.mark.parametrize(("text", "hint", "word"), HINTS, ids=[word for *_, word in HINTS])
def test_hints_say_what_would_be_right(text: str, hint: str, word: str) -> None:
    assert [problem.hint for problem in found(HEAD + text)] == [hint]


def test_problems_of_text_shape_and_meaning_are_told_together_in_the_order_of_the_file() -> None:
    text = """qplan: 1
backend: ibm_kingstn
jobs:
  - {name: a, shots: -5, shots: 6}
  - {name: b, qpu: .inf}
  - {name: b, after: [a, zz], colour: red}
"""
    assert lines(text) == [
        "f.yaml:2:10: QP211: unknown backend 'ibm_kingstn'",
        "f.yaml:4:22: QP104: shots must be a whole number of at least 1, not -5",
        "f.yaml:4:26: QP003: the key 'shots' is repeated (first at line 4, column 15); keep one of the two",
        "f.yaml:5:20: QP009: .inf is not a finite number",
        "f.yaml:6:12: QP201: the name 'b' is used twice (first at line 5)",
        "f.yaml:6:26: QP202: after: there is no job or loop 'zz'",
        "f.yaml:6:31: QP101: unknown key 'colour'",
    ]


def test_a_faulty_name_does_not_make_its_followers_faulty() -> None:
    assert lines(HEAD + "jobs: [{name: 5, qpu: 1s}, {qpu: 1s, after: ['5']}]") == [
        "f.yaml:2:15: QP103: name must be a name of 1 to 200 printable characters, not 5"
    ]


def test_an_unknown_primitive_does_not_have_the_options_of_another() -> None:
    text = "jobs: [{primitive: estimater, precision: 0.1, observable_groups: 3, options: {resilience_level: 1}}]"
    assert [problem.code for problem in found(HEAD + text)] == ["QP103"]


def test_a_faulty_cancel_after_is_not_also_missing() -> None:
    assert [problem.code for problem in found(HEAD + "batch: {end: cancel, cancel_after: 0}\n" + ONE)] == ["QP104"]


def test_a_faulty_loop_keeps_its_name_for_those_that_wait_for_it() -> None:
    assert [problem.code for problem in found(HEAD + "jobs: [{loop: l, jobs: []}, {after: l, qpu: 1s}]")] == ["QP104"]


WARNINGS: list[tuple[str, str, str]] = [
    (
        "mode: session\nplan: open\njobs: [{qpu: 1s, count: 2}]",
        "2:7: QP308: the plan open has no sessions",
        "a session on a plan that has none: refused when it is priced",
    ),
    ("mode: session\n" + ONE, "2:7: QP301: a session with one job brings nothing over job mode", "one job"),
    ("backend: ibm_brisbane\n" + ONE, "2:10: QP302: ibm_brisbane was retired on 2025-11-03", "retired"),
    (
        "session: {interactive_ttl: 5m}\n" + ONE,
        "2:28: QP303: IBM fixes the interactive TTL of a session; an administrator can ask for another",
        "interactive TTL",
    ),
    (
        "jobs: [{options: {experimental: {a: 1}}}]",
        "2:33: QP304: options.experimental is ignored: what it does to time is not known",
        "experimental",
    ),
    (
        "backend: ibm_pittsburgh\nplan: open\n" + ONE,
        "2:10: QP305: the plan open probably may not use ibm_pittsburgh",
        "perhaps no access",
    ),
    (
        "jobs: [{primitive: sampler, pubs: [{observable_groups: 3}]}]",
        "2:56: QP306: a sampler has no observables, yet its circuits are counted 3 times",
        "observables of a sampler",
    ),
    (
        "jobs: [{qpu: 5s, options: {default_shots: 9, max_execution_time: 9, execution: {rep_delay: 0.001}}}]",
        "2:27: QP307: qpu states the quantum time, which default_shots, rep_delay cannot change",
        "options beside a stated time",
    ),
]


@pytest.mark.parametrize(("text", "line", "word"), WARNINGS, ids=[word for *_, word in WARNINGS])
def test_what_is_allowed_but_unwise_is_a_warning(text: str, line: str, word: str) -> None:
    assert lines(HEAD + text) == [f"f.yaml:{line}"]
    [problem] = found(HEAD + text)
    assert problem.severity is Severity.WARNING
    assert workload(HEAD + text).diagnostics == (problem,)


ALLOWED: list[tuple[str, str]] = [
    ("session: {max_time: 8h}\n" + ONE, "the maximum itself"),
    ("session: {max_time: 2h 30m 40s}\n" + ONE, "Qiskit's form of a duration"),
    ("backend: local_simulator\nsession: {interactive_ttl: 5m}\n" + ONE, "an interactive TTL where nothing is real"),
    ("x-note: [1, {a: b}]\njobs: [{qpu: 1s, x-a: 1}]", "keys of other programs"),
    ("background: {busy_lanes: [1s, 1s, 1s, 1s, 1s]}\n" + ONE, "as many busy lanes as lanes"),
    ("mode: job\n" + ONE, "job mode with one job"),
    ("jobs: [{qpu: 1s, count: 100000}]", "100,000 jobs"),
    ("jobs: [{qpu: 1s, options: {max_execution_time: 5}}]", "an option that cuts a stated time"),
    ("jobs: [{primitive: sampler, observable_groups: 1}]", "one group of a sampler is none"),
]


@pytest.mark.parametrize(("text", "word"), ALLOWED, ids=[word for _, word in ALLOWED])
def test_what_is_fine_has_no_problem(text: str, word: str) -> None:
    assert found(HEAD + text) == ()


def test_problems_have_paths_and_codes() -> None:
    [problem] = found(HEAD + "jobs: [{qpu: 1s}, {pubs: [{circuits: 1}, {shots: 0}]}]")
    assert (problem.path, problem.code, problem.severity) == ("jobs[1].pubs[1].shots", "QP104", Severity.ERROR)


def test_all_files_are_told_of_and_the_valid_ones_returned(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "jobs: [{shots: 0}]")
    (tmp_path / "b.yaml").write_text(HEAD + "mode: batch\n" + ONE)
    (tmp_path / "c.yaml").write_text(HEAD + "jobs: [{qpu: x}]")
    loaded = load([str(tmp_path / name) for name in ("a.yaml", "b.yaml", "c.yaml")])
    assert [one.file for one in loaded.workloads] == [str(tmp_path / "b.yaml")]
    assert [(Path(problem.mark.file).name, problem.code) for problem in loaded.problems] == [
        ("a.yaml", "QP104"),
        ("b.yaml", "QP301"),
        ("c.yaml", "QP105"),
    ]
