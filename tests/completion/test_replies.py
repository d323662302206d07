"""When an answer serves another place."""

from __future__ import annotations

import pytest

from fim_lsp.completion.replies import End, Reply, Sampling, match, tail_agrees
from fim_lsp.completion.window import Window, cut_window
from tests.harness.marked import parse


def window(marked: str) -> Window:
    found = parse(marked)
    return cut_window(found.document, found.place, prefix_chars=8000, suffix_chars=512)


def reply(marked: str, text: str, end: End = "natural") -> Reply:
    return Reply("r1", window(marked), Sampling("model", "auto", 0.0), text, end)


@pytest.mark.parametrize(
    ("then", "answer", "now", "typed"),
    [
        ("x = $0\n", "1 + 2", "x = $0\n", ""),
        ("x = $0\n", "1 + 2", "x = 1 $0\n", "1 "),
        ("x = $0\n", "1\ny = 2", "x = 1\ny$0\n", "1\ny"),
        ("$0", "x = 1", "x =$0", "x ="),
        ("f$0\n", "(a, b)", "f($0)\n", "("),  # the editor closed the bracket
        ("f($0)\n", "a, b)", "f(a, b)$0\n", "a, b)"),  # typed over the closer
        ("f($0)\n", "g(a))", "f(g($0))\n", "g("),
    ],
)
def test_it_serves_where_its_beginning_was_typed(
    then: str, answer: str, now: str, typed: str
) -> None:
    found = match(reply(then, answer), window(now))
    assert found is not None
    assert found.typed == typed


@pytest.mark.parametrize(
    ("then", "answer", "now"),
    [
        ("x = $0\n", "1 + 2", "x = 2$0\n"),  # something else was typed
        ("x = $0\n", "1 + 2", "x =  $0\n"),  # white space counts
        ("x = $0\n", "1 + 2", "y = $0\n"),  # another text before it
        ("x = $0\n", "1 + 2", "x = $0\nmore\n"),  # another text after it
        ("x = $0\n", "1 + 2", "x =$0\n"),  # before its place
        ("$0", "x = 1", "y\n$0"),
        ("f$0)\n", "()", "f$0\n"),  # a closer went away without being typed
    ],
)
def test_it_serves_nowhere_else(then: str, answer: str, now: str) -> None:
    assert match(reply(then, answer), window(now)) is None


def test_it_serves_its_own_document_only() -> None:
    other = parse("//- other.py\nx = $0\n")
    there = cut_window(other.document, other.place, prefix_chars=99, suffix_chars=99)
    assert match(reply("x = $0\n", "1"), there) is None


def test_typing_may_lead_a_reply_that_still_streams() -> None:
    found = match(reply("x = $0\n", "1", end="open"), window("x = 1 + $0\n"))
    assert found is not None
    assert found.ahead
    assert match(reply("x = $0\n", "1"), window("x = 1 + $0\n")) is None


def test_not_more_than_five_hundred_characters_are_typed_through() -> None:
    answer = "word " * 120
    assert match(reply("x = $0\n", answer), window(f"x = {answer[:490]}$0\n"))
    assert not match(reply("x = $0\n", answer), window(f"x = {answer[:510]}$0\n"))


def test_a_text_that_repeats_finds_the_longest_remainder() -> None:
    found = match(reply("a\n$0", "a\na\nb\n"), window("a\na\n$0"))
    assert found is not None
    assert found.typed == "a\n"


@pytest.mark.parametrize(
    ("answer", "following", "agrees"),
    [
        ("1 + 2", "\nend\n", True),
        ("1 + 2", "1 +\nend\n", True),
        ("(a)", "()\nend\n", True),  # the closer is the editor's
        ("1 + 2", "2\nend\n", False),
        ("1 + 2", "1\nother\n", False),
    ],
)
def test_text_after_the_cursor_agrees_or_contradicts(
    *, answer: str, following: str, agrees: bool
) -> None:
    assert tail_agrees(reply("x = $0\nend\n", answer), following) is agrees
