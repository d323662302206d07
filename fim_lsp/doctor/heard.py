"""What a stream has brought, and when."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from ..api.requests import Delta, Usage

FEW_TOKENS = 5  # with fewer tokens the speed of a model cannot be told
# A model needs a while for an answer of this many characters: where it comes within
# these seconds after a longer silence, something on the way has held it back.
LONG_ANSWER = 60
AT_ONCE, HELD_BACK = 0.050, 0.250


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stream has brought; times are in seconds from the call's start.

    first, last: when the first and the last text came.
    tokens: how many were written, as the endpoint counts; None where it does not say.
    """

    text: str
    thoughts: bool
    first: float
    last: float
    total: float
    tokens: int | None = None

    @property
    def words(self) -> str:
        return (
            f"first token {self.first * 1000:.0f} ms, total {self.total * 1000:.0f} ms"
        )

    @property
    def rate(self) -> float | None:
        """Tokens a second; None where too few were counted to tell."""
        took = self.last - self.first
        if self.tokens is None or self.tokens < FEW_TOKENS or took < AT_ONCE:
            return None
        return (self.tokens - 1) / took


async def heard_of(deltas: AsyncGenerator[Delta, None]) -> Heard:
    """Listen to a whole stream.  Raises FimError."""
    started = time.monotonic()
    times: list[float] = []
    text, thoughts = "", False
    usage: Usage | None = None
    async with aclosing(deltas):
        async for delta in deltas:
            thoughts = thoughts or bool(delta.reasoning)
            usage = delta.usage or usage
            if delta.text:
                text += delta.text
                times.append(time.monotonic() - started)
    total = time.monotonic() - started
    thoughts = thoughts or text.lstrip().startswith("<think>")
    first, last = (times[0], times[-1]) if times else (total, total)
    tokens = usage.completion if usage else None
    return Heard(text, thoughts, first, last, total, tokens)
