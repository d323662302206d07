from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from fim_lsp.cli.play.editor import Ghost
from fim_lsp.cli.play.pane import CURSOR, GHOST, View, draw, marked
from fim_lsp.text import Document, Place, Span, document

CODE = "import math\n\n\ndef area(r):\n    return \n\nprint(area(2))\n"


def pane(code: str, place: Place, ghost: str | None = None, **more: int) -> list[str]:
    return [line.plain for line in drawn(code, place, ghost, **more)]


def drawn(
    code: str,
    place: Place,
    ghost: str | None,
    *,
    covered: int = 0,
    width: int = 60,
    rows: int = 7,
) -> list[Text]:
    file = open_(code)
    end = Place(place.line, place.column + covered)
    shown = None if ghost is None else Ghost(ghost, Span(place, end), 0.0)
    view = View("a.py:5", file, place, shown, "echo · repeats b.py:3")
    return draw(view, width, rows)


def open_(code: str) -> Document:
    return document("file:///a.py", "python", 1, code)


def test_ghost_text_stands_at_the_cursor() -> None:
    assert pane(CODE, Place(4, 11), "math.pi * r") == [
        "a.py:5",
        *("   2  ", "   3  ", "   4  def area(r):"),
        "   5      return math.pi * r",
        *("   6  ", "   7  print(area(2))", "   8  "),
        "      echo · repeats b.py:3",
    ]


def test_ghost_text_is_grey_and_the_cursor_inverse() -> None:
    line = drawn(CODE, Place(4, 11), "math.pi")[4]
    at = line.plain.index("math")
    styles = {str(span.style) for span in line.spans if span.start <= at < span.end}
    assert {GHOST, CURSOR} <= styles
    after = {str(span.style) for span in line.spans if span.start <= at + 1 < span.end}
    assert GHOST in after
    assert CURSOR not in after


def test_what_a_suggestion_covers_is_not_drawn_twice() -> None:
    found = pane("print()\n", Place(0, 6), "area(2))", covered=1, rows=1)
    assert found[1] == "   1  print(area(2))"


def test_a_suggestion_of_many_lines_pushes_none_off_the_pane() -> None:
    found = pane(CODE, Place(4, 11), "(\n        r\n    )")
    assert len(found) == 9
    assert found[3:6] == ["   5      return (", "              r", "          )"]


@pytest.mark.parametrize("line", ["x" * 200, "名" * 120, "\t" * 60, "🙂" * 120])
@pytest.mark.parametrize("width", [40, 100])
def test_the_cursor_of_a_long_line_is_seen(line: str, width: int) -> None:
    found = pane(f"{line}\n", Place(0, len(line)), "GHOST", width=width, rows=3)
    assert "GHOST" in found[1]


def test_what_would_steer_a_terminal_is_made_visible() -> None:
    found = pane("x = '\x1b[2J\x07'\n", Place(0, 0), "\x1b]0;t\x07", rows=1)
    assert found[1] == "   1  ·]0;t·x = '·[2J·'"
    assert marked("\x1b", "\x1b\n\x1b", "green").plain == "·⟦·⟧ (and 1 more line)"


@settings(max_examples=60, deadline=None)
@given(
    code=st.text(max_size=120),
    ghost=st.none() | st.text(min_size=1, max_size=40),
    width=st.integers(20, 60),
    rows=st.integers(1, 9),
    data=st.data(),
)
def test_nothing_is_ever_wider_or_higher_than_the_pane(
    code: str, ghost: str | None, width: int, rows: int, data: st.DataObject
) -> None:
    lines = open_(code).lines
    number = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[number].rstrip("\r\n"))))
    found = pane(code, Place(number, column), ghost, width=width, rows=rows)
    assert len(found) == rows + 2
    assert all(cell_len(line) <= width and "\n" not in line for line in found)
