"""How long a server on this machine has been loading its model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

# Seconds without an answer after which a server counts as loading its model, and
# seconds between two times that the status says how long loading has taken.
LOADING_AFTER, LOADING_EVERY = 2.0, 1.0


class Loading:
    """One server: whether a request waits there for its first text, and how long.

    clock: seconds.
    on_change: called while the server is loading, every second, and once after that.
    """

    def __init__(
        self, clock: Callable[[], float], on_change: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._on_change = on_change
        self._since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def seconds(self) -> float | None:
        """How long it has been loading; None where it is not, as far as is known."""
        waited = 0.0 if self._since is None else self._clock() - self._since
        return waited if waited >= LOADING_AFTER else None

    def begin(self) -> None:
        """A request was made that waits for its first text."""
        if self._since is None:
            self._since = self._clock()
            self._tell_in(LOADING_AFTER)

    def end(self) -> None:
        """The first text has come, or the request has ended without any."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        was_loading = self.seconds is not None
        self._since = None
        if was_loading:
            self._on_change()

    def _tell_in(self, seconds: float) -> None:
        def tell() -> None:
            self._on_change()
            self._tell_in(LOADING_EVERY)

        self._timer = asyncio.get_running_loop().call_later(seconds, tell)
