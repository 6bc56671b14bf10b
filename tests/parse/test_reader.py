"""What is read, and what is refused with one line."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qplan.errors import FileError
from qplan.parse.reader import MAX_BYTES, read_bytes, read_text


def test_a_regular_file_is_read_with_or_without_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfname: \xc3\xa9\n")
    assert read_text(str(tmp_path / "a.yaml")) == "name: é\n"


def test_standard_input_is_read_for_a_dash() -> None:
    assert read_text("-", stdin=lambda: b"qplan: 1") == "qplan: 1"


def _missing(path: Path) -> None:
    assert not path.exists()


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1024 * 1024)


def _binary(path: Path) -> None:
    path.write_bytes(b"qplan: 1\0")


def _latin(path: Path) -> None:
    path.write_bytes(b"name: \xe9\n")


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


REFUSED: list[tuple[Callable[[Path], None], str]] = [
    (_missing, "there is no such file"),
    (_folder, "a directory, not a regular file"),
    (_pipe, "a pipe, not a regular file"),
    (_device, "a device, not a regular file"),
    (_huge, "larger than 16 MiB, the most that is read"),
    (_binary, "holds a NUL byte, so it is not a text file"),
    (_latin, "not UTF-8 text (byte 7 cannot be read)"),
]


@pytest.mark.parametrize(("make", "why"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_what_cannot_be_read_is_one_line(make: Callable[[Path], None], why: str, tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    make(path)
    with pytest.raises(FileError) as refused:
        read_text(str(path))
    assert str(refused.value) == f"{path}: {why}"


@pytest.mark.parametrize("name", ["", "a\0b", "\ud800"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(FileError):
        read_text(name)


def test_a_name_is_shown_without_what_drives_a_terminal() -> None:
    with pytest.raises(FileError) as refused:
        read_text("no\x1b[31m.yaml")
    assert "\x1b" not in str(refused.value)


def test_standard_input_is_bounded_too() -> None:
    with pytest.raises(FileError, match="<stdin>: larger than 16 MiB"):
        read_text("-", stdin=lambda: b"a" * (MAX_BYTES + 1))


def test_standard_input_is_read_as_far_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"a" * (MAX_BYTES + 9)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert len(read_bytes("-", most=2 * MAX_BYTES)) == MAX_BYTES + 9
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    with pytest.raises(FileError, match="<stdin>: larger than 16 MiB"):
        read_bytes("-")
