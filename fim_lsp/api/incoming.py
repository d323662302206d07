"""The bytes of a response, read ahead: what has come together is taken together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable

# Chunks, and bytes, that are read ahead of whoever takes them.  A model that writes
# faster than its answer is looked at waits, so that it can still be stopped early.
_MOST_AHEAD, _MOST_BYTES_AHEAD = 64, 64 * 1024
# The most bytes that are taken at once: more events would delay the user's keys.
_MOST_TAKEN = 32 * 1024


class Incoming:
    """A response's body, read by a task of its own.  Hold it with `aclosing`.

    Whoever takes from it gets the chunks that are there together, so that a burst of
    small events costs one turn of the event loop instead of one each.
    """

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._ready: deque[bytes] = deque()
        self._bytes_ready = 0
        self._is_burst = False  # whether more came than could be taken at once
        self._news: asyncio.Future[None] | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._task = asyncio.create_task(self._read(chunks))
        self._task.add_done_callback(lambda _: self._tell())

    async def take(self, deadline: float) -> list[bytes]:
        """The chunks that have come, at least one; an empty list at the end.

        Where they are many bytes, the first ones of them, so that an endpoint that
        sends without pause leaves room for everything else.

        `deadline` is the loop's time until which the first of them is waited for.
        Raises TimeoutError, and what reading the response has raised.
        """
        if self._is_burst:
            await asyncio.sleep(0)
        if not (self._ready or self._task.done()):
            self._news = asyncio.get_running_loop().create_future()
            async with asyncio.timeout_at(deadline):
                await self._news
        chunks = self._taken()
        self._is_burst = bool(self._ready)
        if not self._is_burst:
            self._room.set()
        if not chunks:
            self._task.result()
        return chunks

    def _taken(self) -> list[bytes]:
        chunks: list[bytes] = []
        room = _MOST_TAKEN
        while self._ready and room > 0:
            chunk = self._ready.popleft()
            if len(chunk) > room:
                self._ready.appendleft(chunk[room:])
                chunk = chunk[:room]
            chunks.append(chunk)
            room -= len(chunk)
        self._bytes_ready -= _MOST_TAKEN - room
        return chunks

    async def drain(self, seconds: float) -> None:
        """Read to the end of the body, so that its connection can be used again."""
        if not self._task.done():
            await asyncio.wait((self._task,), timeout=seconds)

    async def aclose(self) -> None:
        if self._task.cancel():
            await asyncio.gather(self._task, return_exceptions=True)
        elif not self._task.cancelled():
            self._task.exception()  # else asyncio logs it as never looked at

    async def _read(self, chunks: AsyncIterable[bytes]) -> None:
        async for chunk in chunks:
            self._ready.append(chunk)
            self._bytes_ready += len(chunk)
            self._tell()
            is_many = len(self._ready) >= _MOST_AHEAD
            if is_many or self._bytes_ready >= _MOST_BYTES_AHEAD:
                self._room.clear()
                await self._room.wait()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
