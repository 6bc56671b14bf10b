"""What Qiskit costs where it is used, and that it costs nothing elsewhere: ratios to a bare Python.

``python -m benchmarks.imports [--runs 9]``

Wall-clock of processes that take turns, medians. What needs Qiskit is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from benchmarks.startup import alternate

BARE = [sys.executable, "-c", "pass"]
QISKIT = [sys.executable, "-c", "import qiskit, qiskit_ibm_runtime"]
QPLAN = [sys.executable, "-m", "qplan"]
GHZ = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[5];\ncreg c[5];\nh q[0];\n{}measure q -> c;\n'
WORKLOAD = "qplan: 1\nname: one\njobs: [{name: a, primitive: sampler, depth: 50, shots: 1000}]\n"


def main() -> None:
    """Print one line a command: median, peer's median, ratio, and the aim where there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    print(f"{'':44} {'ms':>7} {'peer':>22} {'ms':>6} {'ratio':>6} {'aim':>5}")
    with tempfile.TemporaryDirectory() as folder:
        workload, circuit = Path(folder, "one.yaml"), Path(folder, "ghz.qasm")
        workload.write_text(WORKLOAD)
        circuit.write_text(GHZ.format("".join(f"cx q[{i}],q[{i + 1}];\n" for i in range(4))))
        line("import qplan", [sys.executable, "-c", "import qplan"], runs, 2.5)
        line("qplan --help", [*QPLAN, "--help"], runs)
        line("qplan estimate --point, 1 job", [*QPLAN, "estimate", "--point", str(workload)], runs)
        if find_spec("qiskit") is None or find_spec("qiskit_ibm_runtime") is None:
            print("Qiskit is not installed: pip install 'qplan[qiskit]'")
            return
        line("import qiskit", [sys.executable, "-c", "import qiskit"], runs)
        line("import qiskit, qiskit_ibm_runtime", QISKIT, runs)
        files = [str(path) for path in described()]
        line("qplan profiles import conf.json props.json", [*QPLAN, "profiles", "import", *files], runs)
        imported = [*QPLAN, "import", str(circuit), "--backend", "fake_fez", "--transpile", "1"]
        line("qplan import, 5 qubits on fake_fez", imported, runs)
        line("qplan import, 5 qubits on fake_fez", imported, runs, 2, QISKIT)


def line(name: str, command: list[str], runs: int, aim: float | None = None, peer: list[str] = BARE) -> None:
    """Measure a command against its peer."""
    mine_ms, peer_ms = alternate(command, peer, runs)
    beside = "python -c pass" if peer is BARE else "import qiskit, runtime"
    print(f"{name:44} {mine_ms:7.0f} {beside:>22} {peer_ms:6.0f} {mine_ms / peer_ms:6.1f} {aim or '-':>5}")


def described() -> list[Path]:
    """Configuration and properties of a fake device, as they are installed."""
    found = find_spec("qiskit_ibm_runtime")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "fake_provider" / "backends" / "fez"
    return [folder / "conf_fez.json", folder / "props_fez.json"]


if __name__ == "__main__":
    main()
