"""Safe reading of small files that come with a project.

A project can be cloned from anywhere, and its `.gitignore` may be a link to a device, a
pipe, or a huge file.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

# Bytes of the largest file that is read.
LARGEST: Final = 1_000_000

# Opening a pipe does not wait for a writer, and a terminal does not become the
# controlling terminal of this process.
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
    """The file is larger than the limit; `size` is in bytes."""

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
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError
        if status.st_size > largest:
            raise TooLargeError(status.st_size)
        # Of a folder, this would raise and leave the descriptor open.
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(largest + 1)
    finally:
        os.close(descriptor)
    if len(raw) > largest:
        raise TooLargeError(len(raw))
    return raw
