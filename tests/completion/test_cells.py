"""How a notebook reads in the language of one of its cells, and what is cut of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from fim_lsp.completion.cells import CellText, cell_among
from fim_lsp.completion.window import Window, cut_window
from fim_lsp.text import LARGEST_DOCUMENT, Document, Place, document

NOTEBOOK = "file:///a.ipynb"


def cell(text: str, language: str = "python") -> Document:
    return document("cell:x", language, 1, text)


def placed(here: int, *cells: Document, markup: tuple[int, ...] = ()) -> Document:
    """The cell of that number, among the others."""
    texts: Mapping[str, CellText] = {
        str(number): CellText(each, is_markup=number in markup)
        for number, each in enumerate(cells)
    }
    return replace(cells[here], cell=cell_among(NOTEBOOK, texts, str(here)))


def whole(here: int, *cells: Document, markup: tuple[int, ...] = ()) -> str:
    return "".join(placed(here, *cells, markup=markup).whole)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("python", "# # Title\n#\n# a */ b\n\nx"),
        ("javascript", "// # Title\n//\n// a */ b\n\nx"),
        ("sql", "-- # Title\n--\n-- a */ b\n\nx"),
        ("css", "/*\n# Title\n\na * / b\n*/\n\nx"),
        ("markdown", "# Title\n\na */ b\n\nx"),
    ],
)
def test_markdown_is_a_comment_of_the_cells_language(
    language: str, expected: str
) -> None:
    title = cell("# Title\n\na */ b", "markdown")
    assert whole(1, title, cell("x", language)) == expected


def test_a_cell_in_another_language_is_a_comment() -> None:
    query, here = cell("select 1", "sql"), cell("x")
    assert whole(1, query, here) == "# select 1\n\nx"
    assert whole(0, query, here) == "select 1\n\n-- x"


def test_code_in_markdown_is_fenced_with_its_language() -> None:
    cells = cell("x = 1"), cell("The value", "markdown"), cell("select 1", "sql")
    expected = "```python\nx = 1\n```\n\nThe value\n\n```sql\nselect 1\n```"
    assert whole(1, *cells) == expected


def test_what_is_for_reading_is_a_comment_whatever_its_language() -> None:
    assert whole(1, cell("x = 1"), cell("y"), markup=(0,)) == "# x = 1\n\ny"


def test_empty_cells_leave_nothing_and_line_ends_are_one() -> None:
    cells = cell("a\r\nb\r"), cell(" \n"), cell(""), cell("here\r\n"), cell("c\r\nd")
    assert whole(3, *cells) == "a\nb\n\nhere\r\n\n\nc\nd"


def test_a_cell_alone_is_all_there_is() -> None:
    alone = placed(0, cell("x = 1\n"))
    assert alone.whole == alone.lines
    assert alone.lines_above == 0


def test_a_cell_that_was_not_kept_makes_its_notebook_too_large() -> None:
    large = replace(cell(""), too_large=True)
    assert placed(1, large, cell("x")).is_too_large
    half = cell("x" * (LARGEST_DOCUMENT // 2))
    assert not placed(2, half, half, cell("")).is_too_large
    assert placed(2, half, half, cell("x")).is_too_large


# The window.


def cut(document: Document, line: int, column: int, before: int = 40) -> Window:
    place = Place(line, column)
    return cut_window(document, place, prefix_chars=before, suffix_chars=12)


def test_the_window_reaches_into_the_cells_around() -> None:
    here = placed(1, cell("a = 1"), cell("b = \nc = 3"), cell("d = 4"))
    window = cut(here, 0, 4)
    assert window.prefix == "a = 1\n\nb = "
    assert window.suffix == "\nc = 3\n\nd = 4"
    assert (window.at_start, window.at_end) == (True, True)
    assert (window.place, window.first_line) == (Place(0, 4), -2)
    assert window.uri == "cell:x"


def test_a_long_cell_leaves_no_room_for_the_others() -> None:
    here = placed(1, cell("a = 1"), cell("x = 0\n" * 30), cell("d = 4"))
    window = cut(here, 20, 0)
    assert (window.at_start, window.first_line) == (False, 14)
    assert window.prefix == "x = 0\n" * 6


def test_the_beginning_of_the_prefix_stays_from_cell_to_cell() -> None:
    """So the provider's cache hits when the user goes on to the next cell."""
    cells = tuple(cell(f"value_{number} = {number}") for number in range(40))
    starts = {
        cut(placed(here, *cells), 0, 10, before=2000).prefix[:100]
        for here in range(20, 40)
    }
    assert len(starts) == 1


def test_typing_in_a_cell_keeps_the_beginning_of_the_prefix() -> None:
    cells = [cell(f"value_{number} = {number}\n" * 3) for number in range(60)]
    starts = set()
    for length in range(30):
        cells[50] = cell("x" * length)
        here = placed(50, *cells)
        starts.add(cut(here, 0, length, before=600).prefix[:60])
    assert len(starts) <= 2
