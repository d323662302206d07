"""A cell of a notebook, and the other cells that stand around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from .blocks import Lines


@dataclass(frozen=True, slots=True)
class OtherCells:
    """The other cells of a notebook, as they read in the language of one cell.

    before: the lines of the cells before that one; each has its line end.
    after: the lines of the cells after that one; the last line has no line end.
    chars: the number of characters in all of them.

    Text in another language is a comment in these lines.
    """

    before: Lines
    after: Lines
    chars: int


class Cell:
    """What makes a document a cell: its notebook, and what stands around it there.

    notebook: the URI of the notebook.
    read: gives the other cells as they were when this object was made; it is called
        once, when they are first needed.
    """

    def __init__(self, notebook: str, read: Callable[[], OtherCells]) -> None:
        self.notebook = notebook
        self._read = read

    @cached_property
    def others(self) -> OtherCells:
        return self._read()

    def whole(self, lines: Lines) -> Lines:
        """The notebook as one text, where `lines` are those of this cell."""
        if len(self.others.after):
            last = len(lines) - 1
            lines = lines.replaced(last, last, (f"{lines[last]}\n",))
        return lines.between(self.others.before, self.others.after)
