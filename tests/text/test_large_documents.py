from __future__ import annotations

from collections.abc import Sequence

import pytest

from fim_lsp.text import Document, Edit, Place, Span, apply, document

LINES = 200_000
TEXT = "".join(f"line_{number} = {number}\n" for number in range(LINES))


@pytest.fixture(scope="module")
def large() -> Document:
    return document("file:///project/a.py", "python", 1, TEXT)


def replaced(lines: Sequence[str], edit: Edit) -> list[str]:
    """The same edit of one line, made in the simplest way."""
    start, end = edit.span.start, edit.span.end
    changed, line = list(lines), lines[start.line]
    changed[start.line] = line[: start.column] + edit.new_text + line[end.column :]
    return changed


@pytest.mark.parametrize("line", [0, LINES // 2, LINES - 1])
def test_an_edit_anywhere_changes_its_line_alone(large: Document, line: int) -> None:
    edit = Edit(Span(Place(line, 0), Place(line, 4)), "name")
    after = apply(large, [edit], 2)
    assert list(after.lines) == replaced(large.lines, edit)
    assert "".join(large.lines) == TEXT


def test_all_of_it_is_replaced(large: Document) -> None:
    edit = Edit(Span(Place(0, 0), Place(LINES, 0)), "one\nline\n")
    assert list(apply(large, [edit], 2).lines) == ["one\n", "line\n", ""]


def test_ten_thousand_changes_in_one_message_are_all_made(large: Document) -> None:
    places = [number * 17 % LINES for number in range(10_000)]
    edits = [
        Edit(Span(Place(line, 0), Place(line, 4)), f"x{number}")
        for number, line in enumerate(places)
    ]
    lines = list(large.lines)
    for number, line in enumerate(places):
        lines[line] = f"x{number}{lines[line][4:]}"
    assert list(apply(large, edits, 2).lines) == lines
