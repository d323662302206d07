"""One turn of a conversation: streamed, shown as it comes, retried where that helps."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from ..api.requests import ChatRequest, Delta, ToolCall, ToolCallDelta
from ..errors import RateLimited, ServerFailed
from .loops import LoopWatch

Converse = Callable[[ChatRequest], AsyncGenerator[Delta, None]]
Sleep = Callable[[float], Awaitable[object]]

# How a turn ends that was stopped because the model repeated itself.
LOOP: Final = "loop"

_TRIES = 4
# Seconds before the second try, doubled for each further one, and the longest wait.
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 60.0
# Tokens between two reports, and about how many characters a token has.
_EVERY, _PER_TOKEN = 8, 4


@dataclass(frozen=True, slots=True)
class Step:
    """What is going on, in a few words.

    tokens: about how many have come so far; 0 where that does not matter.
    is_news: whether it is worth a line of its own where no progress is drawn.
    """

    message: str
    tokens: int = 0
    is_news: bool = False

    def __str__(self) -> str:
        if not self.tokens:
            return self.message
        return f"{self.message} · {self.tokens} token{'s' * (self.tokens != 1)}"


OnStep = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model said in one turn.

    reasoning: its thoughts, which are never part of `text`.
    finish_reason: the endpoint's, or LOOP, where `text` ends before the third
        repetition.
    model: None where the endpoint did not name it.
    """

    text: str
    reasoning: str
    tool_calls: tuple[ToolCall, ...]
    finish_reason: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a turn needs besides its request.

    converse: starts the stream of an answer.
    watch: makes a new watch for each answer.
    """

    converse: Converse
    report: OnStep
    sleep: Sleep
    watch: Callable[[], LoopWatch] = LoopWatch

    async def turn(self, request: ChatRequest) -> Turn:
        """The model's turn.  Statuses 429 and 5xx are waited out, visibly.

        Raises the errors of `converse`.  An attempt that failed midway leaves nothing.
        """
        wait = _FIRST_WAIT
        for attempt in range(2, _TRIES + 2):
            try:
                return await self._attempt(request)
            except (RateLimited, ServerFailed) as error:
                pause = getattr(error, "retry_after", None) or wait
                if attempt > _TRIES or pause > _LONGEST_WAIT:
                    raise
                again = f"Trying again in {pause:g} s (try {attempt} of {_TRIES})."
                self.report(Step(f"{error.sentence} {again}", is_news=True))
                await self.sleep(pause)
                wait *= 2
        raise AssertionError("the last try returns or raises")

    async def _attempt(self, request: ChatRequest) -> Turn:
        text: list[str] = []
        reasoning: list[str] = []
        calls: list[ToolCallDelta] = []
        finish_reason, model = None, None
        watch, count, reported = self.watch(), 0, -_EVERY
        async with aclosing(self.converse(request)) as stream:
            async for delta in stream:
                text.append(delta.text)
                reasoning.append(delta.reasoning)
                calls.extend(delta.tool_calls)
                finish_reason = delta.finish_reason or finish_reason
                model = delta.model or model
                if delta.text or delta.reasoning:
                    if count - reported >= _EVERY:
                        doing = "writing" if delta.text else "thinking…"
                        self.report(Step(doing, count + 1))
                        reported = count
                    # Several tokens may have come at once.
                    count += max(1, len(delta.text + delta.reasoning) // _PER_TOKEN)
                if delta.text and (end := watch.feed(delta.text)) is not None:
                    text, finish_reason = ["".join(text)[:end]], LOOP
                    break
        return Turn(
            "".join(text),
            "".join(reasoning),
            _assembled(calls),
            finish_reason,
            model,
        )


def _assembled(pieces: list[ToolCallDelta]) -> tuple[ToolCall, ...]:
    """Whole calls, in the order of their index; a call without an id gets one."""
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
