"""One turn of a conversation: streamed, shown while it comes, tried again when due."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from ..api.requests import ChatRequest, Delta, ToolCall, ToolCallDelta, Usage
from ..errors import RateLimited, ServerFailed

Converse = Callable[[ChatRequest], AsyncGenerator[Delta, None]]
Sleep = Callable[[float], Awaitable[object]]

_TRIES = 4
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 60.0  # seconds
_EVERY = 8  # deltas between two reports


@dataclass(frozen=True, slots=True)
class Step:
    """What is going on, in a few words, and about how many tokens have come."""

    message: str
    tokens: int = 0


OnStep = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model said in one turn.  `reasoning` is never part of `text`."""

    text: str
    reasoning: str
    tool_calls: tuple[ToolCall, ...]
    finish_reason: str | None
    usage: Usage | None
    model: str | None


async def take_turn(
    request: ChatRequest, *, converse: Converse, report: OnStep, sleep: Sleep
) -> Turn:
    """The model's turn.  429 and 5xx are waited out, visibly, a few times.

    Raises what `converse` raises.  An attempt that failed midway leaves nothing.
    """
    wait = _FIRST_WAIT
    for tries_left in reversed(range(_TRIES)):
        try:
            return await _streamed(request, converse, report)
        except (RateLimited, ServerFailed) as error:
            pause = getattr(error, "retry_after", None) or wait
            if not tries_left or pause > _LONGEST_WAIT:
                raise
            attempt = f"try {_TRIES - tries_left + 1} of {_TRIES}"
            report(Step(f"{error.sentence} Again in {pause:g} s ({attempt})"))
            await sleep(pause)
            wait *= 2
    raise AssertionError("the last try returns or raises")


async def _streamed(request: ChatRequest, converse: Converse, report: OnStep) -> Turn:
    text: list[str] = []
    reasoning: list[str] = []
    pieces: list[ToolCallDelta] = []
    finish_reason, usage, model = None, None, None
    count = 0
    async with aclosing(converse(request)) as stream:
        async for delta in stream:
            text.append(delta.text)
            reasoning.append(delta.reasoning)
            pieces.extend(delta.tool_calls)
            finish_reason = delta.finish_reason or finish_reason
            usage, model = delta.usage or usage, delta.model or model
            if delta.text or delta.reasoning:
                if count % _EVERY == 0:
                    word = "writing" if delta.text else "thinking…"
                    report(Step(word, count + 1))
                count += 1
    return Turn(
        "".join(text),
        "".join(reasoning),
        _assembled(pieces),
        finish_reason,
        usage,
        model,
    )


def _assembled(pieces: list[ToolCallDelta]) -> tuple[ToolCall, ...]:
    """Whole calls, in the order of their index; one without an id gets its own."""
    calls: dict[int, list[ToolCallDelta]] = {}
    for piece in pieces:
        calls.setdefault(piece.index, []).append(piece)
    return tuple(
        ToolCall(
            id=next((part.id for part in parts if part.id), f"call_{index}"),
            name=next((part.name for part in parts if part.name), ""),
            arguments="".join(part.arguments for part in parts),
        )
        for index, parts in sorted(calls.items())
    )
