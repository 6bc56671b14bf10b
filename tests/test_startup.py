"""What the command line imports before it has to."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "yaml", "pydantic", "jsonschema", "simpy")


def imported_by(*arguments: str) -> set[str]:
    """Top-level names of the modules that a run of qplan has loaded at its end."""
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: sys.stderr.write(' '.join(sorted({m.split('.')[0] for m in sys.modules}))))\n"
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


def test_a_fixed_run_needs_no_numpy():
    assert "numpy" not in imported_by("estimate", "--point", "workloads/single_request.yaml", "--format", "json")
