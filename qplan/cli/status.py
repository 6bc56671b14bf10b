"""Exit statuses (contract section 9), and the one place where an error becomes text and a status."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Sequence
from typing import ParamSpec

from qplan.errors import FileError, Problem, QplanError, WorkloadError

DONE, CANNOT_READ_OR_WRITE, INVALID, OVER_LIMIT, WORSE, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 70, 130

STATUS_HELP = (
    "Exit status: 0 done · 1 a file cannot be read or written · 2 wrong usage or invalid input · "
    "3 over a limit · 4 worse than the baseline · 70 a bug in qplan · 130 interrupted."
)

P = ParamSpec("P")


def command(body: Callable[P, int | None]) -> Callable[P, None]:
    """Make a command of a function that returns its exit status (``None``: done); no traceback leaves it.

    ``QPLAN_DEBUG=1`` lets a bug show its traceback.
    """

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        sys.exit(status_of(functools.partial(body, *args, **kwargs)))

    return run


def status_of(body: Callable[[], int | None]) -> int:
    """Run it; an error becomes its line or lines on standard error, and its status."""
    try:
        return body() or DONE
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads our output has gone.
        from qplan.cli.output import abandon

        abandon()
        return CANNOT_READ_OR_WRITE
    except WorkloadError as error:
        return _say_problems(error.problems, INVALID)
    except FileError as error:
        if error.problems:
            _say_problems(error.problems, INVALID)
        return _say(str(error), CANNOT_READ_OR_WRITE)
    except QplanError as error:
        return _say(str(error), INVALID)
    except Exception as error:
        if os.environ.get("QPLAN_DEBUG"):
            raise
        return _say(_bug(error), BUG)


def _bug(error: Exception) -> str:
    from qplan.render.safe import plain

    return plain(f"a bug in qplan: {type(error).__name__}: {error} (QPLAN_DEBUG=1 shows where)")


def _say(text: str, status: int) -> int:
    _tell("".join(f"qplan: {line}\n" for line in text.splitlines()))
    return status


def _say_problems(problems: Sequence[Problem], status: int) -> int:
    from qplan.render.problems import problems_text

    _tell(problems_text(problems))
    return status


def _tell(text: str) -> None:
    """To standard error, if anyone listens there; whether or not, the status says the same."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)
