"""What CI services run: the action's steps with a runner's variables, hooks, examples; executed, not only read."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qplan.cli.settings_file import settings_from
from qplan.render.gate import FORMATS
from qplan.render.gate_markdown import MARKER
from tests.conftest import ROOT, Qplan
from tests.runner import ACTION, Job, act, outputs_of

SCRIPTS = sorted((ROOT / "ci" / "action").glob("*.sh"))
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab-ci.yml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
WORKFLOWS = [found for block in BLOCKS if isinstance(found := yaml.safe_load(block), dict) and "jobs" in found]
FAKE = r"""#!/usr/bin/env bash
printf '%s\0' "$@" > "$FAKE_LOG"
while [ $# -gt 0 ]; do
  if [ "$1" = --write ]; then
    [ "${FAKE_SILENT:-}" ] || cp "$FAKE_FILES/${2%%=*}" "${2#*=}"
    shift
  fi
  shift
done
echo "the table"
exit "${FAKE_STATUS:-0}"
"""
REPORT = {"summary": {"verdict": "pass", "total": {"cost": "166.40", "usage_s": 104}}}
COMMENT = f"{MARKER}\n\n### PASS: 166.40 USD\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A repository's folder, which a runner would be in."""
    folder = tmp_path / "work space"
    folder.mkdir()
    return folder


@pytest.fixture
def fake(tmp_path: Path) -> dict[str, str]:
    """The variables with which a ``qplan`` is found that only notes its arguments and copies prepared files."""
    folder, files = tmp_path / "bin", tmp_path / "files"
    folder.mkdir()
    files.mkdir()
    executable(folder / "qplan", FAKE)
    (files / "json").write_text(json.dumps(REPORT))
    (files / "markdown").write_text(COMMENT)
    (files / "summary").write_text(COMMENT + "longer\n")
    (files / "github").write_text("::error title=x::y\n")
    (files / "junit").write_text("<testsuites/>\n")
    return {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "FAKE_LOG": str(tmp_path / "arguments"),
        "FAKE_FILES": str(files),
    }


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def arguments(fake: dict[str, str]) -> list[str]:
    """What the fake was called with, without the files to write."""
    told = Path(fake["FAKE_LOG"]).read_text().split("\0")[:-1]
    assert told[:1] == ["gate"]
    return [each for before, each in zip(["", *told], told, strict=False) if "--write" not in (before, each)][1:]


def git(folder: Path, *command: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
    ran = subprocess.run(["git", *who, *command], cwd=folder, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def commit(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    git(folder, "add", name)
    git(folder, "commit", "-q", "-m", name)
    return git(folder, "rev-parse", "HEAD")


# The action


def test_no_expression_stands_in_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "uses" not in step, "nothing of others is run"
        assert re.fullmatch(r'bash "\$GITHUB_ACTION_PATH/ci/action/\w+\.sh"', step["run"])
        assert (ROOT / "ci" / "action" / step["run"].rstrip('"').rpartition("/")[2]).is_file()


def test_each_input_reaches_a_step_by_a_variable_and_each_output_comes_of_one() -> None:
    steps = ACTION["runs"]["steps"]
    values = [value for step in steps for value in step.get("env", {}).values()]
    used = [name for value in values for name in re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", value)]
    assert sorted(used) == sorted(ACTION["inputs"])
    assert all(isinstance(each["default"], str) and each["description"] for each in ACTION["inputs"].values())
    ids = {step["id"] for step in steps if "id" in step}
    for name, each in ACTION["outputs"].items():
        [(step, output)] = re.findall(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}", each["value"])
        assert (step in ids, output) == (True, name)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_bash(path: Path) -> None:
    ran = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "${{" not in path.read_text(encoding="utf-8")
    assert "eval" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run"])
def test_it_refuses_events_with_the_rights_of_the_repository(event: str, workspace: Path, fake: dict[str, str]) -> None:
    job = act(workspace, {**fake, "GITHUB_EVENT_NAME": event}, install="none")
    assert (job.status, job.failed.partition(" ")[0]) == (2, "Refuse")
    assert f"::error title=qplan gate::this action does not run on {event}, " in job.log
    assert not Path(fake["FAKE_LOG"]).exists()


def test_outputs_summary_and_annotations(workspace: Path, fake: dict[str, str]) -> None:
    job = act(workspace, fake, install="none")
    assert job.status == 0
    told = job.outputs
    assert {name: told[name] for name in ("verdict", "status", "total-cost", "total-usage-s", "comment-body")} == {
        "verdict": "pass", "status": "0", "total-cost": "166.40", "total-usage-s": "104",
        "comment-body": COMMENT.rstrip("\n"),
    }  # fmt: skip
    assert Path(told["comment-file"]).read_text() == COMMENT
    assert Path(told["summary-file"]).read_text() == job.summary == COMMENT + "longer\n"
    assert json.loads(Path(told["report-file"]).read_text()) == REPORT
    assert Path(told["junit-file"]).read_text() == "<testsuites/>\n"
    assert "the table\n::error title=x::y\n" in job.log
    assert arguments(fake) == ["--", "workloads"]


@pytest.mark.parametrize("status", [1, 2, 3, 4, 70])
def test_the_job_fails_with_the_gates_status_after_all_is_published(
    status: int, workspace: Path, fake: dict[str, str]
) -> None:
    job = act(workspace, {**fake, "FAKE_STATUS": str(status)}, install="none")
    assert (job.status, job.failed) == (status, "Verdict")
    assert (job.outputs["status"], job.outputs["verdict"]) == (str(status), "fail")
    assert job.outputs["comment-body"] == COMMENT.rstrip("\n")
    assert job.summary == COMMENT + "longer\n"


def test_a_gate_that_writes_nothing_replaces_the_old_comment(workspace: Path, fake: dict[str, str]) -> None:
    job = act(workspace, {**fake, "FAKE_STATUS": "70", "FAKE_SILENT": "1"}, install="none")
    assert (job.status, job.failed) == (70, "Verdict")
    told = job.outputs
    assert told["comment-body"].startswith(f"{MARKER}\n\n### FAIL: the gate could not run (exit status 70)")
    assert job.summary.startswith(MARKER)
    assert (told["verdict"], told["total-cost"], told["report-file"], told["junit-file"]) == ("fail", "", "", "")


@pytest.mark.parametrize("status", ["", "x", "0; true"])
def test_no_verdict_is_a_failure(status: str) -> None:
    script = str(ROOT / "ci" / "action" / "verdict.sh")
    ran = subprocess.run(["bash", script], env={"PATH": os.environ["PATH"], "GATE_STATUS": status}, check=False)
    assert ran.returncode == 70


def test_inputs_become_options(workspace: Path, fake: dict[str, str]) -> None:
    job = act(
        workspace, fake, install="none", max_cost="250.00", max_usage="10m", max_wall="4h", max_total_cost="1000",
        max_increase="50", max_increase_percent="10", quantile="p95", compare_to_git="main",
        args="--strict\n  --seed=3  \n\n", paths="a.yaml\nsome folder/*.yaml\n",
    )  # fmt: skip
    assert job.status == 0
    assert arguments(fake) == [
        "--compare-to-git=main", "--max-cost=250.00", "--max-usage=10m", "--max-wall=4h", "--max-total-cost=1000",
        "--max-increase=50", "--max-increase-percent=10", "--quantile=p95", "--strict", "--seed=3", "--",
        "a.yaml", "some folder/*.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "$(touch pwned)",
        "`touch pwned`",
        '"; touch pwned; "',
        "'; touch pwned; '",
        "x\\",
        "*",
        "--format=json",
        "${{ github.token }}",
        "a  b",
        "%0A::error::x",
    ],
)
def test_inputs_mean_nothing_to_a_shell(text: str, workspace: Path, fake: dict[str, str]) -> None:
    (workspace / "innocent.yaml").write_text("")
    job = act(workspace, fake, install="none", max_cost=text, args=text, paths=text, compare_to_git=text)
    assert job.status == 0
    assert arguments(fake) == [f"--compare-to-git={text}", f"--max-cost={text}", text, "--", text]
    assert sorted(path.name for path in workspace.iterdir()) == ["innocent.yaml"]


@pytest.mark.parametrize("text", ["EOF", "status<<x\n0\nx", "verdict=pass", "qplan-0\nverdict=pass"])
def test_a_comment_can_forge_no_output(text: str, workspace: Path, fake: dict[str, str]) -> None:
    (Path(fake["FAKE_FILES"]) / "markdown").write_text(f"{MARKER}\n{text}\nlast\n")
    job = act(workspace, {**fake, "FAKE_STATUS": "3"}, install="none")
    assert (job.outputs["verdict"], job.outputs["status"]) == ("fail", "3")
    assert job.outputs["comment-body"] == f"{MARKER}\n{text}\nlast"


def test_delimiters_cannot_be_foreseen(workspace: Path, fake: dict[str, str], tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        act(workspace, fake, install="none")
        [text] = [path.read_text() for path in (tmp_path / "runner temp").glob("GITHUB_OUTPUT-2")]
        found += re.findall(r"<<(\S+)$", text, re.MULTILINE)
    assert len(found) == len(set(found)) == 18
    assert all(re.fullmatch(r"qplan-[0-9a-f]{32}", each) for each in found)


def test_the_runner_of_these_tests_reads_outputs_as_runners_do() -> None:
    assert outputs_of("a=b\nc<<E\nd\ne=f\nE\n") == {"a": "b", "c": "d\ne=f"}
    with pytest.raises(ValueError, match="no end"):
        outputs_of("c<<E\nd\n")


# The base of a pull request


@pytest.fixture
def pull_request(workspace: Path, fake: dict[str, str]) -> dict[str, str]:
    """A merge of a pull request as GitHub makes it, checked out; the variables of its event."""
    git(workspace, "init", "-q")
    commit(workspace, "a.yaml", "1")
    git(workspace, "checkout", "-q", "-b", "change")
    head = commit(workspace, "a.yaml", "2")
    git(workspace, "checkout", "-q", "main")
    base = commit(workspace, "b.yaml", "3")
    git(workspace, "checkout", "-q", "--detach")
    git(workspace, "merge", "-q", "--no-ff", "-m", "merge", head)
    return {
        **fake, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_BASE_REF": "main",
        "GITHUB_SHA": git(workspace, "rev-parse", "HEAD"), "BASE": base, "HEAD": head,
    }  # fmt: skip


def test_the_base_is_what_github_merged_into(workspace: Path, pull_request: dict[str, str]) -> None:
    assert act(workspace, pull_request, install="none").status == 0
    assert arguments(pull_request) == [f"--compare-to-git={pull_request['BASE']}", "--", "workloads"]


def test_a_merge_of_the_pull_requests_own_making_is_not_trusted(
    workspace: Path, pull_request: dict[str, str], tmp_path: Path
) -> None:
    """Its first parent is what its author likes; the base is the branch of the server."""
    git(workspace, "update-ref", "refs/remotes/origin/main", pull_request["BASE"])
    git(workspace, "checkout", "-q", pull_request["HEAD"])
    commit(workspace, "c.yaml", "high limits")
    git(workspace, "merge", "-q", "--no-ff", "-m", "merge", "main")
    job = act(workspace, pull_request, install="none")
    assert job.status == 0
    assert arguments(pull_request) == [f"--compare-to-git={pull_request['BASE']}", "--", "workloads"]


def test_a_shallow_checkout_fetches_the_base(workspace: Path, pull_request: dict[str, str], tmp_path: Path) -> None:
    git(workspace, "branch", "merged", pull_request["GITHUB_SHA"])
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=merged", workspace.as_uri(), str(shallow))
    job = act(shallow, pull_request, install="none")
    assert job.status == 0, job.log
    assert arguments(pull_request) == [f"--compare-to-git={pull_request['BASE']}", "--", "workloads"]


def test_without_the_base_nothing_passes(workspace: Path, pull_request: dict[str, str]) -> None:
    job = act(workspace, {**pull_request, "GITHUB_SHA": "0" * 40}, install="none")
    assert (job.status, job.failed, job.outputs["verdict"]) == (2, "Verdict", "fail")
    assert "the base cannot be read: give actions/checkout fetch-depth: 2" in job.log
    assert not Path(pull_request["FAKE_LOG"]).exists()
    assert job.outputs["comment-body"].startswith(MARKER)


def test_a_merge_queue_names_its_base(workspace: Path, pull_request: dict[str, str], tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"merge_group": {"base_sha": pull_request["BASE"]}}))
    variables = {**pull_request, "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(event)}
    assert act(workspace, variables, install="none").status == 0
    assert arguments(pull_request) == [f"--compare-to-git={pull_request['BASE']}", "--", "workloads"]


@pytest.mark.parametrize(("event", "given"), [("push", ""), ("schedule", ""), ("pull_request", "none")])
def test_without_a_base_nothing_is_compared(
    event: str, given: str, workspace: Path, pull_request: dict[str, str]
) -> None:
    variables = {**pull_request, "GITHUB_EVENT_NAME": event}
    assert act(workspace, variables, install="none", compare_to_git=given).status == 0
    assert arguments(pull_request) == ["--", "workloads"]


# Installing

PYTHON = r"""#!/usr/bin/env bash
printf '%s\n' "$*" >> "$FAKE_LOG"
case "$*" in
  *version_info*) exit "${FAKE_OLD:-0}" ;;
  "-I -m venv "*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; cp "$0" "$4/bin/qplan" ;;
esac
"""


@pytest.mark.parametrize(("extras", "suffix"), [("fast", "[fast]"), ("", ""), ("fast,test", "[fast,test]")])
def test_it_installs_its_own_checkout_apart(
    extras: str, suffix: str, workspace: Path, fake: dict[str, str], tmp_path: Path
) -> None:
    executable(tmp_path / "bin" / "snake", PYTHON)
    job = act(workspace, fake, python="snake", extras=extras)
    venv = tmp_path / "runner temp" / "qplan-venv"
    assert job.steps["install"] == {"qplan": str(venv / "bin" / "qplan"), "python": str(venv / "bin" / "python")}
    told = Path(fake["FAKE_LOG"]).read_text().splitlines()
    assert told[1] == f"-I -m venv {venv}"
    assert told[2] == f"-I -m pip install --quiet --disable-pip-version-check {ROOT}{suffix}"
    assert all(line.startswith("-I ") for line in told[:3]), "nothing is imported from the working directory"


@pytest.mark.parametrize(
    ("given", "variables", "message"),
    [
        pytest.param({"python": "no-such-python"}, {}, "there is no no-such-python", id="no such Python"),
        pytest.param({"python": "snake"}, {"FAKE_OLD": "1"}, "needs Python 3.11 or newer", id="an old Python"),
        pytest.param({"install": "latest"}, {}, "install is action or none", id="install"),
        pytest.param({"extras": "fast] evil ["}, {}, "extras are names of extras", id="extras"),
        pytest.param({"install": "none"}, {"PATH": "/usr/bin:/bin"}, "no qplan on the PATH", id="no qplan"),
    ],
)
def test_what_cannot_be_installed_is_said(
    given: dict[str, str],
    variables: dict[str, str],
    message: str,
    workspace: Path,
    fake: dict[str, str],
    tmp_path: Path,
) -> None:
    executable(tmp_path / "bin" / "snake", PYTHON)
    job = act(workspace, {**fake, **variables}, **given)
    assert (job.status, job.failed) == (1, "Install qplan")
    assert f"::error title=qplan gate::{message}" in job.log or message in job.log


# The action with the real command


@pytest.fixture
def real(tmp_path: Path) -> dict[str, str]:
    """The variables with which ``qplan`` is the one of this checkout."""
    folder = tmp_path / "bin"
    folder.mkdir()
    executable(folder / "qplan", f'#!/usr/bin/env bash\nexec {shlex.quote(sys.executable)} -m qplan "$@"\n')
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


WORKLOAD = "qplan: 1\nname: vqe\nmode: job\nplan: pay-as-you-go\njobs: [{name: energy, qpu: %s}]\n"


def repository(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / "workloads").mkdir()
    commit(folder, "workloads/vqe.yaml", WORKLOAD % "10s")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")


def gated(folder: Path, real: dict[str, str], **given: str) -> Job:
    event = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_BASE_REF": "main"}
    return act(folder, {**real, **event, "GITHUB_SHA": "0" * 40}, install="none", args="--replications=20", **given)


def test_the_real_gate_passes_what_did_not_change(workspace: Path, real: dict[str, str]) -> None:
    repository(workspace)
    job = gated(workspace, real, max_cost="100")
    assert job.status == 0, job.log
    assert job.outputs["verdict"] == "pass"
    assert job.outputs["comment-body"].startswith(f"{MARKER}\n\n### PASS: ")
    assert job.summary.startswith(f"{MARKER}\n\n### PASS: ")
    assert (job.outputs["total-cost"], job.outputs["total-usage-s"]) == ("16.00", "10")


def test_the_real_gate_stops_what_costs_too_much(workspace: Path, real: dict[str, str]) -> None:
    repository(workspace)
    commit(workspace, "workloads/sweep.yaml", WORKLOAD.replace("vqe", "sweep") % "100s")
    job = gated(workspace, real, max_cost="100", max_increase_percent="10")
    assert (job.status, job.failed) == (3, "Verdict")
    assert job.outputs["comment-body"].startswith(f"{MARKER}\n\n### FAIL: ")
    assert "::error file=workloads/sweep.yaml,line=1,title=sweep%2C max-cost::" in job.log
    assert '<failure type="qplan gate"' in Path(job.outputs["junit-file"]).read_text()
    assert job.outputs["verdict"] == "fail"


def test_the_real_gate_tells_every_problem(workspace: Path, real: dict[str, str]) -> None:
    repository(workspace)
    commit(workspace, "workloads/bad.yaml", "qplan: 1\njobs: [{qpuu: 1s}]\n")
    job = gated(workspace, real, max_cost="100")
    assert (job.status, job.outputs["status"]) == (2, "2")
    assert "::error file=workloads/bad.yaml,line=2," in job.log
    assert "| `vqe` |" in job.outputs["comment-body"]


def test_the_real_gate_keeps_a_pull_request_from_raising_its_limit(workspace: Path, real: dict[str, str]) -> None:
    repository(workspace)
    commit(workspace, "qplan.toml", "max-cost = 10\n")
    git(workspace, "update-ref", "refs/remotes/origin/main", "HEAD")
    commit(workspace, "qplan.toml", "max-cost = 100\n")
    job = gated(workspace, real)
    assert (job.status, job.failed) == (4, "Verdict")
    body = job.outputs["comment-body"]
    assert "- **not allowed**: qplan.toml: max-cost: 10 -\\> 100\n" in body
    assert "over 10.00 USD" in body, "the limit is the base's"


# pre-commit


def test_hooks_have_what_pre_commit_wants() -> None:
    assert list(HOOKS) == ["qplan-validate", "qplan-gate"]
    for hook in HOOKS.values():
        assert {"id", "name", "entry", "language", "description"} <= set(hook)
        assert hook["language"] == "python"
        re.compile(hook["files"])


@pytest.mark.parametrize(
    ("hook", "path", "runs"),
    [
        ("qplan-validate", "workloads/vqe.yaml", True),
        ("qplan-validate", "team/workloads/deep/vqe.yml", True),
        ("qplan-validate", "workloads/waits.csv", False),
        ("qplan-validate", "myworkloads/vqe.yaml", False),
        ("qplan-validate", "config.yaml", False),
        ("qplan-gate", "workloads/waits.csv", True),
        ("qplan-gate", "qplan.toml", True),
        ("qplan-gate", "sub/pyproject.toml", True),
        ("qplan-gate", "src/qplan.py", False),
    ],
)
def test_hooks_run_on_workloads(hook: str, path: str, runs: bool) -> None:
    assert bool(re.search(HOOKS[hook]["files"], path)) is runs


def test_the_hooks_entries_run(workspace: Path, real: dict[str, str]) -> None:
    repository(workspace)
    for hook, files in (("qplan-validate", ["workloads/vqe.yaml"]), ("qplan-gate", [])):
        told = HOOKS[hook]
        assert told.get("pass_filenames", True) is bool(files)
        command = [*shlex.split(told["entry"]), *told.get("args", []), *files]
        environment = {**os.environ, **real}
        ran = subprocess.run(command, cwd=workspace, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr


# GitLab


def test_gitlab_job_runs(workspace: Path, fake: dict[str, str], tmp_path: Path) -> None:
    """Its script lines, in one shell that stops at the first failure, as GitLab's runner has it."""
    [job] = [job for job in GITLAB.values() if "script" in job]
    assert job["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    assert job["artifacts"]["when"] == "always"
    git(workspace, "init", "-q", "--bare", str(tmp_path / "origin"))
    git(workspace, "init", "-q")
    base = commit(workspace, "a.yaml", "1")
    git(workspace, "remote", "add", "origin", str(tmp_path / "origin"))
    git(workspace, "push", "-q", "origin", "HEAD:main")
    commit(workspace, "a.yaml", "2")
    venv = tmp_path / "venv"
    executable(
        tmp_path / "bin" / "python",
        PYTHON.replace('cp "$0" "$4/bin/qplan"', f'cp "{tmp_path}/bin/qplan" "$4/bin/qplan"'),
    )
    script = "\n".join(job["script"]).replace("/tmp/qplan", str(venv))
    variables = {**job["variables"], **fake, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    ran = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script], cwd=workspace, env={**os.environ, **variables},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert arguments(fake) == ["--compare-to-git", "refs/qplan/base", "--", "workloads"]
    assert git(workspace, "rev-parse", "refs/qplan/base") == base
    written = {job["artifacts"]["reports"]["junit"], *job["artifacts"]["paths"]}
    assert {path.name for path in workspace.glob("qplan-gate.*")} == written


# The page


def test_the_page_names_options_that_there_are(qplan: Qplan) -> None:
    """In the commands of its examples, continued lines joined, and in its text."""
    joined = re.sub(r"\\\n\s*|(?<=main|base)\n\s*(?=--write)|(?<=xml)\n\s*(?=-- )", " ", PAGE)
    commands = re.findall(r"qplan\"? gate (.*)", joined)
    told = [*commands, *re.findall(r"`(--[a-z-]+)", PAGE), *re.findall(r"^\s+args: \[(.*)\]", PAGE, re.MULTILINE)]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", " ".join(told)))
    listed = set(re.findall(r"--[a-z][a-z-]+", qplan("gate", "--help").out))
    assert named - listed == set()
    assert {"--write", "--compare-to", "--compare-to-git", "--max-cost", "--strict", "--plan", "--quantile"} <= named
    assert len(commands) == 4


def test_the_page_shows_settings_that_there_are() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(settings_from(example, "qplan.toml") or ()) == 5


def test_the_page_names_formats_that_there_are() -> None:
    assert (
        tuple(re.findall(r"^\| `([a-z]+)` \|", PAGE.partition("| Format |")[2].partition("\n\n")[0], re.MULTILINE))
        == FORMATS
    )


def test_the_page_names_every_input_and_output() -> None:
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in PAGE, name


def test_the_page_tells_the_exit_statuses() -> None:
    assert re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE) == ["0", "1", "2", "3", "4", "70", "130"]


def test_examples_of_workflows_are_safe_to_copy() -> None:
    assert len(WORKFLOWS) == 2
    for workflow in WORKFLOWS:
        assert set(workflow[True]) <= {"pull_request", "merge_group"}, "`on` is a boolean in YAML 1.1"
        assert workflow["permissions"]["contents"] == "read"
        for step in (step for job in workflow["jobs"].values() for step in job["steps"]):
            assert "${{" not in step.get("run", "")
            if "uses" in step:
                assert re.fullmatch(r"[\w.-]+/[\w.-]+@([0-9a-f]{40}|COMMIT)", step["uses"]), step["uses"]


def steps_with(text: str) -> list[dict[str, Any]]:
    steps = [step for workflow in WORKFLOWS for job in workflow["jobs"].values() for step in job["steps"]]
    return [step for step in steps if text in step.get("run", "")]


def test_the_pages_step_without_the_action_runs(workspace: Path, real: dict[str, str], tmp_path: Path) -> None:
    [step] = steps_with("--format github")
    repository(workspace)
    commit(workspace, "workloads/sweep.yaml", WORKLOAD.replace("vqe", "sweep") % "1000s")
    programs = tmp_path / "qplan" / "bin"
    programs.mkdir(parents=True)
    shutil.copy(tmp_path / "bin" / "qplan", programs)
    summary = tmp_path / "summary"
    summary.write_text("")
    variables = {**os.environ, **real, "RUNNER_TEMP": str(tmp_path), "GITHUB_STEP_SUMMARY": str(summary)}
    ran = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=workspace, env=variables, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 3, ran.stderr
    assert "\n::error title=total%2C max-total-cost::total: cost 1,616.00 USD at p90, over " in ran.stdout
    assert summary.read_text().startswith(f"{MARKER}\n\n### FAIL: 1,616.00 USD at p90, +1,600.00 USD (+10,000.0 %)")


GH = r"""#!/usr/bin/env bash
printf '%s\n' "$*" >> "$FAKE_LOG"
case "$*" in
  *--jq*) printf '%s\n' ${FAKE_FOUND:-} ;;
esac
"""


@pytest.mark.parametrize(
    ("found", "sent"),
    [
        ("", "api repos/o/r/issues/7/comments -F body=@{file} --silent"),
        ("11 12", "api --method PATCH repos/o/r/issues/comments/11 -F body=@{file} --silent"),
    ],
)
def test_the_pages_comment_step_posts_once_and_then_updates(found: str, sent: str, tmp_path: Path) -> None:
    [step] = steps_with("gh api")
    assert "pull_request.head.repo.full_name == github.repository" in step["if"]
    assert MARKER in step["run"]
    executable(tmp_path / "gh", GH)
    variables = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "FAKE_LOG": str(tmp_path / "log"), "FAKE_FOUND": found,
        "GITHUB_REPOSITORY": "o/r", "PULL_REQUEST": "7", "COMMENT_FILE": "a b.md", "GH_TOKEN": "x",
    }  # fmt: skip
    assert set(step["env"]) <= set(variables)
    ran = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]], env=variables, check=False)
    assert ran.returncode == 0
    asked, told = (tmp_path / "log").read_text().splitlines()
    assert asked.startswith("api --paginate repos/o/r/issues/7/comments --jq ")
    assert told == sent.format(file="a b.md")


def test_the_pages_filter_finds_our_own_comment_only() -> None:
    """Of the bot, and beginning with the marker: a comment that quotes it is somebody else's."""
    [step] = steps_with("gh api")
    if shutil.which("jq") is None:
        assert '.user.login == "github-actions[bot]"' in step["run"]
        assert f'startswith("{MARKER}")' in step["run"]
        return
    [query] = re.findall(r"--jq '(.*?)'", step["run"])
    comments = [
        {"id": 1, "user": {"login": "mallory"}, "body": MARKER},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": f"> {MARKER}"},
        {"id": 3, "user": {"login": "github-actions[bot]"}, "body": f"{MARKER}\n\n### PASS"},
    ]
    ran = subprocess.run(["jq", query], input=json.dumps(comments), capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["3"]


def test_the_page_shows_the_files_that_there_are() -> None:
    assert (ROOT / "ci" / "gitlab-ci.yml").read_text(encoding="utf-8") in PAGE
    for name in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        assert (ROOT / "docs" / name).exists(), name
