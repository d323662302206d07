"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio


class Clock:
    """`now` in seconds; `sleep` waits until `advance` has moved `now` far enough."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleeping: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleeping.append((self.now + seconds, future))
        self._wake()
        await future

    async def advance(self, seconds: float) -> None:
        """Move on, waking sleepers in their order, and let everything settle."""
        end = self.now + seconds
        await settle()
        while due := [at for at, future in self._sleeping if at <= end]:
            self.now = max(self.now, min(due))
            self._wake()
            await settle()
        self.now = end

    def _wake(self) -> None:
        for at, future in self._sleeping:
            if at <= self.now and not future.done():
                future.set_result(None)
        self._sleeping = [(at, f) for at, f in self._sleeping if not f.done()]


async def settle(turns: int = 50) -> None:
    """Let every task run that can run."""
    for _ in range(turns):
        await asyncio.sleep(0)
