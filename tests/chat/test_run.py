from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from fim_lsp.api.requests import ChatRequest, Delta, ToolCallDelta, Usage
from fim_lsp.chat.actions import find_action
from fim_lsp.chat.rounds import BUDGET, ROUNDS
from fim_lsp.chat.run import run
from fim_lsp.chat.selection import Selection
from fim_lsp.chat.tools import ToolBox
from fim_lsp.completion.code.brackets import unmatched
from fim_lsp.errors import AuthenticationFailed, RateLimited, ServerFailed

from ..harness.marked import parse
from .running import ANSWER, Ran
from .talk import Script, Talk, settings


def _calls(*calls: tuple[str, object], reasoning: str = "") -> Script:
    """A turn that calls tools, their arguments in pieces that arrive interleaved."""
    texts = [json.dumps(arguments) for _, arguments in calls]
    return (
        Delta(reasoning=reasoning),
        Delta(
            tool_calls=tuple(
                ToolCallDelta(index, f"id{index}", name, "")
                for index, (name, _) in enumerate(calls)
            )
        ),
        *(
            Delta(tool_calls=(ToolCallDelta(index, None, None, text[part]),))
            for part in (slice(None, 3), slice(3, None))
            for index, text in enumerate(texts)
        ),
        Delta(finish_reason="tool_calls", usage=Usage(10, 1)),
    )


@pytest.fixture
def box(tmp_path: Path) -> ToolBox:
    (tmp_path / "a.txt").write_text("one\n")
    (tmp_path / "b.txt").write_text("two\n")
    return ToolBox(tmp_path, lambda _: None)


async def test_an_answer_becomes_edits() -> None:
    ran = Ran(ANSWER)
    result = await ran()
    assert result.outcome == "edited"
    assert result.model == "scripted"
    assert ran.talk.closed == 1


async def test_progress_tells_what_is_done_and_counts_tokens() -> None:
    thinking = [Delta(reasoning="hm")] * 20
    ran = Ran((*thinking, *ANSWER))
    result = await ran()
    assert ran.messages[:2] == ["waiting for the model, 120 s at most", "thinking…"]
    assert "hm" not in "".join(ran.messages)
    counts = [progress.tokens for progress in ran.progress]
    assert counts == sorted(counts)
    assert counts[-1] > 9
    assert "hm" not in "".join(edit.new_text for edit in result.edits)


async def test_instructions_are_shown_when_they_are_sent() -> None:
    ran = Ran(ANSWER)
    await ran(chat=replace(settings(), instructions="Use British\nspelling."))
    assert ran.messages[0].endswith("; instructions: Use British spelling.")
    assert "Use British\nspelling." in str(ran.talk.requests[0].messages[0].content)


async def test_busy_endpoints_are_asked_again_visibly() -> None:
    busy = RateLimited("The endpoint is busy.", retry_after=7)
    failed = ServerFailed("The endpoint failed.")
    ran = Ran((busy,), (Delta(text="half"), failed), ANSWER)
    assert (await ran()).outcome == "edited"
    assert ran.slept == [7, 4]
    assert "The endpoint is busy. Trying again in 7 s (try 2 of 4)." in ran.messages
    news = [step.message for step in ran.progress if step.is_news]
    assert ["Trying again" in message for message in news] == [True, True]
    assert ran.talk.closed == 3


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ServerFailed("It failed."), 4),
        (RateLimited("Busy.", retry_after=3600), 1),
        (AuthenticationFailed("No."), 1),
    ],
)
async def test_there_is_an_end_to_asking_again(
    error: ServerFailed | RateLimited | AuthenticationFailed, tries: int
) -> None:
    ran = Ran(*[(error,)] * 5)
    with pytest.raises(type(error)):
        await ran()
    assert len(ran.talk.requests) == tries


