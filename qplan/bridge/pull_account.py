"""The user's own account: opening it, and as much of the client as is asked of it."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, cast

from qplan.bridge.need import need
from qplan.bridge.pull_faults import NO_ACCOUNT, WRONG_INPUT, Fault, asked
from qplan.errors import FileError, UsageError
from qplan.render.safe import plain

CLIENT = "qiskit_ibm_runtime"
TOKEN_VARIABLE = "QISKIT_IBM_TOKEN"
SAVE_ONE = "save one in Python: QiskitRuntimeService.save_account(token=..., instance=...)"

UNTOLD = {
    WRONG_INPUT: "there is none that this account can see",
    "QiskitBackendNotFoundError": "its backend is not with the service, and the client has no details without",
}
"""Why the client has no details of a session, by what it raises."""

Details = Callable[[str], Mapping[str, Any] | Fault]


class Job(Protocol):
    """The public side of ``RuntimeJobV2`` that is read."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Keys of the request: ``pubs``, ``options``, ``resilience_level``; empty for a private job."""

    @property
    def primitive_id(self) -> str:
        """``sampler``, ``estimator``, or the name of another program."""

    @property
    def session_id(self) -> str | None:
        """The id of its batch or session."""

    @property
    def tags(self) -> Sequence[str] | None:
        """What the user called it."""

    def job_id(self) -> str:
        """Its id."""

    def status(self) -> Any:  # noqa: ANN401 - text, or the enumeration of older clients
        """``DONE``, ``ERROR``, ``CANCELLED``, ``QUEUED``, ``RUNNING``."""

    def metrics(self) -> Mapping[str, Any]:
        """Its charge and its instants."""

    def backend(self, timeout: float | None = None) -> Any:  # noqa: ANN401 - a BackendV2 or None
        """Where it ran; waits for the end of a job that has no backend yet."""


class Service(Protocol):
    """The public side of ``QiskitRuntimeService`` that is read."""

    def job(self, job_id: str) -> Job:
        """A job by its id."""

    def jobs(
        self,
        limit: int | None = 10,
        skip: int = 0,
        backend_name: str | None = None,
        pending: bool | None = None,
        program_id: str | None = None,
        instance: str | None = None,
        job_tags: list[str] | None = None,
        session_id: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        descending: bool = True,
    ) -> Sequence[Job]:
        """Jobs, the newest first."""

    def backend(self, name: str, instance: str | None = None, use_fractional_gates: bool | None = False) -> Any:  # noqa: ANN401
        """A BackendV2."""

    def usage(self) -> Mapping[str, Any]:
        """What the instance has used."""

    def active_instance(self) -> str:
        """Its CRN."""

    def active_account(self) -> Mapping[str, Any] | None:
        """The account with its token, which is looked for in what is written, and goes no further."""


@contextmanager
def quiet() -> Iterator[None]:
    """Let the client neither warn nor log: its texts hold names of instances, addresses, and in one case the key."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def opened(account: str | None, instance: str | None) -> Service:
    """The service of a saved account; without a name, of the one that the client takes by default.

    Raises ``UsageError`` if there is no such account, ``FileError`` if the service does not open.
    """
    need("pull", CLIENT)
    from qiskit_ibm_runtime import QiskitRuntimeService

    found = asked(lambda: QiskitRuntimeService(name=account, instance=instance))
    if not isinstance(found, Fault):
        return cast(Service, found)
    if found.kind in NO_ACCOUNT:
        raise UsageError(_no_account(account))
    if found.kind == WRONG_INPUT:
        raise UsageError("the account has no such instance: give --instance its CRN or its name")
    raise FileError(f"the account cannot be opened: {found.told}")


def _no_account(account: str | None) -> str:
    """What to do; a name that is not saved is not repeated, since a key may have been typed in its place."""
    if account is None:
        return f"there is no saved account; {SAVE_ONE}"
    saved = asked(_saved_names)
    names = "" if isinstance(saved, Fault) else plain(", ".join(saved))
    return f"--account: no account is saved by that name ({f'saved: {names}' if names else 'none is'}); {SAVE_ONE}"


def _saved_names() -> list[str]:
    from qiskit_ibm_runtime import QiskitRuntimeService

    return sorted(QiskitRuntimeService.saved_accounts())


def details_from(service: Service) -> Details:
    """What gives the details of a session or batch by its id; neither is opened or closed by it."""

    def details(id: str) -> Mapping[str, Any] | Fault:
        from qiskit_ibm_runtime import Batch, QiskitRuntimeService, Session

        client = cast(QiskitRuntimeService, service)
        found = asked(lambda: Session.from_id(id, client).details())
        if isinstance(found, Fault) and found.kind == WRONG_INPUT:  # it is a batch, or there is none
            found = asked(lambda: Batch.from_id(id, client).details())
        if isinstance(found, Fault):
            return replace(found, told=UNTOLD.get(found.kind, found.told))
        return found or Fault(told="it has no details")

    return details
