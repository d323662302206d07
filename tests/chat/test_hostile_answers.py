"""Answers that would do harm, or nothing good: to every action that edits."""

from __future__ import annotations

import pytest

from fim_lsp.chat.actions import Action, Apply, Needs, find_action
from fim_lsp.chat.answer import Result
from fim_lsp.chat.run import run
from fim_lsp.chat.selection import Diagnostic, Selection
from fim_lsp.completion.code.brackets import unmatched
from fim_lsp.text import Span, apply

from ..harness.marked import parse
from .talk import Talk, says, settings

OWN = Action("own", "Own", "refactor", Apply.REPLACE, Needs.SELECTION, "Sort it.")
IDS = ("fix", "edit", "document", "types", "simplify", "optimise")
EDITING = (*(find_action(id_) for id_ in IDS), OWN)
SOURCE = """\
import os


def first(values):
    return values[0]


def total(values, tax):
    summed = sum(values)
$0    return summed * tax
$0

def last(values):
    return values[-1]
"""
REGION = "def total(values, tax):\n    summed = sum(values)\n    return summed * tax"


async def _run(action: Action, answer: str, finish: str | None = "stop") -> Result:
    marked = parse(SOURCE)
    assert marked.selection is not None
    span = marked.selection
    if action.needs is Needs.DIAGNOSTIC:
        span = Span(span.start, span.start)
    reported = (Diagnostic(span, "it is wrong"),)
    return await run(
        action,
        Selection(marked.document, span, reported),
        converse=Talk(says(answer, finish)).converse,
        settings=settings(),
        report=lambda _: None,
        unmatched=unmatched,
        instruction="Do it.",
    )


@pytest.mark.parametrize("action", EDITING, ids=lambda action: action.id)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("I cannot help with that.", "without a code block"),
        ("Sure! Just write return summed * (1 + tax).", "without a code block"),
        ("", "is empty"),
        ("```python\n\n```", "is empty"),
        ("```python\n    return 1\n", "in the middle of its code block"),
        ("```\n    return 1\n```\nor\n```\n    return 2\n```", "2 code blocks"),
        ("```\nrm -rf ~\n```\n~~~\n    return 2\n~~~", "2 code blocks"),
        ("```diff\n-    return summed * tax\n+    return 1\n```", "a diff"),
        ("```\n@@ -10,1 +10,1 @@\n-    return a\n+    return b\n```", "a diff"),
        ("```\n    return summed * tax)\n```", ""),
        ("```\n    return summed * \n```", ""),
        ("```\n# ... existing code ...\n    return 1\n```", "leaves code out"),
        ("```go\nfunc total() int { return 1 }\n```", "another language (go)"),
        ("```\n 10| x = 1\n 11| y = 2\n```", "line numbers"),
    ],
)
async def test_an_answer_that_cannot_be_used_changes_nothing_and_says_why(
    action: Action, answer: str, words: str
) -> None:
    result = await _run(action, answer)
    assert (result.outcome, result.edits) == ("nothing", ())
    assert words in str(result.reason)


@pytest.mark.parametrize("action", EDITING, ids=lambda action: action.id)
async def test_the_whole_file_is_not_put_in_the_place_of_a_part(action: Action) -> None:
    text = SOURCE.replace("$0", "").replace("tax\n", "(1 + tax)\n")
    result = await _run(action, f"```python\n{text}```")
    assert (result.outcome, result.edits) == ("nothing", ())


@pytest.mark.parametrize("action", EDITING, ids=lambda action: action.id)
@pytest.mark.parametrize("finish", ["length", "content_filter", "tool_calls", "odd"])
async def test_an_answer_that_ended_early_changes_nothing(
    action: Action, finish: str
) -> None:
    result = await _run(action, "```python\n    return 1\n```", finish)
    assert (result.outcome, result.edits) == ("nothing", ())
    assert result.reason


@pytest.mark.parametrize("action", EDITING, ids=lambda action: action.id)
async def test_invisible_characters_stay_out_of_an_edit(action: Action) -> None:
    code = REGION if action.needs is Needs.DIAGNOSTIC else "    return summed * tax"
    hidden = "\u202e\u2066\u200b\x1b[31m\x07\x00\ufeff\x85"
    answer = code.replace("return ", f"return {hidden}(1) * ")
    result = await _run(action, f"```python\n{answer}\n```")
    assert result.outcome == "edited"
    after = apply(result.document, result.edits, 2).text
    expected = result.document.text.replace("return summed", "return (1) * summed")
    assert after == expected


async def test_an_explanation_of_an_enemy_is_words() -> None:
    answer = (
        "See ![x](http://e.vil/p.png), [run](command:workbench.quit), <img src=x>\n"
        "and \x1b]52;c;aGk=\x07this\u202e."
    )
    result = await _run(find_action("explain"), answer)
    assert result.markdown == "See x, run, &lt;img src=x>\nand this.\n"
