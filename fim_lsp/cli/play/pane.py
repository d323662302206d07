"""The lines around a cursor, drawn as an editor draws them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.syntax import Syntax
from rich.text import Text

from ...text import Document, Place, bare_line
from .editor import Ghost

GUTTER = 6  # columns of the line numbers
TAB = "    "  # what is drawn for a tab
GHOST, CURSOR = "bright_black italic", "reverse"
BEFORE = 32  # characters of a line that are shown before a suggestion in one line


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen; `under` is the sentence under the code."""

    title: str
    document: Document
    place: Place
    ghost: Ghost | None = None
    under: str = ""


def draw(view: View, width: int, rows: int) -> list[Text]:
    """A title, `rows` lines of code and what stands under them, each on one line."""
    title, under = Text(view.title, "bold"), Text(" " * GUTTER + view.under, "cyan")
    lines = [title, *_code(view, rows, width - GUTTER), under]
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return lines


def _code(view: View, rows: int, width: int) -> list[Text]:
    """Always `rows` lines, so that nothing on the screen moves."""
    place, ghost = view.place, _ghost_lines(view)
    first = max(0, place.line - max(0, (rows - len(ghost)) // 2))
    before = printable(view.document.lines[place.line][: place.column])
    # Long lines are cut on the left, so that the cursor and the ghost text are seen.
    room = width - min(cell_len(ghost[0]) + 1, width // 2)
    left = next(n for n in range(len(before) + 1) if cell_len(before[n:]) <= room)
    name = view.document.uri.rpartition("/")[2]
    syntax = Syntax("", Syntax.guess_lexer(name), theme="ansi_dark")
    drawn: list[Text] = []
    for number, source in enumerate(view.document.lines[first : first + rows], first):
        line = syntax.highlight(printable(source))
        line.rstrip()
        line.pad_right(len(printable(source)) - len(line))  # `highlight` strips it
        if number == place.line:
            line = _with_cursor(view, line[: len(before)], line, ghost[0])
        gutter = Text(f"{number + 1:>4}  ", "bright_black")
        drawn.append(gutter + line[left:])
        if number == place.line:
            drawn += [
                Text(" " * GUTTER) + Text(more[left:], GHOST) for more in ghost[1:]
            ]
    drawn += [Text(f"{'~':>4}", "bright_black") for _ in range(rows - len(drawn))]
    return drawn[:rows]


def _ghost_lines(view: View) -> list[str]:
    return printable(view.ghost.text).split("\n") if view.ghost else [""]


def _with_cursor(view: View, before: Text, line: Text, ghost: str) -> Text:
    """The line of the cursor, with the ghost text in it."""
    covered = view.ghost.span.end.column - view.place.column if view.ghost else 0
    after = Text(ghost, GHOST) + line[len(before) + covered :]
    after = after if after.plain else Text(" ")
    after.stylize(CURSOR, 0, 1)
    return before + after


def printable(text: str) -> str:
    """Without tabs and line ends; what would steer a terminal is made visible."""
    text = bare_line(text).replace("\t", TAB)
    return "".join(char if char.isprintable() or char == "\n" else "·" for char in text)


def marked(before: str, suggestion: str, style: str) -> Text:
    """The end of `before` as typed and, marked, what was suggested."""
    if len(before) > BEFORE:
        before = "…" + before[-BEFORE:]
    first, *more = printable(suggestion).split("\n")
    noun = "line" if len(more) == 1 else "lines"
    rest = f" (and {len(more)} more {noun})" if more else ""
    return Text.assemble(printable(before), "⟦", (first, style), "⟧", rest)
