"""A pause of automatic completion that ends by itself, and with the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

# The longest pause, in minutes: a day.
LONGEST = 24 * 60


class Snooze:
    """The pause, if there is one.

    now: gives the time in seconds since the epoch.
    on_change: called when a pause begins, and when it ends.
    """

    def __init__(self, now: Callable[[], float], on_change: Callable[[], None]) -> None:
        self._now = now
        self._on_change = on_change
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def until(self) -> float | None:
        """When the pause ends, in seconds since the epoch; None without a pause."""
        return self._until if self._now() < self._until else None

    def start(self, minutes: float) -> None:
        """Pause for `minutes`, at most `LONGEST`, from now on; 0 ends the pause."""
        self.stop()
        seconds = min(max(minutes, 0.0), LONGEST) * 60
        self._until = self._now() + seconds
        if seconds:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(seconds, self._on_change)
        self._on_change()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


def clock_time(seconds: float) -> str:
    """Seconds since the epoch as the local time of day, such as 14:30."""
    return time.strftime("%H:%M", time.localtime(seconds))
