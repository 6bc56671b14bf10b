"""The fake backends of qiskit-ibm-runtime, by name."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qiskit.providers import BackendV2


def fakes() -> dict[str, Any]:
    """Their classes by the names of the backends (``fake_fez``)."""
    from qiskit_ibm_runtime import fake_provider
    from qiskit_ibm_runtime.fake_provider.fake_backend import FakeBackendV2

    classes = (found for found in vars(fake_provider).values() if isinstance(found, type))
    return {
        name: found
        for found in classes
        if issubclass(found, FakeBackendV2) and (name := getattr(found, "backend_name", ""))
    }


def meant(spec: str, known: Mapping[str, Any]) -> str:
    """The one that is meant by its name or the name of its class; "" if none is."""
    folded = spec.lower().removesuffix("v2").replace("_", "").removesuffix("backend")
    return next((name for name in known if name.replace("_", "") == folded), "")


def quietly(kind: Any) -> BackendV2:  # noqa: ANN401 - a class of fake backends
    """An instance; what some of them warn of (made-up error rates) says nothing about durations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        backend: BackendV2 = kind()
        return backend
