"""Events of a stream to deltas: deadlines, the end, and what is no answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..errors import ApiError
from . import failures, keys
from .calls import HttpCall
from .keys import Key
from .presets import Provider
from .requests import Delta

DONE = "[DONE]"

_AFTER_FINISH = 2.0  # seconds for usage and the end mark, once the text is whole
_AFTER_DONE = 0.2  # seconds for the end of the body, so that its connection is kept


async def deltas(
    provider: Provider,
    call: HttpCall,
    events: AsyncGenerator[str, None],
    parse: Callable[[str], Delta],
    started: float,
) -> AsyncGenerator[Delta, None]:
    """Deltas with text, then one with the finish_reason and the usage.

    `started` is the loop's time at which the call began.  What carries no text moves
    no deadline.  Once the text is whole, nothing that happens can spoil it.  Raises
    ApiError, StreamBroken for a stream without an end among them.
    """
    now = asyncio.get_running_loop().time
    end = started + call.limits.total
    deadline = started + call.limits.first_token
    last = Delta()
    while True:
        try:
            async with asyncio.timeout_at(min(deadline, end)):
                data = await anext(events, None)
        except (TimeoutError, ApiError) as error:
            if last.finish_reason:
                break
            slow = isinstance(error, TimeoutError)
            raise (failures.too_slow(provider, call) if slow else error) from None
        if data is None:
            break
        if data == DONE:
            last = replace(last, finish_reason=last.finish_reason or "stop")
            await _drain(events)
            break
        delta = parse(data)
        if delta.text or delta.reasoning or delta.tool_calls:
            yield replace(delta, finish_reason=None, usage=None)
            deadline = now() + call.limits.silence
        last = _merged(last, delta, failures.end_of(provider, delta.finish_reason))
        if last.finish_reason:
            deadline = now() + _AFTER_FINISH
    if not last.finish_reason:
        raise failures.ended_early(provider)
    yield last


def _merged(last: Delta, delta: Delta, reason: str | None) -> Delta:
    """What the last delta will say, so far."""
    return Delta(
        finish_reason=reason or last.finish_reason,
        usage=delta.usage or last.usage,
        model=delta.model or last.model,
    )


async def _drain(events: AsyncGenerator[str, None]) -> None:
    """Reads to the end of the body, so that its connection can be used again."""
    with suppress(TimeoutError, ApiError):
        async with asyncio.timeout(_AFTER_DONE):
            async for _ in events:
                pass


def checked(
    provider: Provider, call: HttpCall, data: str, key: Key | None
) -> Mapping[str, Any]:
    """`data` as a JSON object that reports no error; raises ApiError otherwise."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    secrets = keys.secrets(provider, key)
    if not isinstance(value, dict):
        raise failures.no_answer(provider, data, secrets)
    if value.get("error"):
        raise failures.inside_answer(
            provider, call, value, keys.source_of(key), secrets
        )
    return value
