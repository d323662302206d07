from __future__ import annotations

import pytest

from fim_lsp.completion.code.lines import opens_block
from fim_lsp.completion.decision import Trigger
from fim_lsp.completion.shape import (
    Shape,
    in_comment_or_string,
    shape_of,
    shown,
)

from .windows import window

MANY = Shape(multi=True, max_lines=3, mid_line=False)
ONE = Shape(multi=False, max_lines=1, mid_line=False)
MID = Shape(multi=False, max_lines=1, mid_line=True)


def shape(marked: str, trigger: Trigger = Trigger.AUTOMATIC, most: int = 20) -> Shape:
    place = window(marked)
    return shape_of(place, trigger, in_comment_or_string(place), most)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("x = 1$0\n", ONE),
        ("    $0\n", Shape(multi=True, max_lines=6, mid_line=False, stretch=20)),
        ("def f():$0\n", Shape(multi=True, max_lines=6, mid_line=False, stretch=20)),
        ("x = [$0\n", Shape(multi=True, max_lines=6, mid_line=False, stretch=20)),
        ("print($0)\n", MID),
        ("    $0)\n", MID),
        ("# a comment:$0\n", ONE),
        ('"""A docstring:$0\n"""\n', ONE),
        ("x = 1$0   \n", ONE),
    ],
)
def test_many_lines_only_on_a_blank_line_or_after_an_opener(
    marked: str, expected: Shape
) -> None:
    assert shape(marked) == expected


def test_invoked_shows_many_lines_but_not_mid_line() -> None:
    assert shape("x = 1$0\n", Trigger.INVOKED) == Shape(
        multi=True, max_lines=20, mid_line=False, stretch=20
    )
    assert shape("print($0)\n", Trigger.INVOKED) == MID


def test_the_setting_lowers_both_limits() -> None:
    assert shape("$0\n", most=4).max_lines == 4
    assert shape("$0\n", Trigger.INVOKED, most=4).max_lines == 4


@pytest.mark.parametrize(
    ("text", "form", "ended", "expected"),
    [
        ("a\nb", ONE, False, "a"),
        ("a", ONE, False, ""),
        ("a", ONE, True, "a"),
        ("\n\na\nb\n", ONE, False, "\n\na"),
        ("\n", ONE, False, ""),
        ("a\nb\nc\nd\n", MANY, False, "a\nb\nc"),
        ("a\nb", MANY, False, "a"),
        ("a\nb", MANY, True, "a\nb"),
        ("a\n\n", MANY, True, "a"),
        ("a)\nb", MID, False, "a)"),
        ("\nb", MID, True, ""),
    ],
)
def test_only_whole_lines_of_a_running_reply_are_shown(
    text: str, form: Shape, *, ended: bool, expected: str
) -> None:
    assert shown(text, form, window("$0"), ended=ended).text == expected


@pytest.mark.parametrize(
    ("language", "marked", "inside"),
    [
        ("python", "x = 'it$0'", True),
        ("python", "x = 'it'$0", False),
        ("python", '"""One\n\ntwo $0', True),
        ("python", "# note$0", True),
        ("python", "# note\n$0", False),
        ("javascript", "const a = `x ${$0", True),
        ("javascript", "a = b / c; // $0", True),
        ("rust", "fn f<'a>($0", False),
        ("go", "r := 'x'$0", False),
        ("c", "/* one\n $0", True),
        ("sql", "SELECT 1 -- $0", True),
        ("shellscript", 'echo "${#name}" $0', False),
        ("html", "<!-- $0", True),
        ("yaml", "a: b#c $0", False),
        ("unheard-of", "x = ($0", False),
        ("plaintext", "don't $0", False),
    ],
)
def test_comments_and_strings_are_known_in_every_family(
    language: str, marked: str, *, inside: bool
) -> None:
    assert in_comment_or_string(window(marked, language)) is inside


def test_a_window_cut_inside_a_docstring_begins_after_it() -> None:
    place = window('the rest of it.\n    """\n    x = $0', whole=False)
    assert not in_comment_or_string(place)


@pytest.mark.parametrize(
    ("line", "language"),
    [("if x:", "python"), ("x => {", "go"), ("f(a =>", "javascript"), ("do", "lua")],
)
def test_openers_of_blocks(line: str, language: str) -> None:
    assert opens_block(line, language)
    assert not opens_block(line + " x", language)
