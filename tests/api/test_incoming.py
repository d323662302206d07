"""What has come of a response is taken together, and never too much of it at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from fim_lsp.api.incoming import Incoming


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def taken(parts: list[bytes]) -> list[list[bytes]]:
    """What each step takes, until the end."""
    loop = asyncio.get_running_loop()
    steps = []
    async with aclosing(Incoming(chunks(*parts))) as incoming:
        await asyncio.sleep(0)
        while step := await incoming.take(loop.time() + 5):
            steps.append(step)
    return steps


async def test_small_chunks_that_came_together_are_taken_together() -> None:
    assert await taken([b"a", b"b", b"c"]) == [[b"a", b"b", b"c"]]


async def test_a_flood_is_taken_in_pieces_and_arrives_whole() -> None:
    parts = [bytes([number]) * 50_000 for number in range(20)]
    steps = await taken(parts)
    assert max(sum(map(len, step)) for step in steps) <= 32 * 1024
    assert b"".join(b"".join(step) for step in steps) == b"".join(parts)


async def test_between_two_pieces_of_a_flood_others_have_their_turn() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    steps = await taken([b"x" * 1_000_000])
    task.cancel()
    assert turns >= len(steps) - 1 >= 30
