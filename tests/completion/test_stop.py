from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from fim_lsp.api.requests import Delta, Usage
from fim_lsp.completion.shape import Shape
from fim_lsp.completion.stop import stop, stop_at
from fim_lsp.completion.watch import (
    LINE_CHARS,
    MOST_CHARS,
    READ_ON_CHARS,
    StopPoint,
    Watch,
)

from .windows import window

MANY = Shape(multi=True, max_lines=6, mid_line=False)
ONE = Shape(multi=False, max_lines=1, mid_line=False)
MID = Shape(multi=False, max_lines=1, mid_line=True)
METHOD = "class A:\n    def f(self):\n        $0\n"


def stopped(
    marked: str, text: str, shape: Shape = MANY, language: str = "python"
) -> tuple[str, str | None]:
    """What is kept of `text`, and the rule that ended it."""
    point = stop_at(text, window(marked, language), shape)
    return (text[: point.index], point.rule) if point else (text, None)


@pytest.mark.parametrize(
    ("marked", "text", "kept", "rule"),
    [
        (METHOD, "return 1\n    def g(self):\n", "return 1", "dedent"),
        (METHOD, "if x:\n            y\n        return 1\n", None, None),
        ("def f():$0\n", "\n    return 1\ndef g():\n", "\n    return 1", "dedent"),
        ("def f():\n    $0\n\nx = 1\n", "a\nx = 1\n", "a", "next-line"),
        ("$0\n", "a = 1\n\nb = 2\n", "a = 1", "block-complete"),
        ("$0\n", "def f():\n    a\n\n    b\n", None, None),
    ],
)
def test_an_answer_ends_with_its_block(
    marked: str, text: str, kept: str | None, rule: str | None
) -> None:
    assert stopped(marked, text) == (text if kept is None else kept, rule)


@pytest.mark.parametrize("text", ["a" * 9000, "\n" * 9000, "a\n" + "b" * 9000])
def test_no_answer_is_longer_than_the_most(text: str) -> None:
    for pieces in ([text], list(text)):
        watch = Watch(window("$0\n"), MANY)
        points = (watch.feed(piece) for piece in pieces)
        assert next(filter(None, points)) == StopPoint(MOST_CHARS, "too-long")


def test_a_string_of_many_lines_may_be_laid_out_anyhow() -> None:
    text = 'return """\na\n\nb\n"""\n'
    assert stopped(METHOD, text) == (text, None)
    assert stopped("$0\n", f"x = {text[7:]}") == (f"x = {text[7:]}", None)


def test_a_closing_line_belongs_to_the_block_it_closes() -> None:
    text = "return 1;\n}\n\nint g() {\n"
    assert stopped("int f() {\n  $0", text, language="c") == (
        "return 1;\n}\n",
        "dedent",
    )


def test_a_block_at_top_level_is_complete_at_the_blank_line_after_its_brace() -> None:
    text = "int f() {\n  return 1;\n}\n\n"
    assert stopped("$0", text, language="c") == (text[:-2], "block-complete")


def test_else_continues_a_block() -> None:
    text = "a();\n} else {\n  b();\n}\n"
    assert stopped("if (x) {\n  $0", text, language="javascript") == (text, None)


def test_mid_line_the_stream_ends_with_its_line() -> None:
    assert stopped("f($0)\n", "a)\nb", MID) == ("a)\n", "line-break")
    assert stopped("f($0)\n", "a)", MID) == ("a)", None)


def test_the_third_equal_line_ends_the_stream_and_one_of_them_is_kept() -> None:
    line = "values.append(0)\n"
    assert stopped("$0", line * 3) == (line[:-1], "third-repeat")


def test_lines_that_take_turns_are_kept_once() -> None:
    pair = "queue.push(task)\nqueue.flush()\n"
    assert stopped("$0", pair * 3) == (pair[:-1], "third-repeat")


def test_short_lines_may_return_but_not_three_times_in_a_row() -> None:
    assert stopped("$0", "x\na\nx\nb\nx\n") == ("x\na\nx\nb\nx\n", None)
    assert stopped("$0", "x\nx\nx\n") == ("x", "third-repeat")


def test_a_long_line_below_is_known_at_any_indentation() -> None:
    kept = stopped("$0\n    print(sorted(values))\n", "a\nprint(sorted(values))\n")
    assert kept == ("a", "next-line")


def test_the_first_line_is_kept_for_the_rule_that_rejects_it() -> None:
    assert stopped("$0\nimport os\n", "import os\n") == ("import os", "next-line")


def test_one_line_is_read_on_by_64_tokens_and_to_the_end_of_that_line() -> None:
    text = "first\n" + "".join(f"line_number_{at}\n" for at in range(40))
    kept, rule = stopped("x = $0", text, ONE)
    enough = len("first") + READ_ON_CHARS
    assert rule == "read-on"
    assert enough <= len(kept) < enough + LINE_CHARS
    assert text.startswith(f"{kept}\n")


def test_a_line_that_does_not_end_is_not_read_on_for_ever() -> None:
    kept, rule = stopped("x = $0", "first\n" + "word " * 400, ONE)
    assert rule == "read-on"
    assert len(kept) == len("first") + READ_ON_CHARS + LINE_CHARS


def test_many_lines_end_at_the_cap() -> None:
    text = "".join(f"{at}\n" for at in range(60))
    assert stopped("$0", text) == ("\n".join(map(str, range(20))), "line-cap")


async def deltas(*texts: str, closed: list[bool]) -> AsyncGenerator[Delta, None]:
    try:
        for text in texts:
            yield Delta(text=text)
        yield Delta(finish_reason="stop", usage=Usage(prompt=9, completion=3))
    finally:
        closed.append(True)


async def test_stopping_closes_the_source() -> None:
    closed: list[bool] = []
    source = deltas("a)", "\n", "never read", closed=closed)
    pieces = [piece async for piece in stop(source, window("f($0)"), lambda: MID)]
    assert [piece.text for piece in pieces] == ["a)", "\n"]
    assert pieces[-1].point == StopPoint(3, "line-break")
    assert closed == [True]


async def test_leaving_closes_the_source() -> None:
    closed: list[bool] = []
    pieces = stop(deltas("a", "b", closed=closed), window("$0"), lambda: MANY)
    assert (await anext(pieces)).text == "a"
    await pieces.aclose()
    assert closed == [True]


async def test_the_last_event_is_passed_on_and_what_was_held_back_follows() -> None:
    closed: list[bool] = []
    source = deltas("    ", closed=closed)
    pieces = [piece async for piece in stop(source, window("x\n    $0"), lambda: MANY)]
    assert [piece.delta.finish_reason for piece in pieces] == [None, "stop"]
    assert pieces[1].delta.usage == Usage(prompt=9, completion=3)


async def test_a_reply_starts_at_the_cursor_while_it_streams() -> None:
    closed: list[bool] = []
    source = deltas("``", "`py", "thon\n", "    ret", "urn 1\n``", "`", closed=closed)
    place = window("def f():\n    $0\n")
    pieces = [piece async for piece in stop(source, place, lambda: MANY)]
    assert "".join(piece.text for piece in pieces) == "return 1\n"
    assert pieces[-1].rules == ("markdown-fence", "repeated-indentation")
