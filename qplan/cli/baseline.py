"""What workloads cost before: from a document that was stored, or from a revision of git, priced now."""

from __future__ import annotations

import os
import posixpath
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Final

from qplan import __version__
from qplan.cli.git import Revision
from qplan.errors import FileError, Mark, Problem, Severity, UsageError, WorkloadError
from qplan.gate.changes import Drive, drivers
from qplan.gating import Pricing, Source, price
from qplan.model.gate import Baseline, Driver, Priced
from qplan.model.inputs import OWN_FILE, Inputs
from qplan.parse import Edit, catalog
from qplan.parse.inputs import digest_of_file, files_of, text_of_inputs, traces_of
from qplan.parse.own_profiles import ENDINGS, is_path
from qplan.parse.reader import STDIN, STDIN_NAME, read_text, shown
from qplan.parse.stored import check_basis, check_distinct, check_draws, read_stored
from qplan.parse.traces import Folder
from qplan.parse.yaml12 import parse

NOT_VALID_THERE: Final = "QP811"
_WILD: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRevision(Baseline):
    """A revision's workloads.

    ``places`` are their paths in the repository by their names here, ``own`` what the files hold that they name.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, bytes] = field(default_factory=dict)


def baseline_of(
    compare_to: str, git: str, sources: Sequence[Source], asked: Pricing, arguments: Sequence[str] = ()
) -> Baseline | None:
    """The baseline that is asked for; ``arguments`` are the files, folders and globs of the command line.

    Raises ``UsageError``, ``FileError`` and ``WorkloadError``.
    """
    if compare_to and git:
        raise UsageError("--compare-to and --compare-to-git exclude each other: there is one baseline")
    if git:
        return at_revision(git, sources, asked, arguments)
    return stored(compare_to, asked) if compare_to else None


def stored(path: str, asked: Pricing | None = None) -> Baseline:
    """The baseline that a document holds. Raises ``FileError``, and ``WorkloadError`` where it is of other draws."""
    document = read_stored(read_text(path), shown(path))
    problems = [*check_basis(document, __version__, catalog.data_date()), *check_distinct(document)]
    if asked:
        problems += check_draws(document, asked.draws.seed, asked.draws.replications)
    if problems:
        raise WorkloadError(problems)
    return Baseline(
        label=document.file,
        priced=document.priced,
        version=document.version,
        data_date=document.data_date,
        seed=document.seed,
        replications=document.replications,
    )


def at_revision(ref: str, sources: Sequence[Source], asked: Pricing, arguments: Sequence[str] = ()) -> AtRevision:
    """The same files at a revision, and those that the arguments would have named there and that are gone."""
    files = [source.file for source in sources if source.file not in (STDIN, STDIN_NAME)]
    revision = Revision.of(ref, _folder(next(iter((*files, *arguments)), ".")))
    here = {revision.path(file): file for file in files}
    gone = _gone(revision, arguments, here)
    held, unread = revision.texts({**here, **gone})
    texts = {path: text for path, text in held.items() if path in here or _is_workload(text, path)}
    places = {file: path for path, file in {**here, **gone}.items() if path in texts}
    own = _own_files(revision, texts, asked.edits)
    with _laid_out(own) as root:
        there = [Source(file=file, text=texts[path], folder=_inside(root, path)) for file, path in places.items()]
        outcome = price(there, asked)
    unfit = [_warning(here[path], told) for path, told in unread.items() if path in here]
    return AtRevision(
        label=f"{shown(ref)} ({revision.commit[:10]})",
        priced=outcome.priced,
        version=__version__,
        data_date=catalog.data_date(),
        seed=asked.draws.seed,
        replications=max((len(priced.usage_us) for priced in outcome.priced), default=1),
        problems=(*unfit, *_not_valid(outcome.problems, ref)),
        places=places,
        own=own,
    )


def drive_of(baseline: Baseline, percent: Decimal, asked: Pricing) -> Drive:
    """Tells what drove the change of a workload: prices the baseline's file with one input of now after the other."""
    alone = replace(asked, edits=(), reuse={}, progress=None, draws=replace(asked.draws, precision=None))

    def drive(now: Priced, was: Priced) -> tuple[Driver, ...]:
        if not (now.inputs and was.inputs):
            return ()
        count = len(was.usage_us) if len(was.usage_us) > 1 else asked.draws.replications
        like = replace(alone, draws=replace(alone.draws, replications=count))
        return drivers(now, was, percent, lambda inputs: _priced_with(inputs, now, was, baseline, like))

    return drive


