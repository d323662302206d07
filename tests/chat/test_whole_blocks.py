"""Asked for a line, the model answers with the block around it: nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fim_lsp.chat import answer
from fim_lsp.chat.actions import find_action
from fim_lsp.chat.blocks import block_around, definition_around
from fim_lsp.chat.fences import fenced
from fim_lsp.chat.messages import Task
from fim_lsp.chat.regions import region
from fim_lsp.chat.selection import Diagnostic, Selection
from fim_lsp.completion.code.brackets import unmatched
from fim_lsp.text import Document, Place, Span, apply
from fim_lsp.text import document as open_document

Rewriting = Callable[[list[str]], list[str]]
SOURCE = '''\
import os


class Shop:
    """A shop."""

    @property
    def total(self):
        result = 0
        for price in self.prices:
            if price > 1:
                result += price  # 😀
            else:
                result += 2
        return result

    @cached(
        size=10,
    )
    def outer(self, a,
              b):
        def inner(x):
            return (x + 1) * 2

        return inner(a) + inner(b)


def other(a):
    try:
        value = os.getenv(a)
    except KeyError:
        value = None
    return value
'''
LINES = SOURCE.splitlines()
FILLED = [number for number, line in enumerate(LINES) if line.strip()]


def documented(code: list[str]) -> list[str]:
    """A comment below the first line that opens something."""
    opening = next((n for n, line in enumerate(code) if line.endswith(":")), None)
    if opening is None:
        return [f"{code[0]}  # note", *code[1:]]
    below = code[opening + 1] if opening + 1 < len(code) else f"{code[opening]}    "
    space = below[: len(below) - len(below.lstrip())]
    return [*code[: opening + 1], f"{space}# note", *code[opening + 1 :]]


def renamed(code: list[str]) -> list[str]:
    """Other names in almost every line."""
    return [line.replace("result", "sum_").replace("value", "worth") for line in code]


@pytest.mark.parametrize("rewritten", [documented, renamed])
@pytest.mark.parametrize("id_", ["fix", "document", "types", "simplify", "optimise"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_answer_is_put_where_it_belongs_or_nowhere(
    id_: str, rewritten: Rewriting, line_end: str
) -> None:
    document = open_document(
        "file:///p/a.py", "python", 1, SOURCE.replace("\n", line_end)
    )
    for row in FILLED:
        column = len(LINES[row]) // 2
        span = Span(Place(row, column), Place(row, column + 1))
        reported = (Diagnostic(span, "Undefined name"),) if id_ == "fix" else ()
        selection = Selection(document, span, reported)
        task = Task(find_action(id_), selection, region(find_action(id_), selection))
        for first, last in blocks_at(document, row):
            code = rewritten(LINES[first : last + 1])
            result = answer.read(task, fenced("\n".join(code)), "stop", unmatched)
            if result.outcome == "edited":
                after = apply(document, result.edits, 2).text
                whole = [*LINES[:first], *code, *LINES[last + 1 :]]
                assert after.split(line_end) == [*whole, ""], (row, first, last)
            else:
                assert result.reason


def blocks_at(document: Document, row: int) -> set[tuple[int, int]]:
    return {
        block
        for block in (
            block_around(document, row, row, 60),
            definition_around(document, row, 200),
        )
        if block is not None
    }
