"""The kernel compiled by Numba: the functions themselves, with their types read off their annotations.

Numba and platformdirs are an extra (``pip install 'qplan[fast]'``) and are imported here only. What was compiled is
kept in the user's cache directory, in a folder named after a hash of the sources, so that no change meets old code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, get_type_hints

import numba
import numpy as np
from numba import types

from qplan import units
from qplan.simulation import draws, fair_share, kept, kernel, many

SOURCES: tuple[ModuleType, ...] = (units, draws, fair_share, kernel, many)
LAST = ("restore", "run", "many")


def arrays(record: Any) -> Any:  # noqa: ANN401 - a list, an integer or a tuple of such, and the same of arrays
    """A record of the kernel with arrays for its lists."""
    if isinstance(record, list):
        return np.array(record, dtype=np.int64)
    return type(record)(*map(arrays, record)) if isinstance(record, tuple) else record


def copy(to: list[int], source: list[int]) -> None:
    """``many.copy`` as a loop, for a slice asks for reference counts."""
    for i in range(len(to)):
        to[i] = source[i]


@cache
def compiled() -> Callable[..., int]:
    """``many``, compiled. The first time on a machine this takes some twenty seconds, then half of one."""
    # Loops over five lanes gain nothing from wide instructions, and wide loads right after narrow stores are slow.
    with _settings(CACHE_DIR=kept.folder(), LOOP_VECTORIZE=0):
        return _compiled(is_kept=kept.is_kept(), can_keep=kept.can_keep())


def _compiled(*, is_kept: bool, can_keep: bool) -> Callable[..., int]:
    """What calls the others needs nothing of them where its machine code is kept."""
    namespace: dict[str, Any] = {}
    for module in SOURCES:
        namespace |= vars(module)
    functions = list(_functions())
    for function in functions:
        name = function.__name__
        own = FunctionType(function.__code__, namespace, name)
        # Without reference counts of some hundred arrays (_nrt), and called from Python at one place only.
        options = {"_nrt": False, "no_cpython_wrapper": name != "many", "no_cfunc_wrapper": True}
        namespace[name] = numba.njit(nogil=True, cache=can_keep and name == "many", **options)(own)
    for function in functions[-1:] if is_kept else functions:
        dispatcher = namespace[function.__name__]
        dispatcher.compile(_signature(function))
        dispatcher.disable_compile()  # one version of each, whatever constants it is called with
    return namespace["many"]  # type: ignore[no-any-return]


@contextmanager
def _settings(**settings: object) -> Iterator[None]:
    """Numba's settings for as long as the kernel is compiled; a program that uses Numba itself keeps its own."""
    before = {name: getattr(numba.config, name) for name in settings}
    try:
        for name, value in settings.items():
            setattr(numba.config, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(numba.config, name, value)


def _functions() -> Iterator[Any]:
    """What is compiled, those that are called before those that call them; ``many`` is last."""
    yield units.charge_us
    yield copy
    for module in SOURCES[1:]:
        found = [f for f in vars(module).values() if isinstance(f, FunctionType) and f.__module__ == module.__name__]
        own = [f for f in found if f is not many.copy]
        yield from sorted(own, key=lambda f: LAST.index(f.__name__) if f.__name__ in LAST else -1)


def _signature(function: Callable[..., Any]) -> Any:  # noqa: ANN401 - a signature of Numba's
    hints = get_type_hints(function)
    returns = _type(hints.pop("return"))
    return returns(*(_type(hints[name]) for name in inspect.signature(function).parameters))


def _type(hint: Any) -> Any:  # noqa: ANN401 - an annotation, and a type of Numba's
    if issubclass(getattr(hint, "__origin__", hint), tuple):
        parts = [_type(part) for part in getattr(hint, "__args__", None) or get_type_hints(hint).values()]
        if not hasattr(hint, "_fields"):
            return types.Tuple(parts)
        return types.NamedUniTuple(parts[0], len(parts), hint) if len({*parts}) == 1 else types.NamedTuple(parts, hint)
    return {int: types.int64, bool: types.boolean, type(None): types.none}.get(hint, types.int64[::1])