def _priced_with(inputs: Inputs, now: Priced, was: Priced, baseline: Baseline, asked: Pricing) -> Priced | None:
    """The baseline's workload with some inputs of now; ``None`` where it is invalid or its files are not to be had."""
    try:
        text = text_of_inputs(inputs)
        files = _files_for(inputs, now, was, baseline, asked)
    except (ValueError, FileError):
        return None
    with _laid_out(files) as root:
        folder = _inside(root, baseline.places[was.file]) if isinstance(baseline, AtRevision) else _folder(now.file)
        found = price([Source(file=was.file, text=text, folder=folder)], asked).priced
    return found[0] if found else None


def _files_for(inputs: Inputs, now: Priced, was: Priced, baseline: Baseline, asked: Pricing) -> dict[str, bytes]:
    """The files that these inputs name, as they were or as they are now. Raises ``ValueError`` if one is lost."""
    folder = Folder(path=_folder(now.file), outside=asked.allow_outside)
    before = dict(was.inputs)
    files = dict(baseline.own) if isinstance(baseline, AtRevision) else {}
    for path, digest in inputs:
        if not path.startswith(OWN_FILE):
            continue
        name = path.removeprefix(OWN_FILE)
        if isinstance(baseline, AtRevision) and digest == before.get(path):
            continue
        if digest_of_file(name, folder) != digest:
            raise ValueError("the file is not what it was")
        if isinstance(baseline, AtRevision):
            files[_beside(baseline.places[was.file], name)] = read_text(folder.file(name)).encode()
    return files


def _not_valid(problems: Iterable[Problem], ref: str) -> Iterator[Problem]:
    """What is wrong at the revision is no problem of now: of each file that could not be priced there the first."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    first = {problem.mark.file: problem for problem in reversed(errors)}
    for file, problem in reversed(first.items()):
        yield _warning(file, f"at {shown(ref)} it is not valid: {problem.code}: {problem.message}")


def _warning(file: str, message: str) -> Problem:
    hint = "it counts as new"
    return Problem(code=NOT_VALID_THERE, message=message, hint=hint, mark=Mark(file=file), severity=Severity.WARNING)


def _gone(revision: Revision, arguments: Sequence[str], here: Mapping[str, str]) -> dict[str, str]:
    """Files of a revision that the arguments name and that are none of those here, and what to call them."""
    patterns = [_pattern(revision, argument) for argument in arguments if argument != STDIN]
    known = {os.path.realpath(file) for file in here.values()}
    named = [
        path
        for path, entry in revision.entries.items()
        if entry.kind == "file" and path not in here and any(_matches(path, pattern) for pattern in patterns)
    ]
    return {
        path: _shown(revision, path)
        for path in named
        if os.path.realpath(os.path.join(revision.root, path)) not in known
    }


def _is_workload(text: str, path: str) -> bool:
    """Whether a file that only a folder or a glob names says that it is one."""
    tree = parse(text, path).tree if "qplan" in text else None
    return isinstance(tree, dict) and "qplan" in tree


def _pattern(revision: Revision, argument: str) -> tuple[str, ...]:
    """The steps of an argument from the repository's root; a folder stands for all workload files below it."""
    fixed, wild = _split(argument)
    try:
        start = revision.path(os.path.join(fixed, ".") if os.path.isdir(fixed) else fixed or ".")
    except UsageError:
        return ("..",)
    steps = [step for step in start.split("/") if step not in ("", ".")]
    return (*steps, *wild) if wild or argument.endswith(ENDINGS) else (*steps, "**", "*")


