"""The options for the gate's limits: one for each name, made from the names, so that flags, variables and files agree.

``max-`` fails and ``warn-`` warns; ``total-`` is on all workloads together; cost is what an increase is of, unless
another measure is named. Nothing heavy is imported here: ``--help`` reads it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

_MEASURES = {
    "cost": ("AMOUNT", "a workload costs more"),
    "usage": ("DURATION", "a workload uses more"),
    "wall": ("DURATION", "a workload takes longer"),
    "total-cost": ("AMOUNT", "all together cost more"),
    "total-usage": ("DURATION", "all together use more"),
    "increase": ("AMOUNT", "a workload's cost rises by more"),
    "increase-percent": ("PERCENT", "a workload's cost rises by more"),
    "total-increase": ("AMOUNT", "the cost of all rises by more"),
    "total-increase-percent": ("PERCENT", "the cost of all rises by more"),
    "usage-increase": ("DURATION", "a workload's usage rises by more"),
    "usage-increase-percent": ("PERCENT", "a workload's usage rises by more"),
    "wall-increase": ("DURATION", "a workload's wall-clock rises by more"),
    "wall-increase-percent": ("PERCENT", "a workload's wall-clock rises by more"),
    "total-usage-increase": ("DURATION", "the usage of all rises by more"),
    "total-usage-increase-percent": ("PERCENT", "the usage of all rises by more"),
}
"""What follows ``max-`` or ``warn-``: what it takes, and when it is passed."""
_ACTIONS = {"max": "Fail if", "warn": "Warn if"}
LIMITS = {f"{action}-{on}": metavar for action in _ACTIONS for on, (metavar, _) in _MEASURES.items()}
"""Every limit by name, and what it takes: AMOUNT, DURATION or PERCENT."""


def with_limits(body: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each limit; what was given comes as ``limits``, texts by name."""

    @wraps(body)
    def run(**given: Any) -> Any:  # noqa: ANN401 - whatever the command's options are
        limits = {name: text for name in LIMITS if (text := given.pop(name.replace("-", "_"))) is not None}
        return body(**given, limits=limits)

    own = inspect.signature(body, eval_str=True)
    kept = [parameter for name, parameter in own.parameters.items() if name != "limits"]
    needed = [parameter for parameter in kept if parameter.default is parameter.empty]
    others = [parameter for parameter in kept if parameter not in needed]
    run.__signature__ = own.replace(parameters=[*needed, *map(_parameter, LIMITS), *others])  # type: ignore[attr-defined]
    run.__annotations__ = {}
    return run


def _parameter(name: str) -> inspect.Parameter:
    action, _, on = name.partition("-")
    metavar, passed = _MEASURES[on]
    option = typer.Option(f"--{name}", metavar=metavar, help=f"{_ACTIONS[action]} {passed}.", hidden=_is_rare(on))
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name.replace("-", "_"), kind, default=None, annotation=Annotated[str | None, option])


def _is_rare(on: str) -> bool:
    """Whether it is left out of the help: increases of anything but the cost."""
    return "increase" in on and ("usage" in on or "wall" in on)
