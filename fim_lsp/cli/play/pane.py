"""The lines around a cursor, drawn as an editor draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.syntax import Syntax
from rich.text import Text

from ...text import Document, Place, bare_line
from .editor import Ghost

# Columns of the line numbers.
GUTTER = 6
# What is drawn for a tab.
TAB = "    "
# How ghost text and the cursor are drawn.
GHOST, CURSOR = "bright_black italic", "reverse"
# Characters of a line that are told before a suggestion.
BEFORE = 32
# Columns that a long line moves by.
STEP = 8


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
    title = Text(view.title, "bold")
    under = Text(f"{'':{GUTTER}}{view.under}", "cyan")
    lines = [title, *_code(view, rows, width - GUTTER), under]
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return lines


def _code(view: View, rows: int, width: int) -> list[Text]:
    """Always `rows` lines, so that nothing on the screen moves."""
    extra = view.ghost.text.count("\n") if view.ghost else 0
    first = view.place.line - min(view.place.line, max(0, (rows - 1 - extra) // 2))
    left = _left(view, width)
    drawn: list[Text] = []
    coloured = _coloured(view.document, first, rows)
    for number, line in enumerate(coloured, first):
        lines = _cursor_line(view, line) if number == view.place.line else [line]
        for part, text in enumerate(lines):
            gutter = f"{number + 1:>4}  " if part == 0 else " " * GUTTER
            drawn.append(Text.assemble((gutter, "bright_black"), text[left:]))
    drawn += [Text(f"{'~':>4}", "bright_black") for _ in range(rows - len(drawn))]
    return drawn[:rows]


def _coloured(document: Document, first: int, rows: int) -> list[Text]:
    """The lines from `first` on in the colours of their language, each padded to what
    it was: the highlighter strips the ends.
    """
    source = [printable(line) for line in document.lines[first : first + rows]]
    name = document.uri.rpartition("/")[2]
    syntax = Syntax("", Syntax.guess_lexer(name), theme="ansi_dark")
    lines = [syntax.highlight(line) for line in source]
    for line, text in zip(lines, source, strict=True):
        line.rstrip()
        line.pad_right(len(text) - len(line))
    return lines


def _cursor_line(view: View, line: Text) -> list[Text]:
    """The line with the cursor and the ghost text in it, and the ghost's others."""
    column = len(printable(view.document.lines[view.place.line][: view.place.column]))
    shown = printable(view.ghost.text).split("\n") if view.ghost else [""]
    covered = view.ghost.span.end.column - view.place.column if view.ghost else 0
    after = Text.assemble(Text(shown[0], GHOST), line[column + covered :])
    if not after.plain:
        after.append(" ")
    after.stylize(CURSOR, 0, 1)
    return [line[:column] + after, *(Text(more, GHOST) for more in shown[1:])]


def _left(view: View, width: int) -> int:
    """The first character that is seen, so that cursor and ghost text are."""
    line = printable(view.document.lines[view.place.line][: view.place.column])
    ghost = printable(view.ghost.text).split("\n")[0] if view.ghost else ""
    wanted = min(cell_len(ghost) + 1, width // 2)
    left = 0
    while cell_len(line[left:]) + wanted > width and left < len(line):
        left += STEP
    return min(left, len(line))


def printable(text: str) -> str:
    """Without tabs and line ends; what would steer a terminal is made visible."""
    text = bare_line(text).replace("\t", TAB)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else "·" for char in text)


def marked(before: str, suggestion: str, style: str) -> Text:
    """The end of `before` as typed and, marked, what was suggested."""
    if len(before) > BEFORE:
        before = "…" + before[-BEFORE:]
    first, *more = printable(suggestion).split("\n")
    noun = "line" if len(more) == 1 else "lines"
    rest = f" (and {len(more)} more {noun})" if more else ""
    return Text.assemble(printable(before), "⟦", (first, style), "⟧", rest)


def diff_lines(lines: Sequence[str]) -> list[Text]:
    """The lines of a unified diff in its usual colours."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    return [Text(printable(line), styles.get(line[:1], "")) for line in lines]
