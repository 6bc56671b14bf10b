"""Documents that `estimate`, `gate` and `report` wrote as JSON, read again to be compared with or shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeVar

from qplan.errors import Mark, Problem, WorkloadError
from qplan.model.gate import Priced
from qplan.model.inputs import Inputs
from qplan.model.stored import MOST_VALUES, Packed, StoredDocument
from qplan.model.workload import Mode
from qplan.parse.document import Path, Tree
from qplan.parse.kinds import given
from qplan.parse.shape import text_of
from qplan.parse.stored_json import tree_of_json
from qplan.parse.yaml12 import MOST_PROBLEMS
from qplan.units import MAX_US

NOT_OURS, OTHER_MAJOR, NOTHING_STORED, WRONG_VALUE = "QP802", "QP803", "QP804", "QP805"
NOT_UNPACKED, TWICE, OTHER_BASIS, OTHER_DRAWS = "QP806", "QP807", "QP808", "QP809"
MAJOR: Final = "1"
MOST_WORKLOADS, MOST_OF_ALL = 100_000, 5_000_000
"""Workloads in a document, and values in all their columns."""
LONGEST: Final[Mapping[str, int]] = {"name": 200, "file": 4096}
WRITE: Final = "write it with `qplan estimate FILE... --format json -o base.json`"
_CENTS: Final = Decimal("0.01")

T = TypeVar("T")


def read_stored(text: str, file: str) -> StoredDocument:
    """The workloads of a document of any minor version. Raises ``WorkloadError`` with every problem."""
    tree, problems = tree_of_json(text, file)
    if not problems:
        problems = _refused(tree, file)
    if problems:
        raise WorkloadError(problems)
    place = _Place(file=file, node=tree)
    entries = _entries(place)
    priced = []
    for entry in entries:
        priced.append(_priced(entry))
        if len(place.problems) >= MOST_PROBLEMS:
            break
    first = entries[0].or_above(place, "version", "data_date", "seed")
    document = StoredDocument(
        file=file,
        priced=tuple(priced),
        version=first["version"].text(),
        data_date=first["data_date"].text(maybe=True),
        seed=first["seed"].whole(2**62),
    )
    if place.problems:
        raise WorkloadError(place.problems[:MOST_PROBLEMS])
    return document


def check_basis(document: StoredDocument, version: str, data_date: str) -> tuple[Problem, ...]:
    """Why figures of now must not be laid beside those of a document: nobody is to be blamed for a change of ours."""
    told = []
    if document.version != version:
        told.append(f"by qplan {document.version}, and this is {version}")
    if document.data_date != data_date:
        told.append(f"with profile data of {document.data_date or 'no date'}, and this qplan's are of {data_date}")
    hint = "write it again with this version, or use --compare-to-git"
    return tuple(_found(OTHER_BASIS, f"it was written {why}", document.file, hint) for why in told)


def check_draws(document: StoredDocument, seed: int, replications: int | None) -> tuple[Problem, ...]:
    """Why its random numbers are not those of now; ``replications`` are ``None`` for as many as are usual."""
    if not all(priced.digest for priced in document.priced):
        told = "it is of fixed runs (--point), and the gate draws what is random"
        return (_found(OTHER_DRAWS, told, document.file, "write it again without --point"),)
    differing = []
    if document.seed != seed:
        differing.append(f"with --seed {document.seed}, and this is {seed}")
    if replications not in (None, document.replications) and document.replications > 1:
        differing.append(f"with {document.replications:,} replications, and this is of {replications:,}")
    hint = "write it again, or give the same --seed and --replications"
    return tuple(_found(OTHER_DRAWS, f"it was written {why}", document.file, hint) for why in differing)


def check_distinct(document: StoredDocument) -> tuple[Problem, ...]:
    """A workload that stands in a document several times, which has no one figure to compare with."""
    names = Counter((priced.file, priced.name) for priced in document.priced)
    hint = "a baseline holds each workload once, on one backend"
    return tuple(
        _found(TWICE, f"the workload {name!r:.80} of {file!r:.80} stands in it {count} times", document.file, hint)
        for (file, name), count in names.items()
        if count > 1
    )


def _found(code: str, message: str, file: str, hint: str = "") -> Problem:
    return Problem(code=code, message=message, hint=hint, mark=Mark(file=file))


def _refused(tree: Tree, file: str) -> tuple[Problem, ...]:
    """Why a document is none of ours, or of another time."""
    version = tree.get("schema_version") if isinstance(tree, dict) else None
    if not isinstance(version, str) or not (numbers := re.fullmatch(r"([0-9]{1,9})\.[0-9]{1,9}", version)):
        return (_found(NOT_OURS, "not a document of qplan: it has no schema_version", file, WRITE),)
    if numbers[1] != MAJOR:
        told = f"its schema version is {version}, and this qplan reads {MAJOR}.x"
        return (_found(OTHER_MAJOR, told, file, f"{WRITE} of this version"),)
    entries = tree.get("workloads", [tree])
    if not isinstance(entries, list) or not any(isinstance(entry, dict) and entry.get("priced") for entry in entries):
        return (_found(NOTHING_STORED, "it holds no workload that was priced", file, WRITE),)
    if len(entries) > MOST_WORKLOADS:
        return (_found(NOTHING_STORED, f"it holds more than {MOST_WORKLOADS:,} workloads", file),)
    return ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A value of the document, and where it stands; what is wrong with it is told once."""

    file: str
    node: Tree
    path: Path = ()
    problems: list[Problem] = field(default_factory=list)
    values: list[int] = field(default_factory=list)

    def at(self, *steps: str | int) -> _Place:
        """The value further in; ``None`` where there is none."""
        node = self.node
        for step in steps:
            held = isinstance(node, dict) if isinstance(step, str) else isinstance(node, list)
            node = node[step] if held and (isinstance(step, int) or step in node) else None
        return _Place(self.file, node, (*self.path, *steps), self.problems, self.values)

    def or_above(self, above: _Place, *keys: str) -> dict[str, _Place]:
        """The values of keys, which may stand for all in the document itself."""
        places = {key: self.at(key) for key in keys}
        return {key: place if place.node is not None else above.at(key) for key, place in places.items()}

    def wrong(self, message: str, code: str = WRONG_VALUE) -> None:
        """Tell of it."""
        path = text_of(self.path)
        mark = Mark(file=self.file)
        self.problems.append(Problem(code=code, message=f"{path} {message}", path=path, mark=mark))

    def _kind(self, fits: bool, wanted: str, otherwise: T) -> Any:  # noqa: ANN401 - what was looked at
        if fits:
            return self.node
        self.wrong(f"must be {wanted}, not {given(self.node)}")
        return otherwise

    def text(self, *, maybe: bool = False, most: int = 1000) -> str:
        """One line of text; nothing where it may be null."""
        if self.node is None and maybe:
            return ""
        fits = isinstance(self.node, str) and len(self.node) <= most and self.node.isprintable()
        return str(self._kind(fits, f"a line of at most {most:,} printable characters", ""))

    def whole(self, most: int) -> int:
        """A whole number that is not negative."""
        fits = isinstance(self.node, int) and not isinstance(self.node, bool) and 0 <= self.node <= most
        return int(self._kind(fits, f"a whole number up to {most:,}", 0))

    def share(self) -> float:
        """A number from 0 to 1."""
        fits = isinstance(self.node, int | Decimal) and not isinstance(self.node, bool) and 0 <= self.node <= 1
        return float(self._kind(fits, "a number from 0 to 1", 0.0))

    def choice(self, kind: Callable[[str], T], words: Sequence[str], otherwise: T) -> T:
        """One of a few words."""
        word = self._kind(isinstance(self.node, str) and self.node in words, " or ".join(words), None)
        return otherwise if word is None else kind(word)


