"""The rules one by one; the case files show them together."""

from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.completion.clean import RULE_SENTENCES, TAIL_RULES, Cleaned, head, tail
from fim_lsp.completion.clean.head import HEAD_RULES
from fim_lsp.completion.stop import STOP_SENTENCES

from ..windows import window


def cleaned(marked: str, text: str, language: str = "python", **known: bool) -> Cleaned:
    facts: dict[str, Any] = {"automatic": False, **known}
    return tail(text, window(marked, language), **facts)


def test_every_rule_has_a_sentence_and_every_sentence_a_rule() -> None:
    names = [name for name, _ in HEAD_RULES] + [rule.name for rule in TAIL_RULES]
    assert names == list(RULE_SENTENCES)
    for sentence in (*RULE_SENTENCES.values(), *STOP_SENTENCES.values()):
        assert sentence[0].islower() and not sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```py\nx = 1\n```", "x = 1\n"),
        ("\n```\nx = 1", "x = 1"),
        ("x = 1\n```\nThat is all.", "x = 1\n"),
        ("```py", ""),
        ("``", "``"),
    ],
)
def test_fences_are_stripped(text: str, expected: str) -> None:
    assert head(text, window("$0")).text == expected


@pytest.mark.parametrize("text", ["`", "```", "```pyth", "x = 1\n  ``"])
def test_what_may_become_a_fence_is_held_back(text: str) -> None:
    assert "`" not in head(text, window("$0"), ended=False).text


def test_a_repeated_line_start_is_told_from_another_beginning() -> None:
    place = window("    return $0")
    assert head("retu", place, ended=False).text == ""
    assert head("return x", place, ended=False).text == "x"
    assert head("retry()", place, ended=False).text == "retry()"
    assert head("return", place).text == ""
    assert head("f(f(x))", window("a($0")).text == "f(f(x))"


@pytest.mark.parametrize(
    ("marked", "text", "expected"),
    [
        ("    $0", "    x\n    y", "x\n    y"),
        ("    $0", "x\n    y", "x\n    y"),
        ("    $0", "        x", "    x"),
        ("        $0", "    x", "x"),
        ("\t$0", "\tx", "x"),
        ("$0", "    x", "    x"),
        ("a = $0", "  1", "1"),
        ("a =$0", " 1", " 1"),
    ],
)
def test_white_space_stands_once(marked: str, text: str, expected: str) -> None:
    assert head(text, window(marked)).text == expected


@pytest.mark.parametrize(
    ("marked", "text", "expected"),
    [
        ("f($0)", "a)", "a"),
        ("f($0)", "g()", "g()"),
        ("f(g($0)", "1))", "1)"),
        ("f($0, c)", "a, b, c)", "a, b"),
        ("x = [$0];", "1];", "1"),
        ("x = $0;", "1;;", "1"),
        ("value$0 end", "s e", "s e"),
        ("if (a$0) {", " > 0) {", " > 0"),
    ],
)
def test_the_rest_of_the_line_is_not_said_again(
    marked: str, text: str, expected: str
) -> None:
    assert cleaned(marked, text, "javascript").text == expected


@pytest.mark.parametrize(
    ("marked", "text", "replace"),
    [
        ("f($0)", "a);", 1),
        ('f("$0")', 'a", b);', 2),
        ("f([$0])", "1], 2);", 2),
        ("f($0)", "a, (b)", 0),
        ("f($0) + g", "a) * (2", 0),
    ],
)
def test_closers_that_the_answer_brings_are_covered(
    marked: str, text: str, replace: int
) -> None:
    offered = cleaned(marked, text, "javascript")
    assert (offered.text, offered.replace) == (text, replace)


def test_an_answer_that_is_the_next_lines_is_dropped() -> None:
    below = "def f():\n    $0\n    first_step()\n    second_step()\n    third_step()\n"
    same = "first_step()\n    second_step()\n    third_step()"
    assert cleaned(below, same).rejected_by == "repeats-next-line"
    near = same.replace("second_step()", "second_step(")
    assert cleaned(below, near).rejected_by == "repeats-next-line"
    other = same.replace("second_step", "another_one")
    assert cleaned(below, other).text == other


def test_lines_that_differ_in_a_number_or_a_name_are_others() -> None:
    assert cleaned("$0\ncase_10 = 1\n", "case_11 = 1").text
    assert cleaned("$0\nx_value = 1\n", "y_value = 1").text


def test_the_next_closing_line_is_dropped_from_the_end() -> None:
    marked = "function f() {\n  $0\n}\n"
    assert cleaned(marked, "a();\n}", "javascript").rules == ("repeats-next-closer",)
    nested = "function f() {\n  if (a) {\n  $0\n}\n"
    assert cleaned(nested, "b();\n  }", "javascript").text == "b();\n  }"


def test_a_repeated_line_above_is_dropped_and_the_next_moves_up() -> None:
    marked = "def f():\n    total = 0\n    $0\n"
    assert cleaned(marked, "total = 0\n    count = 1").text == "count = 1"
    assert cleaned(marked, "total = 0").rejected_by == "nothing-visible"
    assert cleaned("total = 0$0\n", "\ntotal = 0\nx = 1").text == "\nx = 1"


def test_a_new_line_is_rejected_where_the_block_goes_on() -> None:
    assert cleaned("a()$0\nb()\n", "\nc()").rejected_by == "leading-line-break"
    assert cleaned("if x:\n    a()$0\nb()\n", "\n    c()").text == "\n    c()"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x, y\nx, y\nx, y", "x, y"),
        ("a" + ", 10" * 9, "a, 10"),
        ("=" * 30, "=" * 30),
        ("}\n}\n}", "}\n}\n}"),
    ],
)
def test_circles_are_cut(text: str, expected: str) -> None:
    assert cleaned("$0", text, "plaintext").text == expected


def test_an_unfinished_line_is_dropped_only_where_the_reply_ends() -> None:
    cut = cleaned("$0", "a = 1\nb = [", finish_length=True)
    assert (cut.text, cut.rules) == ("a = 1", ("unfinished-line",))
    kept = cleaned("$0", "a = 1\nb = 2", finish_length=True, continues=True)
    assert kept.text == "a = 1\nb = 2"


def test_white_space_at_the_end_stays_before_text() -> None:
    assert cleaned("$0", "a = 1 \n\n").text == "a = 1"
    assert cleaned("a $0= 1", "b ").text == "b "


def test_what_is_too_short_is_kept_from_those_who_did_not_ask() -> None:
    assert cleaned("na$0", "me", automatic=True).rejected_by == "too-short"
    assert cleaned("na$0", "me", automatic=False).text == "me"
    assert cleaned("f(na$0\n", ")", automatic=True).text == ")"


def test_redaction_marks_are_dropped_only_where_the_prompt_held_some() -> None:
    assert cleaned("$0", "k = '***'", redacted=True).rejected_by == "redaction-mark"
    assert cleaned("$0", "k = '***'", redacted=False).text == "k = '***'"
