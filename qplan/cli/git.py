"""Files of a git revision, read without touching the work tree, the index or the network.

Git is run with lists of arguments, never through a shell or a pager. Its ``GIT_*`` environment is left out, so that no
hook or CI job can make it look elsewhere. Links and submodules are told apart; what leads out of the revision is
refused.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qplan.errors import FileError, UsageError
from qplan.parse.reader import MAX_BYTES, shown

TIMEOUT_S = 120
MOST_LINKS = 40
LONGEST_LINK = 4096
MOST_BYTES = 512 * 1024 * 1024
_SETTINGS = ("core.fsmonitor=false", "protocol.allow=never", "core.quotePath=false")
_OBJECT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_KINDS = {stat.S_IFREG: "file", stat.S_IFLNK: "link", 0o160000: "submodule"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf of a revision's tree: a ``file``, a ``link`` or a ``submodule``."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The files of a commit by their path from the repository's root."""

    root: str
    ref: str
    commit: str
    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, ref: str, folder: str) -> Revision:
        """The revision that a name stands for, in the repository around a folder.

        Raises ``UsageError`` where there is no repository or no such revision, ``FileError`` where git cannot be run.
        """
        root = root_of(folder)
        commit = _resolved(ref, root)
        listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", commit)
        return cls(root=root, ref=ref, commit=commit, entries=dict(_entries(listed)))

    def path(self, file: str) -> str:
        """The path from the root of a file of the work tree. Raises ``UsageError`` for one outside."""
        whole = os.path.join(os.path.realpath(os.path.dirname(file) or "."), os.path.basename(file))
        path = os.path.relpath(whole, self.root)
        if path.split(os.sep, 1)[0] == os.pardir or os.path.isabs(path):
            raise UsageError(f"{shown(file)}: is not in the repository {shown(self.root)}")
        return path.replace(os.sep, "/")

    def resolved(self, path: str) -> str:
        """The file that a path leads to, links followed; '' if there is none. Raises ``LeavesError``."""
        steps, done, links = deque(path.split("/")), list[str](), 0
        while steps:
            step = steps.popleft()
            if step in ("", "."):
                continue
            if step == "..":
                if not done:
                    raise LeavesError(f"{self.named(path)}: a link leads out of the repository")
                done.pop()
                continue
            entry = self.entries.get("/".join((*done, step)))
            if entry and entry.kind == "submodule":
                raise LeavesError(f"{self.named(path)}: lies in a submodule, whose files this revision does not hold")
            if not entry or entry.kind == "file":
                done.append(step)
                continue
            links += 1
            target = self._target(entry, path)
            if links > MOST_LINKS or target.startswith("/"):
                raise LeavesError(f"{self.named(path)}: a link leads out of the repository, or in a circle")
            steps.extendleft(reversed(target.split("/")))
        found = "/".join(done)
        return found if found in self.entries else ""

    def _target(self, link: Entry, path: str) -> str:
        held, _ = self._blobs({path: link.name}, LONGEST_LINK)
        return os.fsdecode(held.get(path, b"/"))

    def contents(self, paths: Iterable[str]) -> tuple[dict[str, bytes], dict[str, str]]:
        """What files hold, links followed, and why others cannot be read; those that are not there are in neither.

        Raises ``FileError`` where git cannot tell.
        """
        objects: dict[str, str] = {}
        unread: dict[str, str] = {}
        for path in paths:
            try:
                if file := self.resolved(path):
                    objects[path] = self.entries[file].name
            except LeavesError as error:
                unread[path] = str(error)
        held, larger = self._blobs(objects, MAX_BYTES)
        return held, unread | larger

    def texts(self, paths: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
        """As ``contents``, of text."""
        held, unread = self.contents(paths)
        texts: dict[str, str] = {}
        for path, data in held.items():
            try:
                texts[path] = decoded(data, self.named(path))
            except FileError as error:
                unread[path] = str(error)
        return texts, unread

    def named(self, path: str) -> str:
        """How messages name a file of the revision."""
        return shown(f"{self.ref}:{path}")

    def _blobs(self, names: Mapping[str, str], most: int) -> tuple[dict[str, bytes], dict[str, str]]:
        """Contents of files by their path, from the names of their objects, and which are larger than ``most``."""
        sizes = self._sizes(names)
        larger = {
            path: f"{self.named(path)}: larger than {most:,} bytes, the most that is read"
            for path, size in sizes.items()
            if size > most
        }
        wanted = {path: name for path, name in names.items() if path not in larger}
        if sum(sizes[path] for path in wanted) > MOST_BYTES:
            raise FileError(f"{shown(self.ref)}: its files are larger than {MOST_BYTES:,} bytes together")
        held = _batch(_git(self.root, "cat-file", "--batch", stdin=_lines(wanted.values())) if wanted else b"")
        return dict(zip(wanted, held, strict=True)), larger

    def _sizes(self, names: Mapping[str, str]) -> dict[str, int]:
        """Bytes of files by their path. Raises ``FileError`` where the clone holds no such objects."""
        try:
            told = _git(self.root, "cat-file", "--batch-check", stdin=_lines(names.values())) if names else b""
        except _FailedError:  # it would have to ask another machine
            told = b"missing"
        lines = told.decode("ascii").splitlines()
        if len(lines) != len(names) or not all(line.split(" ")[1:2] == ["blob"] for line in lines):
            raise FileError(f"{shown(self.ref)}: this clone lacks files of it; fetch the whole revision first")
        return {path: int(line.rpartition(" ")[2]) for path, line in zip(names, lines, strict=True)}


class LeavesError(FileError):
    """A path leads out of the revision."""


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def root_of(folder: str) -> str:
    """The root of the repository around a folder. Raises ``UsageError`` without one."""
    try:
        told = _git(folder or ".", "rev-parse", "--show-toplevel")
    except _FailedError as error:
        if "dubious ownership" in str(error):
            raise UsageError(f"{shown(folder)}: git does not trust this repository: see safe.directory") from None
        raise UsageError(f"{shown(folder or '.')}: is not in a git repository with a work tree") from None
    return os.path.realpath(os.fsdecode(told.removesuffix(b"\n").removesuffix(b"\r")))


def decoded(data: bytes, name: str) -> str:
    """The text of a file as ``reader.read_text`` has it. Raises ``FileError``."""
    if b"\0" in data:
        raise FileError(f"{name}: holds a NUL byte, so it is not a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{name}: not UTF-8 text (byte {error.start + 1} cannot be read)") from None


def _resolved(ref: str, root: str) -> str:
    """The commit's full name; no text of a stranger can be an option."""
    hint = "in CI, fetch it first (actions/checkout: fetch-depth: 0)"
    try:
        told = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except (_FailedError, ValueError):  # a NUL in the name
        told = b""
    commit = told.decode("ascii", "replace").strip()
    if not _OBJECT.fullmatch(commit):
        raise UsageError(f"git knows no revision {ref!r:.120} here; {hint}")
    return commit


def _entries(listed: bytes) -> Iterator[tuple[str, Entry]]:
    for line in listed.split(b"\0"):
        about, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name = about.decode("ascii").split()
            kind = _KINDS.get(stat.S_IFMT(int(mode, 8)), "file")
            yield os.fsdecode(path), Entry(kind, name)


def _batch(told: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(told):
        end = told.index(b"\n", at)
        size = int(told[at:end].rpartition(b" ")[2])
        yield told[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


class _FailedError(FileError):
    """Git says no."""


def _git(folder: str, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints. Raises ``_FailedError`` where it fails, ``FileError`` where it cannot be run or never ends."""
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = ["git", "--no-pager", "--no-replace-objects", *settings, *arguments]
    try:
        ran = subprocess.run(
            command, cwd=folder, env=_environment(), input=stdin, capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise FileError(f"git {arguments[0]}: did not end within {TIMEOUT_S} s") from None
    except OSError as error:
        missing = isinstance(error, FileNotFoundError) and os.path.isdir(folder)
        why = "git is not installed, or not on the PATH" if missing else error.strerror
        raise FileError(f"git cannot be run: {why}") from None
    if ran.returncode:
        lines = os.fsdecode(ran.stderr).strip().splitlines()
        raise _FailedError(f"git {arguments[0]} failed: {shown(lines[0]) if lines else 'it does not say why'}")
    return ran.stdout


def _environment() -> dict[str, str]:
    """The environment without what steers git, so that it looks nowhere else and asks nobody."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