def _split(argument: str) -> tuple[str, tuple[str, ...]]:
    """The part of an argument before the first wildcard, and the steps from there on."""
    steps = argument.split("/")
    first = next((i for i, step in enumerate(steps) if _WILD.search(step)), len(steps))
    fixed = "/".join(steps[:first])
    return fixed or ("/" if argument.startswith("/") else "."), tuple(steps[first:])


def _matches(path: str, pattern: tuple[str, ...]) -> bool:
    """Whether a glob stands for a file: it may match a folder around it, unless it goes into all folders anyway."""
    steps = tuple(path.split("/"))
    if not path.endswith(ENDINGS):
        return False
    hidden = next((i for i in range(len(steps), 0, -1) if steps[i - 1].startswith(".")), 0)
    ends = range(max(1, hidden), len(steps)) if "**" not in pattern else ()
    return _fits(steps, pattern) or any(_fits(steps[:end], pattern) for end in ends)


def _fits(steps: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """As the shell and ``glob`` match: ``**`` stands for any folders, no wildcard for a name that begins with a dot."""
    if not pattern:
        return not steps
    if pattern[0] == "**":
        return any(
            _fits(steps[i:], pattern[1:])
            for i in range(len(steps) + 1)
            if not any(step.startswith(".") for step in steps[:i])
        )
    if not steps or (steps[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    return fnmatchcase(steps[0], pattern[0]) and _fits(steps[1:], pattern[1:])


def _own_files(revision: Revision, texts: Mapping[str, str], edits: Sequence[Edit]) -> dict[str, bytes]:
    """What the files hold that workloads of a revision name; those that are not there are found missing later."""
    chosen = [name for edit in edits for name in _named_in(edit)]
    wanted = dict.fromkeys(
        _beside(path, name)
        for path, text in texts.items()
        for name in (*files_of(parse(text, path).tree), *chosen)
        if not os.path.isabs(name)
    )
    return revision.contents(path for path in wanted if not path.startswith(".."))[0]


def _named_in(edit: Edit) -> Iterator[str]:
    if is_path(edit.value):
        yield edit.value
    yield from traces_of(parse(edit.value, edit.label).tree)


@contextmanager
def _laid_out(files: Mapping[str, bytes]) -> Iterator[str]:
    """A folder with files by their path in a repository, and nothing that is no regular file."""
    with tempfile.TemporaryDirectory(prefix="qplan-") as root:
        os.mkdir(os.path.join(root, ".git"))  # what files name must lie inside, as in the repository
        for path, data in files.items():
            whole = _inside(root, path, is_file=True)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "wb") as file:
                file.write(data)
        yield root


def _inside(root: str, path: str, *, is_file: bool = False) -> str:
    """Where a path of the repository, or its folder, lies below a root. Raises ``FileError`` for one that leaves."""
    steps = path.split("/")
    if any(step in ("", "..") or step.lower() == ".git" or "\\" in step for step in steps if path):
        raise FileError(f"{shown(path)}: not a path that is read from a revision")
    return os.path.join(root, *(steps if is_file else steps[:-1]))


def _beside(path: str, name: str) -> str:
    """The path of a file that one in the repository names."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace(os.sep, "/")))


def _folder(path: str) -> str:
    """The folder of a file, the nearest that is there; of a folder, itself."""
    folder = _split(path)[0]
    while folder and not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder or "."


def _shown(revision: Revision, path: str) -> str:
    """A path of the repository as it is called from here."""
    return os.path.relpath(os.path.join(revision.root, path), os.path.realpath("."))
