"""Reading small files that a project brings along, whatever they really are.

A project can be cloned from anywhere: its `.gitignore` may be a link to a device, a
pipe, or a file without an end.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

# Bytes of the largest file that is read.
LARGEST: Final = 1_000_000

# Opening waits for nobody, and makes no terminal ours.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class NotRegularError(OSError):
    """The path names a folder, a device, a pipe or a socket."""

    def __init__(self) -> None:
        super().__init__(None, "not a regular file: a folder, a pipe or a device")


class TooLargeError(OSError):
    """The file is larger than is read; `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(None, "too large")
        self.size = size


def read_regular(path: str | Path, largest: int = LARGEST) -> bytes:
    """The bytes of a regular file of at most `largest` bytes.

    Never waits for another process.  Raises OSError: NotRegularError, TooLargeError,
    or what the system says.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:  # no file system has such a name
        raise FileNotFoundError from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotRegularError
        raw = b"" if found.st_size > largest else file.read(largest + 1)
        if found.st_size > largest or len(raw) > largest:
            raise TooLargeError(max(found.st_size, len(raw)))
        return raw
