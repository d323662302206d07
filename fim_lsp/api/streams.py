"""Bytes to the texts of a stream's events.  Nothing here waits or does I/O.

A decoder is fed chunks as they come off the wire, cut anywhere, and returns the
texts that have become complete.  `end` is called once, when the body is over, and
returns what is left.  Both raise StreamBroken for what cannot be an answer: bytes
that are not UTF-8, a line, an event or a whole answer that is far too long.
"""

from __future__ import annotations

import codecs
import re
from typing import Protocol

from ..errors import StreamBroken

_LINE_END = re.compile(r"\r\n|\n|\r")

# The most characters in one line or event; no endpoint sends more.
_LONGEST = 8 * 1024 * 1024
# The most bytes of an answer that comes in one piece.
_LONGEST_BODY = 32 * 1024 * 1024

# The text of the event with which some endpoints end a stream.
DONE = "[DONE]"


class StreamDecoder(Protocol):
    """What every decoder of this file does; see the file's docstring."""

    def feed(self, chunk: bytes) -> list[str]: ...

    def end(self) -> list[str]: ...


class LineDecoder:
    """Lines that end with LF, CRLF or CR, without their ends.

    Not `str.splitlines`: JSON may hold U+2028 unescaped.
    """

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("strict")
        # The unfinished line in pieces, so that each chunk is looked at only once.
        self._line: list[str] = []
        self._size = 0  # characters of the unfinished line
        self._held = ""  # a CR that ends a chunk: it may be half of a CRLF
        self._at_start = True

    def feed(self, chunk: bytes) -> list[str]:
        text = self._decoded(chunk)
        if self._at_start and text:
            text = text.removeprefix("\ufeff")
            self._at_start = False
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        *lines, rest = _LINE_END.split(text[: len(text) - len(self._held)])
        if lines and self._line:
            lines[0] = "".join((*self._line, lines[0]))
        if lines:
            self._line, self._size = [], 0
        if rest:
            self._line.append(rest)
            self._size += len(rest)
            check_size(self._size)
        return lines

    def end(self) -> list[str]:
        rest = "".join((*self._line, self._held, self._decoded(b"", final=True)))
        return [rest.removesuffix("\r")] if rest else []

    def _decoded(self, chunk: bytes, *, final: bool = False) -> str:
        try:
            return self._utf8.decode(chunk, final)
        except UnicodeDecodeError as error:
            raise StreamBroken(
                "The answer is not valid UTF-8 text.", detail=str(error)
            ) from error


class SseDecoder:
    """The `data` of each server-sent event; comments, names and ids are left out.

    The last event counts even where the blank line after it is missing.
    """

    def __init__(self) -> None:
        self._lines = LineDecoder()
        self._data: list[str] = []  # the `data` lines of the event so far
        self._size = 0  # characters in them

    def feed(self, chunk: bytes) -> list[str]:
        return self._events(self._lines.feed(chunk))

    def end(self) -> list[str]:
        events = self._events(self._lines.end())
        return [*events, "\n".join(self._data)] if self._data else events

    def _events(self, lines: list[str]) -> list[str]:
        events = []
        for line in lines:
            if not line:
                if self._data:
                    events.append("\n".join(self._data))
                    self._data, self._size = [], 0
            elif line.startswith("data:"):
                self._data.append(line[6:] if line.startswith("data: ") else line[5:])
                self._size += len(line)
                check_size(self._size)
        return events


class NdjsonDecoder:
    """Lines of JSON, one event each; blank lines are left out."""

    def __init__(self) -> None:
        self._lines = LineDecoder()

    def feed(self, chunk: bytes) -> list[str]:
        return [line for line in self._lines.feed(chunk) if line.strip()]

    def end(self) -> list[str]:
        return [line for line in self._lines.end() if line.strip()]


class WholeDecoder:
    """An answer in one piece, for endpoints that do not stream: one event and DONE."""

    def __init__(self) -> None:
        self._body = bytearray()

    def feed(self, chunk: bytes) -> list[str]:
        self._body += chunk
        if len(self._body) > _LONGEST_BODY:
            raise StreamBroken("The answer is far too long.")
        return []

    def end(self) -> list[str]:
        return [self._body.decode("utf-8", "replace"), DONE]


def check_size(size: int) -> None:
    """Raises StreamBroken where `size` characters are too many for a line or event."""
    if size > _LONGEST:
        raise StreamBroken("The answer holds a line without an end.")
