r"""Text as LSP sees it: documents of lines, places, spans, edits, encodings.

Lines end only with `\n`, `\r\n` or `\r` (LSP 3.18, "Text Documents"); form feed,
U+0085 and U+2028 are ordinary characters.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .blocks import Lines, in_blocks
from .lines import common_length


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a document: `line` from 0, `column` from 0 in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Edit:
    """`span` becomes `new_text`."""

    span: Span
    new_text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a document.

    `lines` keep their line ends; the last one has none (it may be empty), so a
    document always has at least one line and `"".join(lines)` is its text.
    `language` is the LSP language id.  `too_large`: the text is longer than
    `LARGEST_DOCUMENT` and is not kept; `lines` is one empty line then.
    """

    uri: str
    language: str
    version: int
    lines: Lines
    too_large: bool = False

    @property
    def text(self) -> str:
        return "".join(self.lines)


Encoding = Literal["utf-8", "utf-16", "utf-32"]

# Characters of the longest document whose text is kept.
LARGEST_DOCUMENT = 3_000_000

_BREAK = re.compile(r"[\r\n]")


def split_lines(text: str) -> tuple[str, ...]:
    """`text` as the lines of a document: line ends kept, the last without one."""
    if "\r" not in text:
        *whole, last = text.split("\n")
        return (*[line + "\n" for line in whole], last)
    # StringIO's universal newlines are LSP's: \n, \r\n and \r, nothing else.
    lines = tuple(io.StringIO(text, newline=""))
    return (*lines, "") if text[-1] in "\r\n" else lines


def document(uri: str, language: str, version: int, text: str) -> Document:
    """The document with `text`, whose lines are split as LSP splits them."""
    return Document(uri, language, version, Lines(in_blocks(split_lines(text))))


def apply(document: Document, edits: Sequence[Edit], version: int) -> Document:
    """`document` after `edits`, each against the result of the one before it."""
    lines = document.lines
    for edit in edits:
        lines = _replaced(lines, edit)
    return replace(document, version=version, lines=lines)


def difference(document: Document, text: str) -> Edit:
    """The one edit that turns `document` into `text`, as small as can be."""
    old, new = document.lines, split_lines(text)
    first = common_length(old, new)
    last = common_length(old[first:][::-1], new[first:][::-1])
    was = "".join(old[first : len(old) - last])
    now = "".join(new[first : len(new) - last])
    start = common_length(was, now)
    end = len(was) - common_length(was[start:][::-1], now[start:][::-1])
    # There is no place between \r and \n.
    start -= was[start - 1 : start + 1] == "\r\n"
    end += was[end - 1 : end + 1] == "\r\n"
    span = Span(_place_after(was[:start], first), _place_after(was[:end], first))
    return Edit(span, now[start : len(now) - (len(was) - end)])


def text_between(document: Document, span: Span) -> str:
    start, end = _ordered(document.lines, span)
    lines = document.lines[start.line : end.line + 1]
    if len(lines) == 1:
        return lines[0][start.column : end.column]
    first, *middle, last = lines
    return "".join((first[start.column :], *middle, last[: end.column]))


def dominant_line_end(document: Document) -> str:
    """The line end used most in the first thousand lines; LF where there is none."""
    ends = (line[_width(line) :] for line in document.lines[:1000])
    counts = Counter(end for end in ends if end)
    return counts.most_common(1)[0][0] if counts else "\n"


def place_at(
    lines: Sequence[str], line: int, character: int, encoding: Encoding
) -> Place:
    """The place of an LSP position, whose `character` counts units of `encoding`.

    Positions past the end are clamped; one inside a character is put before it.
    """
    if not 0 <= line < len(lines):
        return _clamped(lines, Place(line, 0))
    text = lines[line]
    width = _width(text)
    if character <= 0:
        return Place(line, 0)
    if encoding == "utf-32" or text.isascii():
        return Place(line, min(character, width))
    # No character is shorter than one unit, so the column is at most `character`.
    limit = min(character, width)
    if _units(text[:limit], encoding) <= character:
        return Place(line, limit)
    beyond = bisect_right(
        range(limit), character, key=lambda column: _units(text[:column], encoding)
    )
    return Place(line, beyond - 1)


def position_of(
    lines: Sequence[str], place: Place, encoding: Encoding
) -> tuple[int, int]:
    """The LSP position (line, character in units of `encoding`) of `place`."""
    place = _clamped(lines, place)
    text = lines[place.line]
    if encoding == "utf-32" or text.isascii():
        return place.line, place.column
    return place.line, _units(text[: place.column], encoding)


def _place_after(text: str, line: int) -> Place:
    """Where `text` ends that begins at the start of `line`."""
    lines = split_lines(text)
    return Place(line + len(lines) - 1, len(lines[-1]))


def _width(line: str) -> int:
    """The length of `line` without its line end."""
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - line.endswith(("\n", "\r"))


def _clamped(lines: Sequence[str], place: Place) -> Place:
    """The nearest place that exists; a place past a line's end is before its break."""
    if place.line < 0:
        return Place(0, 0)
    if place.line >= len(lines):
        return Place(len(lines) - 1, len(lines[-1]))
    width = _width(lines[place.line])
    return Place(place.line, min(max(place.column, 0), width))


def _ordered(lines: Sequence[str], span: Span) -> tuple[Place, Place]:
    """Start and end of `span`, clamped, and swapped where a client mixed them up."""
    start, end = _clamped(lines, span.start), _clamped(lines, span.end)
    return (start, end) if start <= end else (end, start)


def _replaced(lines: Lines, edit: Edit) -> Lines:
    """`lines` after `edit`, which touches only the lines of its span."""
    start, end = _ordered(lines, edit.span)
    head, tail = lines[start.line][: start.column], lines[end.line][end.column :]
    text, first = f"{head}{edit.new_text}{tail}", start.line
    # A \n that comes to stand behind a lone \r makes one line end of the two.
    if text.startswith("\n") and first > 0 and lines[first - 1].endswith("\r"):
        first -= 1
        text = lines[first] + text
    if _BREAK.search(edit.new_text) is None:
        new: tuple[str, ...] = (text,)
    else:
        new = split_lines(text)
        if end.line < len(lines) - 1:
            # The tail brought its line end along, and the empty line that
            # split_lines sees behind it is the line that follows already.
            new = new[:-1]
    return lines.replaced(first, end.line, new)


def _units(text: str, encoding: Encoding) -> int:
    """The length of `text` in units of `encoding`; lone surrogates are counted too."""
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
