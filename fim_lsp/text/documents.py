r"""Text as LSP sees it: documents of lines, places, spans, edits, encodings.

A line ends only with `\n`, `\r\n` or `\r` (LSP 3.18, "Text Documents"); form feed,
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
from .cells import Cell


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a document: `line` and `column` count from 0, in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """The text from `start` up to, but not including, `end`."""

    start: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces the text of `span` by `new_text`."""

    span: Span
    new_text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a document.

    language: the LSP language id.
    lines: each line with its line end; the last line has none and may be empty, so
        there is always at least one line, and `"".join(lines)` is the text.
    too_large: whether the text is longer than `LARGEST_DOCUMENT`; it is not kept then,
        and `lines` is one empty line.
    cell: where the document stands in its notebook, if it is a cell of one.
    """

    uri: str
    language: str
    version: int
    lines: Lines
    too_large: bool = False
    cell: Cell | None = None

    @property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def file_uri(self) -> str:
        """The URI of the file that the document is, or whose cell it is."""
        return self.uri if self.cell is None else self.cell.notebook

    @property
    def whole(self) -> Lines:
        """The lines of the document; for a cell, those of its whole notebook."""
        return self.lines if self.cell is None else self.cell.whole(self.lines)

    @property
    def lines_above(self) -> int:
        """How many lines of `whole` stand above the document's own first line."""
        return 0 if self.cell is None else len(self.cell.others.before)

    @property
    def is_too_large(self) -> bool:
        """Whether the document, or the notebook it is a cell of, is too large."""
        if self.too_large or self.cell is None:
            return self.too_large
        return self.cell.others.chars + sum(map(len, self.lines)) > LARGEST_DOCUMENT


Encoding = Literal["utf-8", "utf-16", "utf-32"]

# The most characters of a document whose text is kept.
LARGEST_DOCUMENT = 3_000_000

_BREAK = re.compile(r"[\r\n]")


def split_lines(text: str) -> tuple[str, ...]:
    """`text` as the lines of a document: with line ends, the last line without one."""
    if "\r" not in text:
        *whole, last = text.split("\n")
        return (*[line + "\n" for line in whole], last)
    # The universal newlines of StringIO are those of LSP: \n, \r\n and \r.
    lines = tuple(io.StringIO(text, newline=""))
    return (*lines, "") if text[-1] in "\r\n" else lines


def document(uri: str, language: str, version: int, text: str) -> Document:
    """A document with `text`, split into lines as LSP does."""
    return Document(uri, language, version, Lines(in_blocks(split_lines(text))))


def apply(document: Document, edits: Sequence[Edit], version: int) -> Document:
    """`document` after `edits`; each edit counts places in the result of the last."""
    lines = document.lines
    for edit in edits:
        lines = _replaced(lines, edit)
    return replace(document, version=version, lines=lines)


def text_between(document: Document, span: Span) -> str:
    """The text of `span`, with the document's own line ends."""
    start, end = _ordered(document.lines, span)
    lines = document.lines[start.line : end.line + 1]
    if len(lines) == 1:
        return lines[0][start.column : end.column]
    first, *middle, last = lines
    return "".join((first[start.column :], *middle, last[: end.column]))


def dominant_line_end(document: Document) -> str:
    """The line end used most in the first thousand lines; LF if no line has one."""
    ends = (line[_width(line) :] for line in document.lines[:1000])
    counts = Counter(end for end in ends if end)
    return counts.most_common(1)[0][0] if counts else "\n"


def place_at(
    lines: Sequence[str], line: int, character: int, encoding: Encoding
) -> Place:
    """The place of an LSP position, whose `character` counts units of `encoding`.

    A position past the end becomes the end; one inside a character, the place before
    that character.
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


def _width(line: str) -> int:
    """The length of `line` without its line end."""
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - line.endswith(("\n", "\r"))


def _clamped(lines: Sequence[str], place: Place) -> Place:
    """The nearest place that exists: on a line, at most before its line end."""
    if place.line < 0:
        return Place(0, 0)
    if place.line >= len(lines):
        return Place(len(lines) - 1, len(lines[-1]))
    width = _width(lines[place.line])
    return Place(place.line, min(max(place.column, 0), width))


def _ordered(lines: Sequence[str], span: Span) -> tuple[Place, Place]:
    """Start and end of `span`, clamped, in ascending order."""
    start, end = _clamped(lines, span.start), _clamped(lines, span.end)
    return (start, end) if start <= end else (end, start)


def _replaced(lines: Lines, edit: Edit) -> Lines:
    """`lines` after `edit`; only the lines of its span are looked at."""
    start, end = _ordered(lines, edit.span)
    head, tail = lines[start.line][: start.column], lines[end.line][end.column :]
    text, first = f"{head}{edit.new_text}{tail}", start.line
    # A \n right after a lone \r makes one line end of the two.
    if text.startswith("\n") and first > 0 and lines[first - 1].endswith("\r"):
        first -= 1
        text = lines[first] + text
    if _BREAK.search(edit.new_text) is None:
        new: tuple[str, ...] = (text,)
    else:
        new = split_lines(text)
        if end.line < len(lines) - 1:
            # `tail` has its line end, after which split_lines sees an empty line;
            # the document already has the line that follows.
            new = new[:-1]
    return lines.replaced(first, end.line, new)


def _units(text: str, encoding: Encoding) -> int:
    """The length of `text` in units of `encoding`; lone surrogates count, too."""
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
