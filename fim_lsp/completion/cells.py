"""A notebook as one text, as it reads in the language of one of its cells.

The cells stand in their order, a blank line between two.  A cell in another language
is a comment: Markdown in code is commented out, and code in Markdown is fenced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..languages import language
from ..text import LARGEST_DOCUMENT, Cell, Document, Lines, bare_line, in_blocks

MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class CellText:
    """The text of one cell; `is_markup` tells text for reading from code."""

    document: Document
    is_markup: bool

    @property
    def language(self) -> str:
        return MARKDOWN if self.is_markup else self.document.language


def cell_among(notebook: str, cells: Sequence[CellText], index: int) -> Cell:
    """What stands around the cell at `index` of `cells`, which are all in order.

    notebook: the URI of the notebook.
    """
    here = cells[index].language
    before = tuple(_each_ended(cells[:index], here))
    after = tuple(_each_ended(cells[index + 1 :], here))
    if after:
        *whole, last = after[:-1]  # without the blank line at the end
        after = ("\n", *whole, bare_line(last))
    others = (cell.document for cell in (*cells[:index], *cells[index + 1 :]))
    return Cell(
        notebook,
        Lines(in_blocks(before)),
        Lines(in_blocks(after)),
        sum(map(_chars, others)),
    )


def _each_ended(cells: Iterable[CellText], here: str) -> Iterator[str]:
    """The lines of `cells`, with a blank line after each cell that is not empty."""
    for cell in cells:
        lines = cell.document.lines
        if all(line.isspace() or not line for line in lines):
            continue
        for line in _as_read(lines, cell.language, here):
            yield f"{bare_line(line)}\n"
        yield "\n"


def _as_read(lines: Sequence[str], there: str, here: str) -> Iterable[str]:
    """`lines` in the language `there` as they stand in a text in another language."""
    # A line end that closes a cell is followed by the blank line between cells.
    lines = lines[:-1] if not lines[-1] else lines[:]
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


def _chars(document: Document) -> int:
    """The characters of a text; more than is allowed where it was not kept."""
    if document.too_large:
        return LARGEST_DOCUMENT + 1
    return sum(map(len, document.lines))