async def test_a_cancel_closes_the_stream() -> None:
    arrived, closed = asyncio.Event(), asyncio.Event()

    async def converse(_: ChatRequest) -> AsyncGenerator[Delta, None]:
        try:
            yield Delta(text="```python\n")
            arrived.set()
            await asyncio.Event().wait()
        finally:
            closed.set()

    marked = parse("$0a = 1\n$0")
    assert marked.selection is not None
    task = asyncio.create_task(
        run(
            find_action("edit"),
            Selection(marked.document, marked.selection),
            converse=converse,
            settings=settings(),
            report=lambda _: None,
            unmatched=unmatched,
            instruction="Make it two.",
        )
    )
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed.is_set()


async def test_tools_are_off_by_default() -> None:
    ran = Ran(_calls(("read_file", {"path": "a.txt"})))
    result = await ran()
    assert ran.talk.requests[0].tools == ()
    assert result.reason == "The model asked for tools instead of answering."
    assert result.tools == ()


async def test_parallel_calls_are_put_together_and_answered(box: ToolBox) -> None:
    first = _calls(
        ("read_file", {"path": "a.txt"}),
        ("read_file", {"path": "b.txt"}),
        reasoning="look first",
    )
    ran = Ran(first, ANSWER, tools=box)
    result = await ran()
    assert result.outcome == "edited"
    assert result.tools == ("read_file(a.txt)", "read_file(b.txt)")
    assert set(result.tools) <= set(ran.messages)
    spoken, *results = ran.talk.requests[1].messages[2:]
    assert spoken.reasoning == "look first"
    assert [call.id for call in spoken.tool_calls] == ["id0", "id1"]
    assert [one.tool_call_id for one in results] == ["id0", "id1"]
    assert [str(one.content)[:3] for one in results] == ["one", "two"]


async def test_a_call_that_was_made_before_is_not_made_again(box: ToolBox) -> None:
    call = _calls(("read_file", {"path": "a.txt"}))
    ran = Ran(call, call, ANSWER, tools=box)
    await ran()
    assert "made this call before" in str(ran.talk.requests[2].messages[-1].content)


async def test_a_model_that_never_stops_calling_is_stopped(box: ToolBox) -> None:
    ran = Ran(
        *(_calls(("read_file", {"path": f"{n}.txt"})) for n in range(99)), tools=box
    )
    result = await ran()
    assert len(ran.talk.requests) == ROUNDS + 1
    choices = [request.tool_choice for request in ran.talk.requests]
    assert choices == [None] * ROUNDS + ["none"]
    assert result.reason == "The model asked for tools instead of answering."


async def test_results_of_tools_have_a_budget(box: ToolBox) -> None:
    for name in ("a.txt", "b.txt"):
        (box.folder / name).write_text(("é" * 250 + "\n") * 200)
    calls = _calls(("read_file", {"path": "a.txt"}), ("read_file", {"path": "b.txt"}))
    ran = Ran(calls, ANSWER, tools=box)
    await ran()
    results = ran.talk.requests[1].messages[-2:]
    sent = sum(len(str(one.content).encode()) for one in results)
    assert BUDGET < sent < BUDGET + 200
    assert "cut here" in str(results[1].content)
    assert ran.talk.requests[1].tool_choice == "none"


async def test_too_many_calls_at_once_are_refused(box: ToolBox) -> None:
    calls = [("list_files", {"path": ".", "n": n}) for n in range(20)]
    ran = Ran(_calls(*calls), ANSWER, tools=box)
    await ran()
    results = ran.talk.requests[1].messages[-20:]
    refused = [one for one in results if "at most 16" in str(one.content)]
    assert len(refused) == 4


async def test_a_file_that_appears_meanwhile_is_not_written_over() -> None:
    seen: list[Path] = []

    def exists(path: Path) -> bool:
        seen.append(path)
        return path.name == "test_main.py" and seen.count(path) > 1

    marked = parse("$0a = 1\n$0")
    assert marked.selection is not None
    result = await run(
        find_action("tests"),
        Selection(marked.document, marked.selection),
        converse=Talk(ANSWER).converse,
        settings=settings(),
        report=lambda _: None,
        unmatched=unmatched,
        exists=exists,
    )
    assert result.outcome == "nothing"
    assert result.new_file is None
    assert "test_main.py was created meanwhile" in str(result.reason)
