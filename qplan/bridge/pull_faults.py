"""What a question to the service came to: its answer, or a fault in words of our own.

The text of an exception is never passed on: it may hold a token, a header or an account's data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")

WRONG_INPUT: Final = "IBMInputValueError"
NO_ACCOUNT: Final = ("AccountNotFoundError",)
_NOT_AUTHORISED: Final = frozenset({"IBMNotAuthorizedError", "InvalidAccountError"})
_NOT_FOUND: Final = frozenset({"RuntimeJobNotFound", "QiskitBackendNotFoundError"})
_UNREACHED: Final = frozenset({"RequestException", "RequestsApiError", "ConnectionError", "TimeoutError"})
_UNREADABLE: Final = frozenset({"JSONDecodeError"})
_LONGEST_CHAIN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why something could not be read. ``kind`` is the name of the exception's class.

    ``final`` means that further questions would fare no better: the network is gone, or the account is not let in.
    """

    told: str
    kind: str = ""
    final: bool = False


def asked(question: Callable[[], T]) -> T | Fault:
    """The answer to a question, or the fault. Only an interrupt passes; nothing is chained to what is given back."""
    try:
        return question()
    except Exception as error:
        return fault_of(error)


def fault_of(error: BaseException) -> Fault:
    """The fault that an exception of the client stands for, by its class and by the status of the answer."""
    kinds = {kind.__name__ for one in _chain(error) for kind in type(one).__mro__}
    told, final = _meaning(kinds, _status(error))
    return Fault(told=told or f"the client failed ({type(error).__name__})", kind=type(error).__name__, final=final)


def _meaning(kinds: set[str], status: int) -> tuple[str, bool]:
    """Words for it, '' if there are none, and whether it is final."""
    if status == 429:
        return "the service has had too many requests (429): wait a while and pull again", True
    if status >= 500:
        return f"the service is not available ({status}): pull again later", True
    if not status and kinds & _UNREADABLE:
        return "the answer is not JSON", False
    if not status and kinds & _UNREACHED:  # also where the client takes it for a bad key
        return "the service cannot be reached: look at the network, and pull again", True
    if status == 401 or kinds & _NOT_AUTHORISED:
        return "the service does not let the account in: renew its API key, and save the account again", True
    if status == 403:
        return "the account is not authorised for it (403)", False
    if status == 404 or kinds & _NOT_FOUND:
        return "there is none that this account can see", False
    return (f"the service refused to answer ({status})" if status >= 400 else ""), False


def _status(error: BaseException) -> int:
    """The HTTP status of the answer that an exception is about, 0 if none is known."""
    for one in _chain(error):
        for holder in (one, getattr(one, "response", None)):
            status: Any = getattr(holder, "status_code", None)
            if isinstance(status, int) and status > 0:
                return status
    return 0


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from, also where the client hides it."""
    one: BaseException | None = error
    for _ in range(_LONGEST_CHAIN):
        if one is None:
            return
        yield one
        one = one.__cause__ or one.__context__
