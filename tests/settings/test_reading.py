"""Files of others are read without waiting, and leave nothing behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fim_lsp.settings.reading import NotRegularError, TooLargeError, read_regular


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 10**12)


KINDS: dict[str, tuple[Callable[[Path], object], type[OSError]]] = {
    "folder": (Path.mkdir, NotRegularError),
    "pipe": (os.mkfifo, NotRegularError),
    "device": (lambda path: path.symlink_to("/dev/zero"), NotRegularError),
    "loop": (lambda path: path.symlink_to(path), OSError),
    "large": (lambda path: path.write_bytes(b"x" * 11), TooLargeError),
    "sparse": (sparse, TooLargeError),
}


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are listed in /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_leaves_no_descriptor_open(
    tmp_path: Path, kind: str
) -> None:
    make, error = KINDS[kind]
    path = tmp_path / "file"
    make(path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(error):
            read_regular(path, 10)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 10)
    assert read_regular(path, 10) == b"x" * 10
