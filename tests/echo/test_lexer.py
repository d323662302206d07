from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.echo.lexer import BREAK, UNRENDERABLE, cursor, tokens_of_line, width

_CODE = st.text(alphabet="ab_1. (\"'`\\=,#é漢\t", max_size=40)


@given(_CODE)
@settings(max_examples=80, deadline=None)
def test_tokens_with_the_space_before_them_are_the_line(line: str) -> None:
    pairs = tokens_of_line(line)
    assert "".join(gap + word for gap, word in pairs) == line.rstrip()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("total += 3.5e2", ["total", "+", "=", "3.5e2"]),
        ('say("a \\" b", x)', ["say", "(", '"a \\" b"', ",", "x", ")"]),
        ("it's", ["it", "'", "s"]),
        ("naïve = `a b`", ["naïve", "=", "`a b`"]),
        ("   ", []),
    ],
)
def test_a_line_becomes_words_numbers_strings_and_characters(
    line: str, words: list[str]
) -> None:
    assert [word for _, word in tokens_of_line(line)] == words


@pytest.mark.parametrize(
    ("gap", "spaces"), [("", 0), ("  ", 2), ("\t", UNRENDERABLE), (" " * 300, 255)]
)
def test_only_a_few_plain_spaces_can_be_rendered(gap: str, spaces: int) -> None:
    assert width(gap) == spaces


@pytest.mark.parametrize(
    ("lines", "words", "partial"),
    [
        (("x = fo",), ("x", "="), "fo"),
        (("x = fo ",), ("x", "=", "fo"), ""),
        (("x(",), ("x", "("), ""),
        (('open("a b',), ("open", "("), '"a b'),
        (('open("a"',), ("open", "(", '"a"'), ""),
        (("a", "", "  b"), ("a", BREAK), "b"),
        (("",), (), ""),
    ],
)
def test_the_text_before_a_cursor_is_cut_at_its_unfinished_token(
    lines: tuple[str, ...], words: tuple[str, ...], partial: str
) -> None:
    here = cursor(lines)
    assert (here.words, here.partial) == (words, partial)


@pytest.mark.parametrize(
    ("lines", "change"),
    [
        (("if a:", "    "), 1),
        (("    a", "", "    b"), 0),
        (("    a", "b"), -1),
        (("\tif a:", "\t\t"), 1),
    ],
)
def test_the_indentation_is_compared_with_the_line_above(
    lines: tuple[str, ...], change: int
) -> None:
    assert cursor(lines).indent_change == change
