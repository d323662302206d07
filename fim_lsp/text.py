"""Text as LSP sees it: documents of lines, places, spans, edits, encodings.

Lines end only with `\\n`, `\\r\\n` or `\\r` (LSP 3.18, "Text Documents"); form feed,
U+0085 and U+2028 are ordinary characters.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    `language` is the LSP language id.
    """

    uri: str
    language: str
    version: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(self.lines)
