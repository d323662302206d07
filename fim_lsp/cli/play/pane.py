"""The lines around a cursor, drawn as an editor draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.syntax import Syntax
from rich.text import Text

from ...text import Document, Place
from .editor import Ghost

GUTTER = 6
TAB = "    "
GHOST = "bright_black italic"
CURSOR = "reverse"
AROUND = 200  # lines above that colouring looks at
BEFORE = 32  # characters before a suggestion that is told of
STEP = 8  # columns that a long line moves by


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen.  `under` is the sentence under the code, in `style`."""

    title: str
    document: Document
    place: Place
    ghost: Ghost | None = None
    under: str = ""
    style: str = "cyan"


class Painter:
    """Colours the lines of one document around `line`, changed ones again."""

    def __init__(self, document: Document, line: int) -> None:
        self._first = max(0, line - AROUND)
        source = [_plain(each) for each in document.lines[self._first : line + AROUND]]
        name = document.uri.rpartition("/")[2]
        self._syntax = Syntax("", Syntax.guess_lexer(name), theme="ansi_dark")
        self._lines = self._syntax.highlight("\n".join(source)).split("\n")

    def line(self, number: int, line: str) -> Text:
        """Line `number` of the document, which may have changed since."""
        text = _plain(line)
        at = number - self._first
        if 0 <= at < len(self._lines) and self._lines[at].plain == text:
            return self._lines[at].copy()
        coloured = self._syntax.highlight(text)
        coloured.rstrip()
        coloured.pad_right(len(text) - len(coloured))
        return coloured


def draw(view: View, painter: Painter, width: int, rows: int) -> list[Text]:
    """A title, `rows` lines of code and what stands under them, each on one line."""
    code = _code(view, painter, rows, width - GUTTER)
    title = Text(view.title, "bold")
    under = Text(f"{'':{GUTTER}}{view.under}", view.style)
    lines = [title, *code, under]
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return lines


def _code(view: View, painter: Painter, rows: int, width: int) -> list[Text]:
    """Always `rows` lines, so that nothing on the screen moves."""
    document, place = view.document, view.place
    extra = view.ghost.text.count("\n") if view.ghost else 0
    above = min(place.line, max(0, (rows - 1 - extra) // 2))
    first = place.line - above
    drawn: list[Text] = []
    left = _left(view, width)
    for number in range(first, min(len(document.lines), first + rows)):
        line = document.lines[number]
        if number == place.line:
            lines = _cursor_line(view, painter.line(number, line))
        else:
            lines = [painter.line(number, line)]
        for part, text in enumerate(lines):
            gutter = f"{number + 1:>4}  " if part == 0 else " " * GUTTER
            drawn.append(Text.assemble((gutter, "bright_black"), text[left:]))
    drawn += [Text(f"{'~':>4}", "bright_black")] * (rows - len(drawn))
    return [line.copy() for line in drawn[:rows]]


def _cursor_line(view: View, line: Text) -> list[Text]:
    """The line with the cursor and the ghost text in it, and the ghost's others."""
    column = len(_plain(view.document.lines[view.place.line][: view.place.column]))
    shown = _plain(view.ghost.text).split("\n") if view.ghost else [""]
    covered = view.ghost.span.end.column - view.place.column if view.ghost else 0
    rest = line[column + covered :]
    ghost = Text(shown[0], GHOST)
    after = Text.assemble(ghost, rest)
    if not after.plain:
        after.append(" ")
    after.stylize(CURSOR, 0, 1)
    return [line[:column] + after, *(Text(more, GHOST) for more in shown[1:])]


def _left(view: View, width: int) -> int:
    """The first character that is seen, so that cursor and ghost text are."""
    line = _plain(view.document.lines[view.place.line][: view.place.column])
    ghost = _plain(view.ghost.text).split("\n")[0] if view.ghost else ""
    wanted = min(cell_len(ghost) + 1, width // 2)
    left = 0
    while cell_len(line[left:]) + wanted > width and left < len(line):
        left += STEP
    return min(left, len(line))


def _plain(text: str) -> str:
    """Without tabs and line ends; what would steer a terminal is made visible."""
    text = text.rstrip("\r\n").replace("\t", TAB)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else "·" for char in text)


def told(before: str, suggestion: str, style: str) -> Text:
    """The end of `before` as typed and, marked, what was suggested."""
    if len(before) > BEFORE:
        before = "…" + before[-BEFORE:]
    first, *more = _plain(suggestion).split("\n")
    rest = f" (and {len(more)} more lines)" if more else ""
    return Text.assemble(_plain(before), "⟦", (first, style), "⟧", rest)


def diff_lines(lines: Sequence[str]) -> list[Text]:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    return [Text(_plain(line), styles.get(line[:1], "")) for line in lines]
