"""Exit statuses (contract section 9), and the one place where an error becomes text and a status."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

from qplan.errors import FileError, QplanError, UsageError, WorkloadError

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
        sys.exit(_status_of(functools.partial(body, *args, **kwargs)))

    return run


def _status_of(body: Callable[[], int | None]) -> int:
    try:
        status = body() or DONE
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads our output has gone; keep the interpreter from complaining at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_READ_OR_WRITE
    except WorkloadError as error:
        return _say_problems(error)
    except FileError as error:
        return _say(str(error), CANNOT_READ_OR_WRITE)
    except (UsageError, QplanError) as error:
        return _say(str(error), INVALID)
    except Exception as error:
        if os.environ.get("QPLAN_DEBUG"):
            raise
        return _say(f"a bug in qplan: {type(error).__name__}: {error} (QPLAN_DEBUG=1 shows where)", BUG)
    return status


def _say(text: str, status: int) -> int:
    sys.stderr.write(f"qplan: {text}\n")
    return status


def _say_problems(error: WorkloadError) -> int:
    from qplan.render.problems import problems_text

    sys.stderr.write(problems_text(error.problems))
    return INVALID
