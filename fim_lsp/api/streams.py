"""Bytes to events: server-sent events and lines of JSON.  Nothing here does I/O.

Both functions take chunks as they come off the wire, cut anywhere, and give text.
Both are async generators: hold them with `contextlib.aclosing`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import AsyncGenerator, AsyncIterable

from ..errors import StreamBroken

_LINE_END = re.compile(r"\r\n|\n|\r")
_LONGEST = 8 * 1024 * 1024  # characters in one line or event; more is no answer


async def sse(chunks: AsyncIterable[bytes]) -> AsyncGenerator[str]:
    """The `data` of each event.  Comments, names and ids are left out.

    The last event counts even where the blank line after it is missing.
    """
    data: list[str] = []
    size = 0
    lines = _lines(chunks)
    async for line in lines:
        if not line:
            if data:
                yield "\n".join(data)
            data, size = [], 0
        elif line.startswith("data:"):
            data.append(line[6:] if line.startswith("data: ") else line[5:])
            size += len(line)
            _check_size(size)
    if data:
        yield "\n".join(data)


async def ndjson(chunks: AsyncIterable[bytes]) -> AsyncGenerator[str]:
    """Each line that is not blank."""
    async for line in _lines(chunks):
        if line.strip():
            yield line


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncGenerator[str]:
    """Lines that end with LF, CRLF or CR, and what is left at the end.

    Not `str.splitlines`: JSON may hold U+2028 as it is.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    # The line so far, in pieces: each chunk is looked at once, however long it gets.
    line: list[str] = []
    size = 0
    held = ""
    first = True
    async for chunk in chunks:
        text = held + _decoded(decoder, chunk)
        if first and text:
            text = text.removeprefix("\ufeff")
            first = False
        # A CR at the very end may be half of a CRLF.
        held = "\r" if text.endswith("\r") else ""
        *ended, rest = _LINE_END.split(text[: len(text) - len(held)])
        for end in ended:
            yield "".join((*line, end))
            line, size = [], 0
        line.append(rest)
        size += len(rest)
        _check_size(size)
    rest = "".join((*line, held, _decoded(decoder, b"", final=True)))
    if rest:
        yield rest.removesuffix("\r")


def _decoded(
    decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False
) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        raise StreamBroken(
            "The answer is not valid UTF-8 text.", detail=str(error)
        ) from error


def _check_size(size: int) -> None:
    if size > _LONGEST:
        raise StreamBroken("The answer holds a line without an end.")
