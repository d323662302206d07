"""A notebook as one text, as it reads in the language of one of its cells.

The cells stand in their order, a blank line between two.  A cell in another language
is a comment: Markdown in code is commented out, and code in Markdown is fenced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain

from ..languages import language
from ..text import (
    LARGEST_DOCUMENT,
    Cell,
    Document,
    Lines,
    OtherCells,
    bare_line,
    in_blocks,
)

MARKDOWN = "markdown"
# The blank line between two cells.
BLANK = "\n"


class CellText:
    """One version of the text of a cell, and how it reads in other languages.

    is_markup: whether the cell is text for people to read, not code.
    """

    def __init__(self, document: Document, *, is_markup: bool) -> None:
        self.language = MARKDOWN if is_markup else document.language
        self._lines = document.lines
        self._too_large = document.too_large
        self._read: dict[str, tuple[str, ...]] = {}

    def is_of(self, document: Document, *, is_markup: bool) -> bool:
        """Whether this is the text of a document and kind."""
        language_id = MARKDOWN if is_markup else document.language
        return self._lines is document.lines and self.language == language_id

    @cached_property
    def chars(self) -> int:
        """The characters of the text; more than is allowed where it was not kept."""
        return LARGEST_DOCUMENT + 1 if self._too_large else sum(map(len, self._lines))

    def read(self, here: str) -> tuple[str, ...]:
        """The lines in a text in the language `here`, and a blank line after them.

        Each has its line end.  An empty cell has no lines.
        """
        if here not in self._read:
            self._read[here] = tuple(_ended(self._lines, self.language, here))
        return self._read[here]


def cell_among(notebook: str, texts: Mapping[str, CellText], name: str) -> Cell:
    """The cell called `name` among all cells of a notebook, in order.

    notebook: the URI of the notebook.
    texts: never changed after the call.
    """
    return Cell(notebook, lambda: _others(texts, name))


def _others(texts: Mapping[str, CellText], name: str) -> OtherCells:
    cells, index = list(texts.values()), list(texts).index(name)
    here = cells[index].language
    before = [cell.read(here) for cell in cells[:index]]
    after = [lines for cell in cells[index + 1 :] if (lines := cell.read(here))]
    if after:
        *whole, last, _ = after[-1]
        after = [(BLANK,), *after[:-1], (*whole, bare_line(last))]
    chars = sum(cell.chars for cell in cells) - cells[index].chars
    return OtherCells(_lines(before), _lines(after), chars)


def _lines(cells: Iterable[Sequence[str]]) -> Lines:
    return Lines(chain.from_iterable(map(in_blocks, cells)))


def _ended(lines: Sequence[str], there: str, here: str) -> Iterable[str]:
    """Lines in the language `there` as whole lines of a text in the language `here`."""
    if all(line.isspace() or not line for line in lines):
        return ()
    # An empty last line would add a second blank line between cells.
    lines = lines[:-1] if not lines[-1] else lines[:]
    ended = (f"{bare_line(line)}\n" for line in _as_read(lines, there, here))
    return chain(ended, (BLANK,))


def _as_read(lines: Sequence[str], there: str, here: str) -> Iterable[str]:
    """Lines in the language `there` as they stand in a text in the language `here`."""
    if there == here:
        return lines
    if here == MARKDOWN:
        return (f"```{there}", *lines, "```")
    facts = language(here)
    if mark := facts.line_comment:
        return (f"{mark} {line}".rstrip() for line in lines)
    if block := facts.block_comment:
        opener, closer = block
        # The text must not end the comment that it stands in.
        inner = (line.replace(closer, f"{closer[0]} {closer[1:]}") for line in lines)
        return (opener, *inner, closer)
    return lines
