"""A cell of a notebook, and the other cells that stand around it."""

from __future__ import annotations

from dataclasses import dataclass

from .blocks import Lines


@dataclass(frozen=True, slots=True)
class Cell:
    """What makes a document a cell: its notebook, and the text of the other cells.

    notebook: the URI of the notebook.
    before: the lines of the cells before this one; each has its line end.
    after: the lines of the cells after this one; the last line has no line end.
    chars: the number of characters in the other cells.

    `before` and `after` are as they read in the language of this cell, so text in
    another language is a comment there.
    """

    notebook: str
    before: Lines
    after: Lines
    chars: int

    def whole(self, lines: Lines) -> Lines:
        """The notebook as one text, where `lines` are those of this cell."""
        if len(self.after):
            last = len(lines) - 1
            lines = lines.replaced(last, last, (f"{lines[last]}\n",))
        return lines.between(self.before, self.after)
