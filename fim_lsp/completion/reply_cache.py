"""Replies that ended: in memory, the most recent ones, for some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from .replies import MAX_TYPED, Match, Reply, match
from .window import Window

SIZE = 250
SECONDS = 300
# So many characters before a reply's cursor tell most replies apart at once.
NEAR = 24


class Cache:
    """Ended replies with the time they came, newest last."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._replies: dict[str, tuple[float, Reply]] = {}

    def put(self, reply: Reply) -> None:
        self._replies.pop(reply.id, None)
        self._replies[reply.id] = self._timer(), reply
        if len(self._replies) > SIZE:
            del self._replies[next(iter(self._replies))]

    def matches(self, window: Window) -> Iterator[Match]:
        """Every reply that serves `window`; looking renews nothing."""
        oldest = self._timer() - SECONDS
        recent = window.prefix[-MAX_TYPED - NEAR :]
        for came, reply in tuple(self._replies.values()):
            if came <= oldest or reply.window.prefix[-NEAR:] not in recent:
                continue
            if found := match(reply, window):
                yield found

    def clear(self) -> None:
        self._replies.clear()
