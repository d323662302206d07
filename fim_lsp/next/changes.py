"""Which whole lines of a document one notification of changes has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..text import Document, Edit, common_ends, split_lines, text_between

# The most lines of a change that is typing; more are a paste, a formatter or a reload.
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class LineChange:
    """The lines from `first` on: `old_count` of them became `new_count` lines.

    size: the number of characters that were removed or inserted, whichever is larger.
    bulk: whether the change was not typed: it changed several places at once, or more
        than `MOST_LINES` lines.
    """

    first: int
    old_count: int
    new_count: int
    size: int
    bulk: bool = False

    @property
    def grown(self) -> int:
        """How many lines the document has gained; negative if it has lost some."""
        return self.new_count - self.old_count


def line_change(
    before: Document, after: Document, edits: Sequence[Edit]
) -> LineChange | None:
    """The lines that `edits` changed in turning `before` into `after`; None if none."""
    if len(edits) == 1:
        return _of_one(before, edits[0])
    if before.lines == after.lines:
        return None
    return _of_several(before, after, edits)


def _of_one(before: Document, edit: Edit) -> LineChange | None:
    old, new = text_between(before, edit.span), edit.new_text
    if old == new:
        return None
    start = min(edit.span.start, edit.span.end)
    old_lines, new_lines = split_lines(old), split_lines(new)
    # Lines at both ends that the edit replaces with equal lines were not changed.
    same = 0
    limit = min(len(old_lines), len(new_lines)) - 1
    while same < limit and old_lines[same] == new_lines[same]:
        same += 1
    old_lines, new_lines = old_lines[same:], new_lines[same:]
    column = start.column if same == 0 else 0
    old_count, new_count = len(old_lines), len(new_lines)
    if column == 0 and not old_lines[-1] and not new_lines[-1]:
        # The edit replaces whole lines, and leaves the line behind them alone.
        old_count, new_count = old_count - 1, new_count - 1
        while (
            old_count
            and new_count
            and old_lines[old_count - 1] == new_lines[new_count - 1]
        ):
            old_count, new_count = old_count - 1, new_count - 1
    return LineChange(
        first=min(start.line + same, len(before.lines)),
        old_count=old_count,
        new_count=new_count,
        size=max(len(old), len(new)),
        bulk=max(old_count, new_count) > MOST_LINES + 1
        or abs(new_count - old_count) > MOST_LINES,
    )


def _of_several(before: Document, after: Document, edits: Sequence[Edit]) -> LineChange:
    """One region from the first changed line to the last changed line."""
    old, new = before.lines[:], after.lines[:]
    first, last = common_ends(old, new)
    old_count, new_count = len(old) - first - last, len(new) - first - last
    lines = sorted({edit.span.start.line for edit in edits})
    apart = any(lower - upper > 1 for upper, lower in pairwise(lines))
    same = len({edit.new_text for edit in edits}) == 1
    size = sum(max(len(edit.new_text), 1) for edit in edits)
    return LineChange(
        first,
        old_count,
        new_count,
        size,
        bulk=apart or same or max(old_count, new_count) > MOST_LINES,
    )
