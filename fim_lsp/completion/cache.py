"""Replies that ended: in memory, the most recent ones, for some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from cachetools import TTLCache

from .replies import Match, Reply, match
from .window import Window

SIZE = 250
SECONDS = 300


class Cache:
    """Ended replies by id, newest last."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._replies: TTLCache[str, Reply] = TTLCache(SIZE, SECONDS, timer)

    def put(self, reply: Reply) -> None:
        self._replies[reply.id] = reply

    def matches(self, window: Window) -> Iterator[Match]:
        """Every reply that serves `window`; looking renews nothing."""
        for reply in list(self._replies.values()):
            if found := match(reply, window):
                yield found

    def clear(self) -> None:
        self._replies.clear()
