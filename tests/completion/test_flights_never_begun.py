"""A flight that is closed before its first step has sent nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast
from unittest.mock import Mock

from fim_lsp.completion.flights import Flights
from fim_lsp.completion.replies import Reply, Sampling

from .windows import window


async def test_it_is_forgotten_and_not_counted() -> None:
    begun, landed = Mock(), Mock()

    async def stream() -> AsyncGenerator[Any, None]:
        begun()
        yield cast("Any", None)

    flights = Flights(clock=lambda: 0.0, sleep=asyncio.sleep)
    reply = Reply("r1", window("x = $0\n"), Sampling("model", "auto", 0.0))
    errand = Mock(stream=stream, keep=landed, count=landed)
    flight = flights.start(reply, errand)
    flights.clear()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (len(flights), flight.ended) == (0, True)
    assert not begun.called
    assert not landed.called
