from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.api.answers import openai_delta
from fim_lsp.api.blocks import OneBlock, OneLine, only_block


@pytest.mark.parametrize(
    ("answer", "block"),
    [
        ("```python\nreturn a\n```", "return a"),
        ("Sure!\n\n```\nreturn a\n```\nThat adds them.", "return a"),
        ("~~~\na\nb\n~~~", "a\nb"),
        ("````\n```\na\n```\n````", "```\na\n```"),
        ("<think>```\nno\n```</think>\n```\nyes\n```", "yes"),
        ("```\r\na\r\n```\r\n", "a\r"),
        ("```\n```", ""),
        ("return a", None),
        ("```\na\n```\nor\n```\nb\n```", None),
        ("```python\nreturn a", None),
        ("", None),
    ],
)
def test_only_what_stands_in_the_one_block_is_an_answer(
    answer: str, block: str | None
) -> None:
    assert only_block(answer) == block


def event(text: str, finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"text": text, "finish_reason": finish}]}


def test_a_block_is_handed_on_once_the_answer_has_ended() -> None:
    read = OneBlock(openai_delta)
    pieces = [
        event("Sure:\n```py"),
        event("\nx = 1\n`"),
        event("``"),
        event("", "stop"),
    ]
    assert [read(each).text for each in pieces] == ["", "", "", "x = 1"]


def test_an_answer_that_was_cut_off_hands_nothing_on() -> None:
    read = OneBlock(openai_delta)
    assert read(event("```\nx = 1\n```\nand")).text == ""
    assert read(event("", "length")).text == ""


def test_one_line_ends_the_answer() -> None:
    read = OneLine(openai_delta)
    assert read(event("return ")).text == "return "
    last = read(event("a + b\n\ndef"))
    assert (last.text, last.finish_reason) == ("a + b", "stop")
    assert read(event("more", "stop")).text == ""