def _entries(place: _Place) -> list[_Place]:
    """The workloads of a document; it may be of a single one itself."""
    if "workloads" not in place.node:
        return [place]
    return [place.at("workloads", i) for i in range(len(place.node["workloads"]))]


def _priced(entry: _Place) -> Priced:
    """One workload; where something is wrong with it, it stands for nothing."""
    told = entry.at("priced")
    if not isinstance(told.node, dict):
        told.wrong("is missing", NOTHING_STORED)
        told = _Place(entry.file, {}, told.path, [], entry.values)
    refused = told.at("refused").text(maybe=True, most=10_000)
    usage_us, wall_us = (_column(told.at(key)) for key in ("usage_us", "wall_us"))
    cents = None if told.at("cost_cents").node is None else _column(told.at("cost_cents"))
    if len({len(usage_us), len(wall_us), len(usage_us if cents is None else cents)}) > 1 or bool(usage_us) == bool(
        refused
    ):
        told.wrong("has columns of different lengths, or none", NOT_UNPACKED)
    remaining = told.at("remaining_us")
    return Priced(
        name=entry.at("workload", "name").text(most=LONGEST["name"]),
        file=entry.at("workload", "file").text(most=LONGEST["file"]),
        mode=told.at("mode").choice(Mode, tuple(Mode), Mode.JOB),
        backend=entry.at("backend").text(),
        plan=entry.at("plan").text(),
        currency=told.at("currency").text(most=10),
        usage_us=usage_us,
        wall_us=wall_us,
        costs=None if cents is None else tuple(_CENTS * cent for cent in cents),
        cost_reason=told.at("cost_reason").text(maybe=True, most=10_000),
        complete_share=told.at("complete_share").share(),
        limited_share=told.at("limited_share").share(),
        remaining_us=None if remaining.node is None else remaining.whole(MAX_US),
        refused=refused,
        digest=told.at("digest").text(maybe=True, most=200),
        inputs=_inputs(told.at("inputs")),
    )


def _column(place: _Place) -> tuple[int, ...]:
    """The values of a packed column; nothing where something is wrong with it."""
    before = len(place.problems)
    packed = Packed(
        count=place.at("count").whole(MOST_VALUES),
        least=place.at("least").whole(MAX_US),
        step=place.at("step").whole(MAX_US),
        width=place.at("width").whole(8),
        data=_data(place.at("data")),
    )
    place.values.append(packed.count)
    if sum(place.values) > MOST_OF_ALL:
        place.wrong(f"is one column too many: together they hold more than {MOST_OF_ALL:,} values", NOT_UNPACKED)
    if len(place.problems) > before:
        return ()
    try:
        return packed.values()
    except ValueError as error:
        place.wrong(f"cannot be unpacked: {error}", NOT_UNPACKED)
        return ()


def _data(place: _Place) -> str:
    if isinstance(place.node, str):
        return place.node
    place.wrong("must be text")
    return ""


def _inputs(place: _Place) -> Inputs:
    """The file laid flat, where the document holds it."""
    if place.node is None:
        return ()
    if not isinstance(place.node, dict) or not all(isinstance(value, str) for value in place.node.values()):
        place.wrong("must be a mapping of paths to texts")
        return ()
    return tuple(place.node.items())
