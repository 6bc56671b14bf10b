"""Where a recorded script runs: the backend that stands for the device, and the session or batch around it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from qplan.bridge.device import Device, device_from, device_of
from qplan.bridge.recorder_hooks import can_shut_service
from qplan.errors import UsageError

if TYPE_CHECKING:
    from qiskit.providers import BackendV2
    from qiskit_ibm_runtime import Session

NOT_EXECUTED = "execute=False hands back made-up results instead"
MOST_QUBITS = 24
"""What Qiskit's own simulator takes (``BasicSimulator.MAX_QUBITS_STATEVECTOR``), idle qubits counted."""


def backend_and_device(given: Any, *, execute: bool) -> tuple[BackendV2, Device]:  # noqa: ANN401 - whatever a user gives
    """The backend that a script gets, and what is known of it; ``given`` is a backend or a device's name.

    Raises ``UsageError`` where it is neither, or cannot be executed on this machine.
    """
    from qiskit.providers import BackendV2

    if isinstance(given, str):
        device = device_of(given)
        backend = _local(device)
    elif isinstance(given, BackendV2):
        backend, device = given, device_from(given)
    else:
        told = f"a backend (BackendV2) or the name of a device, not {type(given).__name__}"
        raise UsageError(f"record takes {told}; of a session, give its backend and mode='session'")
    _check(backend, execute=execute)
    return backend, device


def is_real(backend: object) -> bool:
    """Whether a backend is one of IBM's service."""
    from qiskit_ibm_runtime import IBMBackend

    return isinstance(backend, IBMBackend)


def session_on(backend: BackendV2, mode: str, max_time: int | str | None) -> Session:
    """A session or batch on the backend that nobody but this process knows of."""
    from qiskit_ibm_runtime import Batch, Session

    kind = Session if mode == "session" else Batch
    return kind(backend, max_time=max_time, create_new=False)


def _local(device: Device) -> BackendV2:
    """The fake backend of the device's name, or a stand-in that has its target and executes nothing."""
    if device.name.startswith("fake_"):
        from qiskit_ibm_runtime.fake_provider import FakeProviderForBackendV2

        with warnings.catch_warnings():  # what some of them warn of (made-up error rates) says nothing about durations
            warnings.simplefilter("ignore")
            found: BackendV2 = FakeProviderForBackendV2().backend(device.name)
        return found
    return _stand_in(device)


def _stand_in(device: Device) -> BackendV2:
    from qiskit.providers import BackendV2, Options
    from qiskit.transpiler import Target

    class StandIn(BackendV2):  # type: ignore[misc]  # Qiskit has no types
        """A device that circuits can be made for, and not run on."""

        max_circuits = None

        @property
        def target(self) -> Target:
            return device.target

        @classmethod
        def _default_options(cls) -> Options:
            return Options()

        def run(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401
            raise UsageError(f"{device.name} cannot be simulated here; {NOT_EXECUTED}")

    return StandIn(name=device.name)


def _check(backend: BackendV2, *, execute: bool) -> None:
    if is_real(backend):
        if execute:
            cure = f"AerSimulator.from_backend({backend.name}) executes on this machine; {NOT_EXECUTED}"
            raise UsageError(f"{backend.name} is a real device, and nothing is submitted while qplan records: {cure}")
        if not can_shut_service():
            told = "this qiskit-ibm-runtime is not known well enough to keep it from submitting"
            raise UsageError(f"{told}: record on a fake backend or a device's name instead of {backend.name}")
    elif type(backend).__name__ == "StandIn" and execute:
        raise UsageError(f"{backend.name} has no fake backend to execute on; {NOT_EXECUTED}")


def too_large(backend: BackendV2) -> str:
    """Why a fake backend will execute nothing that was transpiled for all of it, or ""."""
    if not hint(backend) or backend.num_qubits <= MOST_QUBITS:
        return ""
    told = f"{backend.name} has {backend.num_qubits} qubits, and without qiskit-aer {MOST_QUBITS} are the most"
    return f"{told} that can be executed: pip install qiskit-aer; {NOT_EXECUTED}"


def hint(backend: object) -> str:
    """What helps where executing failed for want of a simulator that is good enough, or ""."""
    from qiskit.utils.optionals import HAS_AER
    from qiskit_ibm_runtime.fake_provider.fake_backend import FakeBackendV2

    if not isinstance(backend, FakeBackendV2) or HAS_AER:
        return ""
    return f"qplan: with pip install qiskit-aer fake backends take more; {NOT_EXECUTED}"
