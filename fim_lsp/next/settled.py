"""One settled edit, and what can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..text import (
    Document,
    bare_line,
    common_length,
    leading_space,
)
from .changes import LineChange
from .literals import TextMap

# So many lines above an edit are searched for a string or comment that it is in.
LOOKS_BACK = 3000


@dataclass(frozen=True, slots=True)
class SettledEdit:
    """Whole lines that the user changed: `old` became `new`, at `line` by now.

    `above` and `below` are the lines around them.  Lines keep their line ends.
    `in_text` tells that only a string or a comment was changed.  `copied` tells
    that it is a duplicated line, whatever was changed in it since.  `teaches` is false
    for what shows no intention to repeat it: a duplicated line, an undone or redone
    change, a change of white space.  `at` is when it last changed, in seconds of the
    ring's clock.
    """

    uri: str
    language: str
    folder: Path | None
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    at: float
    in_text: bool = False
    copied: bool = False
    teaches: bool = True

    @property
    def last_line(self) -> int:
        """The last line that it covers now."""
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


def is_in_text(
    document: Document, old: tuple[str, ...], new: tuple[str, ...], first: int
) -> bool:
    """Whether what changed stands in a string or a comment."""
    if not new or not old:
        return _is_text_line(document, first) if new else False
    before, after = old[0], new[0]
    start = common_length(before, after)
    end = len(after) - common_length(before[start:][::-1], after[start:][::-1])
    lines = document.lines[max(first - LOOKS_BACK, 0) : first + 1]
    end = max(end, start) if len(new) == 1 else len(bare_line(after))
    return TextMap(lines, document.language).covers(len(lines) - 1, start, end) is True


def _is_text_line(document: Document, line: int) -> bool:
    text = document.lines[line]
    start = len(leading_space(text))
    lines = document.lines[max(line - LOOKS_BACK, 0) : line + 1]
    spans = TextMap(lines, document.language).spans(len(lines) - 1)
    return any(first <= start for first, _ in spans[:1])


def without_equal_ends(
    old: tuple[str, ...], new: tuple[str, ...], first: int
) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Both without the lines that they begin and end with in common."""
    start = 0
    limit = min(len(old), len(new))
    while start < limit and old[start] == new[start]:
        start += 1
    end = 0
    while end < limit - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return (
        old[start : len(old) - end],
        new[start : len(new) - end],
        first + start,
    )
