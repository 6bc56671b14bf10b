"""What the command line imports before it has to."""

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
