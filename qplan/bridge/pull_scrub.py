"""Secrets are taken out of each answer when it arrives, before anything can quote, clip or keep a part of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from qplan.bridge.pull_account import TOKEN_VARIABLE, Service
from qplan.bridge.pull_faults import Fault, asked
from qplan.bridge.pull_kinds import CRN, REMOVED

T = TypeVar("T")

SHORTEST_SECRET: Final = 8
"""What is shorter is no key, and would be found in any text."""
TOKEN: Final = re.compile(r"eyJ[A-Za-z0-9_-]{17,}(?:\.[A-Za-z0-9_-]*)*")
"""What the client holds beside the key: a JSON Web Token is base64 of JSON, and so begins as ``{"`` does."""


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Asks, and gives back answers without ``secrets``, in capitals or not."""

    secrets: re.Pattern[str]

    def ask(self, question: Callable[[], T]) -> T | Fault:
        """The scrubbed answer to a question, or the fault."""
        return asked(lambda: self.scrubbed(question()))

    def scrubbed(self, tree: T) -> T:
        """The tree without any of the secrets, in keys and in values; objects that are not of JSON stay."""
        return cast(T, self._scrubbed(tree))

    def _scrubbed(self, tree: Any) -> Any:  # noqa: ANN401 - a tree of JSON
        match tree:
            case dict():
                return {self._scrubbed(key): self._scrubbed(value) for key, value in tree.items()}
            case list():
                return [self._scrubbed(one) for one in tree]
            case tuple():
                return tuple(self._scrubbed(one) for one in tree)
            case str():
                return self.secrets.sub(REMOVED, tree)
            case _:
                return tree


def scrubber_of(service: Service, *, with_instance: bool) -> Scrubber:
    """For what must not be written: the key, any token, and any CRN unless it is asked for."""
    account = asked(service.active_account)
    saved = account.get("token") if account and not isinstance(account, Fault) else None
    return scrubber(saved, os.environ.get(TOKEN_VARIABLE), with_instance=with_instance)


def scrubber(*secrets: object, with_instance: bool = False) -> Scrubber:
    """For these secrets, and for all that looks like one."""
    held = sorted({text for text in secrets if isinstance(text, str) and len(text) >= SHORTEST_SECRET}, reverse=True)
    shapes = [TOKEN.pattern, *([] if with_instance else [CRN.pattern])]
    return Scrubber(re.compile("|".join([*map(re.escape, held), *shapes]), re.IGNORECASE))
