"""The marks that other tests are written in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fim_lsp.completion.casefile import mark_cursor
from fim_lsp.text import Place, Span

from .harness.marked import parse


def test_one_mark_is_the_cursor() -> None:
    marked = parse("a\nbc$0d\n")
    assert marked.document.text == "a\nbcd\n"
    assert (marked.place, marked.selection) == (Place(1, 2), None)


def test_two_marks_are_a_selection_that_ends_at_the_cursor() -> None:
    marked = parse("a$0bc\nd$0")
    assert marked.document.text == "abc\nd"
    assert marked.selection == Span(Place(0, 1), Place(1, 1))
    assert marked.place == Place(1, 1)


def test_an_escaped_mark_is_text() -> None:
    marked = parse("echo \\$0 $0")
    assert (marked.document.text, marked.place) == ("echo $0 ", Place(0, 8))


@given(st.text(r"\$0a"), st.text(r"\$0a"))
def test_any_text_around_a_cursor_can_be_marked_and_read(
    before: str, after: str
) -> None:
    marked = parse(mark_cursor(before, after))
    assert marked.document.text == before + after
    assert marked.place == Place(0, len(before))


def test_the_file_with_the_mark_is_the_current_one() -> None:
    marked = parse("//- a.py\nx = 1\n//- lib/b.ts\nlet y$0\n")
    assert marked.document.uri == "file:///workspace/lib/b.ts"
    assert marked.document.language == "typescript"
    assert [other.text for other in marked.others] == ["x = 1\n"]


def test_without_a_mark_the_cursor_is_at_the_end() -> None:
    assert parse("a\nb\n").place == Place(2, 0)
