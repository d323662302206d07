"""Bytes to messages: LSP's base protocol, read leniently."""

from __future__ import annotations

import re

# The longest line that is looked at, in bytes; a longer one cannot be a header.
LONGEST_LINE = 1_048_576
# The longest message, in bytes.  No editor sends a longer one: a header that claims
# more is part of a broken stream, in which no further message can be found.
LONGEST_MESSAGE = 256 * 1_048_576
# Not anchored at the start: a body that was sent without a length may precede the
# header on its line.
_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,20})[ \t\r]*\n\Z", re.IGNORECASE)


class TooLong(Exception):
    """A message claims to be longer than `LONGEST_MESSAGE`."""


class Framer:
    """Takes bytes as they come and gives the bodies of whole messages.

    Headers may be in any case.  Bytes that do not belong to a message are skipped.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        # Where the next line begins, and how far it was searched for its end.
        self._start = self._searched = 0
        self._length: int | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        del self._bytes[: self._start]
        self._searched -= self._start
        self._start = 0
        self._bytes += data

    def body(self) -> bytes | None:
        """The body of the next message; None until more bytes come.  Raises TooLong."""
        while (line := self._line()) is not None:
            if header := _LENGTH.search(line):
                self._length = int(header[1])
                if self._length > LONGEST_MESSAGE:
                    raise TooLong
            elif self._length is not None and not line.strip():
                end = self._start + self._length
                if end > len(self._bytes):
                    # The empty line is read again once the body is complete.
                    self._start -= len(line)
                    self._searched = self._start
                    return None
                body = bytes(self._bytes[self._start : end])
                self._start = self._searched = end
                self._length = None
                return body
        return None

    def _line(self) -> bytes | None:
        """The next line with its end; None until it is complete."""
        end = self._bytes.find(b"\n", self._searched) + 1
        if not end:
            self._searched = len(self._bytes)
            if self._searched - self._start > LONGEST_LINE:
                self._start = self._searched
            return None
        line = bytes(self._bytes[self._start : end])
        self._start = self._searched = end
        return line
