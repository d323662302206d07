"""Cut the text around the cursor under a budget, on a fixed grid.

The start of the prefix sits on a coarse grid of lines, so that it moves rarely
while the user types: a provider's context cache can only hit where the
beginning of the prompt is unchanged to the byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..privacy import lines_above, lines_below
from ..text import BLOCK, Document, Lines, Place, bare_line

# The grid is as coarse as the budget allows: half of it must remain in use.
GRIDS = (64, 16, 4, 1)
# Characters of a long line around the window by which the part of a secret is told.
REACH = 4_000


@dataclass(frozen=True, slots=True)
class Window:
    """The text around a place, with LF line ends.

    `prefix` ends at the cursor and begins at line `first_line`; `at_start` and
    `at_end` tell whether it reaches the beginning and the end of the document.  In the
    cell of a notebook they tell it of the notebook, and `first_line`, counted from the
    cell's first line, is negative where the prefix begins in a cell before.
    A prefix whose own line is longer than the budget begins inside that line.
    `above` and `beyond` are what stands directly around the window where it may cut a
    secret: they are never sent, but a part of a secret is told by them.
    """

    uri: str
    language: str
    prefix: str
    suffix: str
    place: Place
    first_line: int
    at_start: bool
    at_end: bool
    above: str = ""
    beyond: str = ""


def cut_window(
    document: Document, place: Place, *, prefix_chars: int, suffix_chars: int
) -> Window:
    """The window at `place`: whole lines, except the cursor's own.

    For the cell of a notebook, the cells around it are a part of the text.
    """
    lines, row = document.whole, document.lines_above + place.line
    here = bare_line(lines[row])
    before, after = here[: place.column], here[place.column :]
    first = _first_line(lines, row, prefix_chars - len(before))
    cut_inside = len(before) > prefix_chars
    above = lines_above(lines, first)
    if cut_inside:
        above = before[:-prefix_chars][-REACH:]
        before = before[-prefix_chars:]
    last = row
    room = suffix_chars - len(after)
    while last + 1 < len(lines) and room >= len(lines[last + 1]):
        last += 1
        room -= len(lines[last])
    return Window(
        uri=document.uri,
        language=document.language,
        prefix=_joined(lines[first:row]) + before,
        suffix=_suffix(lines, row, last, after, suffix_chars),
        place=place,
        first_line=first - document.lines_above,
        at_start=first == 0 and not cut_inside,
        at_end=last == len(lines) - 1 and len(after) <= suffix_chars,
        above=above,
        beyond=after[suffix_chars:][:REACH] or lines_below(lines, last),
    )


def _first_line(lines: Lines, line: int, room: int) -> int:
    """The first line of the prefix: within the budget, on the grid."""
    low = _lowest(lines, line, room)
    if low == 0:
        return 0
    for grid in GRIDS:
        start = -(-low // grid) * grid
        if start <= line and (line - start) * 2 >= line - low:
            return start
    return low


def _lowest(lines: Lines, line: int, room: int) -> int:
    """The first of the whole lines above `line` that `room` characters can hold."""
    low = line
    while low > 0:
        for text in reversed(lines[max(0, low - BLOCK) : low]):
            room -= len(text)
            if room < 0:
                return low
            low -= 1
    return low


def _suffix(lines: Lines, line: int, last: int, after: str, budget: int) -> str:
    """The rest of the cursor's line and the lines up to `last`."""
    if len(after) > budget:
        return after[:budget]
    if line == len(lines) - 1:
        return after
    return f"{after}\n{_joined(lines[line + 1 : last + 1])}"


def _joined(lines: Sequence[str]) -> str:
    """The text of `lines` with LF line ends."""
    text = "".join(lines)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
