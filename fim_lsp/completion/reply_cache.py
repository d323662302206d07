"""Replies that have ended: the most recent ones, in memory, for some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from .replies import MAX_TYPED, Match, Reply, match
from .window import Window

# The most replies that are kept.
SIZE = 250
# Seconds for which a reply is kept.
SECONDS = 300
# Characters before a reply's cursor that are compared first: they differ for most
# replies, so that few are compared in full.
NEAR = 24


class Cache:
    """Ended replies and the times at which they came, the newest last."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        # By id: when the reply came, the end of the text before its cursor, the reply.
        self._replies: dict[str, tuple[float, str, Reply]] = {}

    def put(self, reply: Reply) -> None:
        self._replies.pop(reply.id, None)
        tail = reply.window.prefix[-NEAR:]
        self._replies[reply.id] = self._timer(), tail, reply
        if len(self._replies) > SIZE:
            del self._replies[next(iter(self._replies))]

    def matches(self, window: Window) -> Iterator[Match]:
        """Every reply that serves `window`; a match does not prolong a reply's life."""
        oldest = self._timer() - SECONDS
        recent = window.prefix[-MAX_TYPED - NEAR :]
        for came, tail, reply in tuple(self._replies.values()):
            if came <= oldest or tail not in recent:
                continue
            if served := match(reply, window):
                yield served

    def clear(self) -> None:
        self._replies.clear()
