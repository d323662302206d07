"""Where the text around the cursor is cut."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.completion.window import Window, cut_window
from fim_lsp.text import Document, Place, document
from tests.harness.marked import parse

LONG = "".join(
    f"value_{number} = {number}  # some text here\n" for number in range(2000)
)


def cut(text: Document, place: Place, before: int = 8000, after: int = 512) -> Window:
    return cut_window(text, place, prefix_chars=before, suffix_chars=after)


def at_line(line: int, text: str = LONG) -> Window:
    return cut(document("file:///a.py", "python", 1, text), Place(line, 0))


def test_a_small_document_is_there_as_a_whole() -> None:
    found = parse("a = 1\nb = $02\nc = 3")
    window = cut(found.document, found.place)
    assert (window.prefix, window.suffix) == ("a = 1\nb = ", "2\nc = 3")
    assert (window.at_start, window.at_end) == (True, True)


def test_the_start_moves_rarely_while_the_cursor_moves_down() -> None:
    starts = [at_line(line).first_line for line in range(400, 1400)]
    assert len(set(starts)) <= 1000 // 64 + 2


def test_at_least_half_of_the_budget_stays_in_use() -> None:
    assert min(len(at_line(line).prefix) for line in range(400, 1400)) >= 4000


def test_neither_side_exceeds_its_budget() -> None:
    for line in range(0, 2000, 37):
        window = at_line(line)
        assert len(window.prefix) <= 8000
        assert len(window.suffix) <= 512


def test_long_lines_make_the_grid_finer() -> None:
    wide = "".join(f"{number:0>900}\n" for number in range(300))
    window = at_line(200, wide)
    assert 3600 <= len(window.prefix) <= 8000


def test_a_line_beyond_the_budget_is_cut_inside() -> None:
    text = document("file:///a.py", "python", 1, "x" * 20_000)
    window = cut(text, Place(0, 15_000))
    assert (len(window.prefix), len(window.suffix)) == (8000, 512)
    assert (window.at_start, window.at_end) == (False, False)


@given(
    st.text("ab \t\r\n\f\u2028\u0085😀é", max_size=80),
    st.integers(0, 30),
    st.integers(0, 30),
)
@settings(max_examples=200, deadline=None)
def test_the_window_is_the_text_around_the_place_with_lf_line_ends(
    text: str, line: int, column: int
) -> None:
    found = document("file:///a.py", "python", 1, text)
    line = min(line, len(found.lines) - 1)
    place = Place(line, min(column, len(found.lines[line].rstrip("\r\n"))))
    window = cut(found, place)
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    assert window.prefix + window.suffix == whole
    assert window.prefix.count("\n") == place.line
