"""Many files to prices: the same figures however they are run, and none simulated that is known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qplan import gating
from qplan.gating import Outcome, Pricing, Source, digest_of, price
from qplan.model.workload import Mode
from qplan.parse import Edit
from qplan.parse.load import load_text
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits
from qplan.runs import Draws
from tests.parse.texts import workload

RANDOM = (
    "qplan: 1\nname: {name}\nplan: {plan}\nbackend: ibm_kingston\nqueue: {{wait: {{p50: 1m, p90: 9m}}}}\n"
    "jobs: [{{name: j, qpu: {{p50: 5s, p90: {p90}s}}, classical_before: 1s}}]\n"
)
DRAWS = Draws(replications=30)


def source(name: str, p90: int = 9, plan: str = "pay-as-you-go") -> Source:
    return Source(file=f"{name}.yaml", text=RANDOM.format(name=name, p90=p90, plan=plan))


def priced(*sources: Source, **asked: Any) -> Outcome:
    return price(sources, Pricing(draws=DRAWS, **asked))


def test_a_workload_in_its_own_mode_replication_by_replication() -> None:
    [found] = priced(replace(source("a"), text=source("a").text + "mode: session\n")).priced
    assert (found.name, found.file, found.mode, found.backend) == ("a", "a.yaml", Mode.SESSION, "ibm_kingston")
    assert len(found.usage_us) == len(found.wall_us) == 30
    assert found.costs is not None
    cents = [Decimal(us) * Decimal("1.60") / 1_000_000 for us in found.usage_us]
    assert list(found.costs) == [cost.quantize(Decimal("0.01"), "ROUND_HALF_UP") for cost in cents]
    assert (found.complete_share, found.remaining_us, found.refused) == (1.0, None, "")
    assert ("jobs.j.qpu.p90", "9s") in found.inputs


def test_without_a_mode_of_its_own_the_recommended_one() -> None:
    [found] = priced(source("a")).priced
    assert found.mode is Mode.JOB


KINDS = [
    (
        "an unknown price",
        "premium",
        "",
        {"costs": None, "cost_reason": "not billed per second: usage is taken from the subscription's allocation"},
    ),
    (
        "a refused mode",
        "open",
        "mode: session\n",
        {"refused": "the Open plan has no sessions: send jobs or a batch", "usage_us": (), "costs": None},
    ),
    ("an allocation", "open", "", {"remaining_us": 600_000_000, "limited_share": 0.0}),
    (
        "one that holds jobs back",
        "{profile: open, remaining: 1s}",
        "mode: job\n",
        {"remaining_us": 1_000_000, "limited_share": 1.0},
    ),
]


@pytest.mark.parametrize(("why", "plan", "more", "wanted"), KINDS, ids=[row[0] for row in KINDS])
def test_what_a_plan_makes_of_it(why: str, plan: str, more: str, wanted: dict[str, Any]) -> None:
    text = source("a", plan=plan).text.replace("jobs: [{", "jobs: [{count: 30, ") + more
    [found] = priced(Source(file="a.yaml", text=text)).priced
    assert {key: getattr(found, key) for key in wanted} == wanted


def test_local_testing_costs_nothing() -> None:
    [found] = priced(source("a"), edits=(Edit(path="backend", value="local_simulator"),)).priced
    assert set(found.costs or ()) == {Decimal(0)}


def test_processes_change_nothing() -> None:
    many = [source(f"w{i}", 6 + i) for i in range(9)]
    many[4] = Source(file="bad.yaml", text="qplan: 1\njobs: []\n")
    many[6] = Source(file="w6.yaml", text=many[6].text + "plan: open\n")
    told: list[tuple[int, int]] = []
    alone = priced(*many, workers=1)
    assert priced(*many, workers=3, progress=lambda done, count: told.append((done, count))) == alone
    assert [one.name for one in alone.priced] == ["w0", "w1", "w2", "w3", "w5", "w7", "w8"]
    assert [problem.mark.file for problem in alone.problems] == ["bad.yaml", "w6.yaml"]
    assert told == [(done, 9) for done in range(1, 10)]


def test_what_is_known_is_not_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    before = priced(source("a"), source("b")).priced
    known = {each.digest: replace(each, file="old.yaml", inputs=()) for each in before}
    monkeypatch.setattr(gating, "report", None)
    after = priced(source("b"), source("a"), reuse=known).priced
    assert [replace(each, reused=False) for each in after] == [before[1], before[0]]
    assert all(each.reused for each in after)


def test_of_a_stored_price_that_may_hide_a_limit_nothing_is_taken() -> None:
    """A document of before does not tell whether it was the plan that held jobs back."""
    text = source("a", plan="{profile: open, remaining: 1s}").text.replace("jobs: [{", "mode: job\njobs: [{count: 30, ")
    [found] = priced(Source(file="a.yaml", text=text)).priced
    [again] = priced(Source(file="a.yaml", text=text), reuse={found.digest: replace(found, limited_share=0.0)}).priced
    assert again == found


BASE = RANDOM.format(name="a", p90=9, plan="pay-as-you-go")
SAME = [
    ("a comment", BASE + "# x\n"),
    ("a description", BASE + "description: x\n"),
    ("another notation", BASE.replace("p90: 9m", "p90: 540s")),
    ("a default spelled out", BASE + "usage: {model: measured}\n"),
]
OTHER = [
    ("the name, by which is drawn", BASE.replace("name: a", "name: b")),
    ("a job's name", BASE.replace("name: j", "name: k")),
    ("a time", BASE.replace("p90: 9m", "p90: 10m")),
    ("the plan", BASE.replace("pay-as-you-go", "flex")),
    ("its price", BASE.replace("pay-as-you-go", "{profile: pay-as-you-go, price_per_second: 1}")),
    ("the backend", BASE.replace("kingston", "fez")),
    ("the mode", BASE + "mode: batch\n"),
    ("a session's time to live", BASE + "session: {max_time: 1h}\n"),
    ("the usage model", BASE + "usage: {model: published}\n"),
]


def digest(text: str, **draws: Any) -> str:
    found, problems = load_text(text, "any.yaml", (), Limits(folder=Folder(path="."), max_jobs=9))
    assert found is not None, problems
    return digest_of(found, Draws(**draws))


@pytest.mark.parametrize("text", [row[1] for row in SAME], ids=[row[0] for row in SAME])
def test_figures_that_are_the_same_have_one_digest(text: str) -> None:
    assert digest(text) == digest(BASE)


@pytest.mark.parametrize("text", [row[1] for row in OTHER], ids=[row[0] for row in OTHER])
def test_whatever_figures_follow_from_changes_the_digest(text: str) -> None:
    assert digest(text) != digest(BASE)


def test_draws_and_version_change_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({digest(BASE), digest(BASE, seed=1), digest(BASE, replications=7), digest(BASE, precision=0.1)}) == 4
    before = digest(BASE)
    assert digest(BASE, most_work=5) == before
    monkeypatch.setattr(gating, "__version__", "9")
    assert digest(BASE) != before


def test_the_digest_does_not_hang_on_places_or_the_order_of_mappings() -> None:
    made = workload(BASE)
    usage = made.usage.model
    turned = replace(usage, per_job_s=dict(reversed(usage.per_job_s.items())), facts=())
    moved = replace(made, file="elsewhere.yaml", usage=replace(made.usage, model=turned), inputs=(("a", "b"),))
    assert digest_of(moved, DRAWS) == digest_of(made, DRAWS)


def test_own_profiles_are_in_the_digest(tmp_path: Path) -> None:
    """What a workload names is looked for in the folder that the source says."""
    text = BASE.replace("plan: pay-as-you-go", "plan: own.yaml")
    digests = set()
    for price_per_second in ("1.60", "1.70"):
        folder = tmp_path / price_per_second
        folder.mkdir()
        shipped = (Path(gating.__file__).parent / "data/plans/pay-as-you-go.yaml").read_text()
        (folder / "own.yaml").write_text(shipped.replace("1.60", price_per_second))
        [found] = priced(Source(file="w/a.yaml", text=text, folder=str(folder))).priced
        digests.add(found.digest)
    assert len(digests) == 2
