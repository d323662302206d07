"""A conversation in which the model may call tools, within limits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ..api.requests import ChatRequest, Message, ToolCall
from .tools import ToolBox, answer_call, declared, shown
from .turns import Conversation, Step, Turn

# The most turns in which tools may be called.
ROUNDS = 8
# The most bytes of all results together.
BUDGET = 60_000
# The most calls that are answered in one turn.
_CALLS_PER_ROUND = 16
# The note after a result that was cut.
_CUT = "\n(cut here: no more results can be sent; answer with what you have)"


async def converse_with_tools(
    request: ChatRequest, box: ToolBox, conversation: Conversation
) -> tuple[Turn, tuple[str, ...]]:
    """The turn that ends the conversation, and each call as it was shown.

    After the last round, or when the bytes are used up, no tool may be called.
    """
    request = replace(request, tools=declared())
    calls: list[ToolCall] = []
    left = BUDGET
    rounds = 0
    while True:
        is_last = rounds == ROUNDS or left <= 0
        turn = await conversation.turn(
            replace(request, tool_choice="none" if is_last else None)
        )
        if is_last or not turn.tool_calls:
            return turn, tuple(shown(call) for call in calls)
        results: list[Message] = []
        for call in turn.tool_calls:
            conversation.report(Step(shown(call), is_news=True))
            is_over = len(results) >= _CALLS_PER_ROUND
            result = _refusal(call, calls, is_over=is_over)
            if result is None:
                result = await asyncio.to_thread(answer_call, box, call)
            result, left = _within(result, left)
            results.append(Message("tool", result, tool_call_id=call.id))
            calls.append(call)
        messages = (*request.messages, _spoken(turn), *results)
        request = replace(request, messages=messages)
        rounds += 1


def _refusal(call: ToolCall, made: list[ToolCall], *, is_over: bool) -> str | None:
    """Why a call is not carried out: too many in this round, or made before."""
    if is_over:
        return f"Refused: at most {_CALLS_PER_ROUND} calls at a time."
    if any((call.name, call.arguments) == (old.name, old.arguments) for old in made):
        return "Refused: you made this call before; its result is above."
    return None


def _within(result: str, left: int) -> tuple[str, int]:
    """`result` cut to `left` bytes, and how many bytes are left after it."""
    data = result.encode("utf-8", "replace")
    if len(data) <= left:
        return result, left - len(data)
    return data[: max(left, 0)].decode("utf-8", "ignore") + _CUT, 0


def _spoken(turn: Turn) -> Message:
    """What the model said, as a message; some endpoints demand its reasoning back."""
    return Message(
        "assistant",
        turn.text or None,
        tool_calls=turn.tool_calls,
        reasoning=turn.reasoning or None,
    )
