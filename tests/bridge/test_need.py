"""What is said where Qiskit is missing or too old."""

from __future__ import annotations

import pytest

from qplan.bridge import need as module
from qplan.bridge.need import need
from qplan.errors import UsageError


@pytest.mark.parametrize(
    ("installed", "modules", "told"),
    [
        pytest.param("", (), "import needs Qiskit: pip install 'qplan[qiskit]'", id="missing"),
        pytest.param(
            "1.4.5",
            (),
            "import needs Qiskit 2.3 or newer, not 1.4.5: pip install 'qplan[qiskit]' --upgrade",
            id="too old",
        ),
        pytest.param(
            "2.3.0rc1",
            ("qiskit_is_not_there",),
            "import needs qiskit-is-not-there: pip install 'qplan[qiskit]'",
            id="another package is missing",
        ),
    ],
)
def test_what_is_missing_is_told_with_the_cure(
    installed: str, modules: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "qiskit_version", lambda: installed)
    with pytest.raises(UsageError) as error:
        need("import", *modules)
    assert str(error.value) == told


def test_what_is_there_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "qiskit_version", lambda: "10.0.1")
    need("import", "json")
