"""Record the names of qiskit-ibm-runtime that snippets may use; needs the package, which qplan itself does not.

Run it where qiskit-ibm-runtime is installed: ``python tests/render/record_runtime_api.py``.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent / "data" / "runtime_api.json"
PACKAGE = "qiskit_ibm_runtime"
CLASSES = ("Batch", "Estimator", "NoiseLearner", "QiskitRuntimeService", "RuntimeJobV2", "Sampler", "Session")
OPTIONS = {"Estimator": "EstimatorOptions", "Sampler": "SamplerOptions", "NoiseLearner": "NoiseLearnerOptions"}


def record() -> dict[str, Any]:
    """Version, importable names, members of classes, parameters of calls and paths of options."""
    package = importlib.import_module(PACKAGE)
    errors = importlib.import_module(f"{PACKAGE}.exceptions")
    local = importlib.import_module(f"{PACKAGE}.fake_provider.local_service").QiskitRuntimeLocalService
    classes = {name: getattr(package, name) for name in CLASSES}
    return {
        "version": version("qiskit-ibm-runtime"),
        "modules": {
            PACKAGE: sorted(name for name in vars(package) if name[0].isupper()),
            f"{PACKAGE}.exceptions": sorted(
                name for name, value in vars(errors).items() if inspect.isclass(value) and name[0].isupper()
            ),
        },
        "members": {
            **{name: _members(made) for name, made in classes.items()},
            "QiskitRuntimeService(local)": _members(local),
        },
        "parameters": {
            **{name: _parameters(made.__init__) for name, made in classes.items()},
            **{
                f"{name}.{member}": _parameters(getattr(made, member))
                for name, made in classes.items()
                for member in _members(made)
                if inspect.isfunction(inspect.getattr_static(made, member))
            },
        },
        "options": {name: sorted(_paths(getattr(package, made)())) for name, made in OPTIONS.items()},
        "details": sorted(_keys_of_details(classes["Session"])),
    }


def text() -> str:
    """The record as it is committed."""
    return json.dumps(record(), indent=1, sort_keys=True) + "\n"


def _members(made: type) -> list[str]:
    return sorted(name for name in dir(made) if not name.startswith("_"))


def _parameters(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def _paths(options: Any, above: str = "") -> set[str]:
    """Every option by its path, branches included."""
    found = set()
    for field in dataclasses.fields(options):
        if field.name.startswith("_"):
            continue
        path, value = above + field.name, getattr(options, field.name)
        found |= {path} | (_paths(value, f"{path}.") if dataclasses.is_dataclass(value) else set())
    return found


def _keys_of_details(session: Any) -> set[str]:
    """The keys that ``details()`` documents: each stands quoted before a colon in its docstring."""
    lines = (inspect.getdoc(session.details) or "").splitlines()
    return {line.split("``")[1] for line in lines if line.lstrip().startswith("* ``")}


if __name__ == "__main__":
    RECORD.write_text(text(), encoding="utf-8")
