"""A settled edit, and what kind of edit it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..privacy.keys import LONGEST_KEY, touches_key
from ..text import Document, bare_line, common_ends, leading_space
from .changes import LineChange
from .literals import TextMap

# How many lines above an edit are searched for the start of a string or a comment: all
# of them, except in very long documents.
LOOKS_BACK = 20_000


@dataclass(frozen=True, eq=False)
class SettledEdit:
    """Whole lines that the user has changed from `old` to `new`.

    document, first: the document when the edit settled, and the number of the first
        of the lines there.
    line: the number of the first line, in the document as it is now.
    above, below: the lines around the changed ones.  All lines keep their line ends.
    at: when the lines last changed, in seconds of the ring's clock.
    copied: whether the user has duplicated a line, and perhaps changed the copy.
    teaches: whether the user may want to repeat the edit.  A duplicated line, an
        undone or redone change, and a change of white space show no such wish.
    """

    document: Document = field(repr=False)
    first: int
    folder: Path | None
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    at: float
    copied: bool = False
    teaches: bool = True

    @property
    def uri(self) -> str:
        return self.document.uri

    @property
    def language(self) -> str:
        return self.document.language

    # Edits settle while keys are typed, so that what takes time is left for later.

    @cached_property
    def in_text(self) -> bool:
        """Whether only a string or a comment was changed."""
        return is_in_text(self.document, self.old, self.new, self.first)

    @cached_property
    def in_key(self) -> bool:
        """Whether a part of a private key was changed; no model is told of that."""
        return is_in_key(self.document, self.first, self.old, self.new)

    @property
    def last_line(self) -> int:
        """The number of the last changed line, in the document as it is now."""
        return self.line + max(len(self.new), 1) - 1


def is_copy(after: Document, change: LineChange) -> bool:
    """Whether `change` inserted a copy of the lines next to it."""
    count = change.grown
    if count <= 0:
        return False
    for start in (change.first, change.first + change.new_count - count):
        lines = [line.strip() for line in after.lines[start : start + count]]
        if not any(char.isalnum() for line in lines for char in line):
            continue
        around = (
            after.lines[max(start - count, 0) : start],
            after.lines[start + count : start + 2 * count],
        )
        if any([line.strip() for line in other] == lines for other in around):
            return True
    return False


def is_in_key(
    document: Document, first: int, old: tuple[str, ...], new: tuple[str, ...]
) -> bool:
    """Whether the lines `new`, which begin at `first`, or the `old` ones that stood
    there before are a part of a private key of the document.
    """
    lines = document.lines
    if touches_key(lines, first, first + len(new)):
        return True
    start = max(0, first - LONGEST_KEY)
    end = first + len(new)
    before = (*lines[start:first], *old, *lines[end : end + LONGEST_KEY])
    return touches_key(before, first - start, first - start + len(old))


def is_in_text(
    document: Document, old: tuple[str, ...], new: tuple[str, ...], first: int
) -> bool:
    """Whether the change was made inside a string or a comment.

    The text before the change counts, so that a line that is made a comment was code.
    Inserted lines count as they are, and deleted lines count as code.
    """
    if not new or not old:
        return _is_text_line(document, first) if new else False
    start, common_end = common_ends(old[0], new[0])
    above = document.lines[max(first - LOOKS_BACK, 0) : first]
    end = len(old[0]) - common_end if len(old) == 1 else len(bare_line(old[0]))
    text_map = TextMap((*above, old[0]), document.language)
    return text_map.covers(len(above), start, max(end, start)) is True


def _is_text_line(document: Document, line: int) -> bool:
    text = document.lines[line]
    start = len(leading_space(text))
    lines = document.lines[max(line - LOOKS_BACK, 0) : line + 1]
    spans = TextMap(lines, document.language).spans(len(lines) - 1)
    return any(first <= start for first, _ in spans[:1])


def without_equal_ends(
    old: tuple[str, ...], new: tuple[str, ...], first: int
) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Old and new lines without those that both begin and end with.

    first: the number of the first line; it is returned for the lines that are left.
    """
    start, end = common_ends(old, new)
    return (
        old[start : len(old) - end],
        new[start : len(new) - end],
        first + start,
    )
