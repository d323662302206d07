"""Limits of one chat action: repetition and time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from fim_lsp.api.requests import ChatRequest, Delta
from fim_lsp.chat.actions import find_action
from fim_lsp.chat.run import run
from fim_lsp.chat.selection import Selection
from fim_lsp.completion.code.brackets import unmatched

from ..harness.marked import parse
from .running import ANSWER, Ran
from .talk import settings


async def test_the_third_equal_line_ends_the_stream() -> None:
    lines = [Delta(text="```python\n"), *[Delta(text="go_on()\n")] * 50]
    ran = Ran(lines)
    result = await ran()
    assert result.outcome == "nothing"
    assert str(result.reason).startswith("The model repeated itself")
    assert ran.talk.closed == 1
    assert len(ran.progress) < 4


async def test_an_explanation_that_repeats_itself_is_shown_as_far_as_it_goes() -> None:
    ran = Ran([Delta(text="It is two. "), *[Delta(text="I can help. ")] * 50])
    result = await ran("explain")
    assert result.markdown == "It is two. I can help. I can help.\n"
    assert str(result.reason).startswith("The model repeated itself")


async def test_an_answer_that_takes_too_long_changes_nothing_and_says_so() -> None:
    closed = asyncio.Event()

    async def converse(_: ChatRequest) -> AsyncGenerator[Delta, None]:
        try:
            yield Delta(text="```python\n")
            await asyncio.Event().wait()
        finally:
            closed.set()

    limits: list[float] = []

    def at_once(seconds: float) -> asyncio.Timeout:
        limits.append(seconds)
        return asyncio.timeout(0)

    marked = parse("$0a = 1\n$0")
    assert marked.selection is not None
    result = await run(
        find_action("edit"),
        Selection(marked.document, marked.selection),
        converse=converse,
        settings=replace(settings(), timeout=30.0),
        report=lambda _: None,
        unmatched=unmatched,
        instruction="Make it two.",
        deadline=at_once,
    )
    assert closed.is_set()
    assert limits == [30.0]
    assert result.outcome == "nothing"
    assert "did not finish within 30 s" in str(result.reason)
    assert "chat.timeout" in str(result.reason)


async def test_the_limit_of_time_is_shown_while_the_model_is_waited_for() -> None:
    ran = Ran(ANSWER)
    await ran(chat=replace(settings(), timeout=90.0))
    assert ran.messages[0] == "waiting for the model, 90 s at most"
