"""A conversation in which the model may call tools, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from ..api.requests import ChatRequest, Message, ToolCall, Usage
from .tools import ToolBox, answer_call, declared, shown
from .turns import OnStep, Step, Turn

ROUNDS = 8
BUDGET = 60_000  # bytes of results, all together
_CALLS_PER_ROUND = 16
_CUT = "\n(cut here: no more results can be sent; answer with what you have)"


async def converse_with_tools(
    request: ChatRequest,
    box: ToolBox,
    *,
    take_turn: Callable[[ChatRequest], Awaitable[Turn]],
    report: OnStep,
) -> tuple[Turn, tuple[str, ...]]:
    """The turn that ends the conversation, with the usage of all; and the calls made.

    After the last round, or when the bytes are used up, no tool may be called.
    """
    request = replace(request, tools=declared())
    usage: Usage | None = None
    made: list[ToolCall] = []
    left = BUDGET
    rounds = 0
    while True:
        last = rounds == ROUNDS or left <= 0
        turn = await take_turn(replace(request, tool_choice="none" if last else None))
        usage = _sum(usage, turn.usage)
        turn = replace(turn, usage=usage)
        if last or not turn.tool_calls:
            return turn, tuple(shown(call) for call in made)
        results: list[Message] = []
        for call in turn.tool_calls:
            report(Step(shown(call)))
            many = len(results) >= _CALLS_PER_ROUND
            result = _refusal(call, made, many=many)
            if result is None:
                result = await asyncio.to_thread(answer_call, box, call)
            result, left = _within(result, left)
            results.append(Message("tool", result, tool_call_id=call.id))
            made.append(call)
        messages = (*request.messages, _spoken(turn), *results)
        request = replace(request, messages=messages)
        rounds += 1


def _refusal(call: ToolCall, made: list[ToolCall], *, many: bool) -> str | None:
    """Why a call is not even looked at."""
    if many:
        return f"Refused: at most {_CALLS_PER_ROUND} calls at a time."
    if any((call.name, call.arguments) == (one.name, one.arguments) for one in made):
        return "Refused: you made this call before; its result is above."
    return None


def _within(result: str, left: int) -> tuple[str, int]:
    """`result` cut to `left` bytes, and how many are left then."""
    data = result.encode("utf-8", "replace")
    if len(data) <= left:
        return result, left - len(data)
    return data[: max(left, 0)].decode("utf-8", "ignore") + _CUT, 0


def _spoken(turn: Turn) -> Message:
    """What the model said.  Its reasoning goes back: some endpoints demand it."""
    return Message(
        "assistant",
        turn.text or None,
        tool_calls=turn.tool_calls,
        reasoning=turn.reasoning or None,
    )


def _sum(one: Usage | None, other: Usage | None) -> Usage | None:
    if one is None or other is None:
        return one or other
    return Usage(
        prompt=one.prompt + other.prompt,
        completion=one.completion + other.completion,
        cache_hit=one.cache_hit + other.cache_hit,
    )
