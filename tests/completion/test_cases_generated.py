"""Cases that are too long, or too strange, for a file of their own."""

from __future__ import annotations

import asyncio

import pytest

from fim_lsp.api.requests import Delta
from fim_lsp.completion.decision import Trigger
from tests.harness.typist import Model, Typist

MEGABYTE = "1, " * 350_000


async def test_a_line_of_a_megabyte_is_completed_when_asked_for() -> None:
    typist = Typist(f"x = [{MEGABYTE}$0{MEGABYTE}]\n", model=Model(answer="2, 3"))
    assert await typist.offered(Trigger.INVOKED) == "2, 3"
    request = typist.model.last.request
    assert len(request.prefix) + len(request.suffix) < 20_000


async def test_a_line_of_a_megabyte_is_left_alone_otherwise() -> None:
    typist = Typist(f"x = [{MEGABYTE}$0]\n", model=Model(answer="2, 3"))
    assert await typist.offered() is None
    assert typist.decisions == ["long-line"]
    assert not typist.model.streams


@pytest.mark.parametrize(
    ("text", "line_end"),
    [
        ("def f():\r\n    a = 1\r\n    b = 2\n    $0\r\n", "\r\n"),
        ("def f():\n    a = 1\n    b = 2\r\n    $0\n", "\n"),
    ],
)
async def test_mixed_line_ends_get_the_usual_one(text: str, line_end: str) -> None:
    typist = Typist(text, model=Model(answer="c = 3\n    d = 4"))
    assert await typist.offered() == f"c = 3{line_end}    d = 4"


@pytest.mark.parametrize("text", ["$0", "\n\n$0\n", "  \n\t$0\n   "])
async def test_where_nothing_stands_nothing_is_offered_unasked(text: str) -> None:
    typist = Typist(text, model=Model(answer="import os"))
    assert await typist.offered() is None
    assert await typist.offered(Trigger.INVOKED) == "import os"


@pytest.mark.parametrize("piece", ["a", "value + ", "x = 1\n    ", "\n", " ", "`"])
async def test_a_model_that_never_stops_is_stopped(piece: str) -> None:
    typist = Typist("def f():\n    x = 0\n    $0\n")
    task = typist.start()
    await typist.clock.advance(1.0)
    stream = typist.model.last
    for _ in range(20_000):
        stream.pieces.put_nowait(Delta(text=piece * 20))
    await asyncio.wait_for(task, 5.0)
    assert stream.closed
    assert stream.pieces.qsize() > 10_000


@pytest.mark.parametrize("answer", ["```", "```python", "```python\n", "```\n```"])
async def test_a_fence_alone_is_nothing(answer: str) -> None:
    typist = Typist("def f():\n    x = 0\n    $0\n", model=Model(answer=answer))
    assert await typist.offered() is None
