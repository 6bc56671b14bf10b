"""Work divided among processes: in order, ended by an interrupt, and loud when one of them dies."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from qplan.errors import UsageError

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


def in_processes(work: Callable[[S, T], R], shared: S, items: Sequence[T], workers: int) -> Iterator[R]:
    """``work(shared, item)`` of each item in its order, in up to ``workers`` processes that are handed ``shared`` once.

    Raises:
        UsageError: a process was killed from outside.

    """
    import multiprocessing
    import sys
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")  # a fork has all imported
    pool = ProcessPoolExecutor(min(workers, len(items)), context, _start, (work, shared))
    try:
        # not pool.map: it cancels futures when it is left, which trips the pool's own thread once processes are ended
        futures = deque(pool.submit(_work, item) for item in items)
        while futures:
            yield futures.popleft().result()
    except BrokenProcessPool:
        raise UsageError(
            "a worker process was killed, perhaps for want of memory; --workers 1 takes the least"
        ) from None
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start(work: Callable[[Any, Any], Any], shared: object) -> None:
    """Set a worker process up: an interrupt is the parent's business."""
    import signal

    global _task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _task = work, shared


def _work(item: object) -> Any:  # noqa: ANN401 - what the work returns
    work, shared = _task
    return work(shared, item)


_task: tuple[Callable[[Any, Any], Any], object]
