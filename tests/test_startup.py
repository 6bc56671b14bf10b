"""What the command line imports before it has to."""

import json
import subprocess
import sys

import pytest

HEAVY = ("numpy", "yaml", "pydantic", "jsonschema", "simpy")
OF_OTHER_FORMATS = ("qplan.render.json", "qplan.render.markdown", "qplan.render.csv_")
OF_OTHER_COMMANDS = (
    "qplan.cli.shelf",
    "qplan.parse.schema_keys",
    "qplan.render.advice",
    "qplan.render.catalog",
    "qplan.render.problems",
    "qplan.render.snippet",
    "qplan.render.timeline",
)


def imported_by(*arguments: str) -> set[str]:
    """Names of the modules that a run of qplan has loaded at its end."""
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: sys.stderr.write(' '.join(sorted(sys.modules))))\n"
        f"sys.argv = ['qplan', *{arguments!r}]\n"
        "from qplan.__main__ import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--help",), ("compare", "--help"), ("--version",)])
def test_help_imports_nothing_heavy(arguments):
    assert imported_by(*arguments).isdisjoint({*HEAVY, "rich"})


def test_a_fixed_run_imports_no_numpy_and_nothing_of_other_commands_and_formats():
    loaded = imported_by("estimate", "--point", "workloads/single_request.yaml")
    assert not loaded & {"numpy", *OF_OTHER_COMMANDS, *OF_OTHER_FORMATS}


def test_json_is_written_without_rich():
    loaded = imported_by("estimate", "--point", "workloads/single_request.yaml", "--format", "json")
    assert not loaded & {"numpy", "rich"}


ONE = "workloads/single_request.yaml"
FIXED = ("--point", ONE)
BASE_COMMANDS = (
    ("--help",),
    ("--version",),
    ("compare", *FIXED),
    ("estimate", *FIXED, "--format", "json", "-o", "{folder}/base.json"),
    ("recommend", *FIXED),
    ("sensitivity", "-n", "20", ONE),
    ("validate", ONE),
    ("explain", ONE),
    ("calibrate", "workloads/receipts_h2_zne.json"),
    ("reconcile", "workloads/published_h2_zne.yaml", "workloads/receipts_h2_zne.json"),
    ("gate", "-n", "10", ONE),
    ("diff", "{folder}/base.json", "{folder}/base.json"),
    ("report", "{folder}/base.json"),
    ("profiles",),
    ("profiles", "show", "ibm_fez"),
    ("profiles", "import", "{folder}/conf.json"),
    ("schema",),
    ("init", "vqe"),
)
WITH_QISKIT = {"import", "pull"}
ASKED_FOR = """
import contextlib, io, json, sys
asked = []
class Watcher:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith(("qiskit", "qiskit_ibm_runtime")):
            asked.append(name)
sys.meta_path.insert(0, Watcher)
import qplan
from qplan.cli import main
told = [["import qplan", 0, asked]]
for arguments in json.loads(sys.argv[1]):
    asked, sys.argv = [], ["qplan", *arguments]
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")):
        try:
            main()
        except SystemExit as left:
            told.append([" ".join(arguments), left.code or 0, asked])
print(json.dumps(told))
"""


def test_no_base_command_imports_qiskit(tmp_path):
    """Nor tries to, whether or not it is installed."""
    (tmp_path / "conf.json").write_text('{"n_qubits": 5, "default_rep_delay": 250}', encoding="utf-8")
    arguments = [[part.format(folder=tmp_path) for part in command] for command in BASE_COMMANDS]
    done = subprocess.run(
        [sys.executable, "-c", ASKED_FOR, json.dumps(arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [row for row in json.loads(done.stdout) if row[1:] != [0, []]] == [], done.stderr


def test_no_base_command_is_left_out():
    from qplan.cli.app import app

    named = ((command.name or "", command.callback) for command in app.registered_commands)
    names = {name or str(getattr(body, "__name__", "")).rstrip("_") for name, body in named}
    assert names - WITH_QISKIT == {command[0] for command in BASE_COMMANDS if not command[0].startswith("-")}
