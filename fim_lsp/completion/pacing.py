"""How long an automatic request waits before it goes to the network."""

from __future__ import annotations

from collections import deque

from .window import Window

# All times are in seconds.

# A longer gap between two keys is a pause and does not count for the rhythm.
LONGEST_GAP = 0.400
# The latest gaps of which the mean is taken.
GAPS = 100
# The fewest gaps of which a mean is taken.
ENOUGH_GAPS = 20
# The mean that is assumed until there are enough gaps.
MEAN_AT_START = 0.200
# The limits of the mean.
MEAN_LOW, MEAN_HIGH = 0.100, 0.400
# The limits of the delay.
DELAY_LOW, DELAY_HIGH = 0.050, 0.400
# The upper limit of the delay for a model on this machine.
LOOPBACK_HIGH = 0.150
# The rest after the cursor moved.
REST_AFTER_MOVE = 0.600
# The rest after the selection in the editor's menu changed.
REST_AFTER_POPUP = 0.300
# The ends of a line that opens a block.
OPENERS = (":", "{", "(", "[", "=>")


class Pacing:
    """The rhythm of one user's keys."""

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=GAPS)
        self._last: float | None = None

    def key(self, now: float) -> None:
        """A key was pressed at `now`."""
        if self._last is not None and 0 < now - self._last <= LONGEST_GAP:
            self._gaps.append(now - self._last)
        self._last = now

    @property
    def mean(self) -> float:
        if len(self._gaps) < ENOUGH_GAPS:
            return MEAN_AT_START
        mean = sum(self._gaps) / len(self._gaps)
        return min(max(mean, MEAN_LOW), MEAN_HIGH)

    def delay(
        self, window: Window, *, fixed: float | None, loopback: bool, waited: float
    ) -> float:
        """The seconds left to wait after an edit that was `waited` seconds ago.

        `fixed` is the user's own delay; `loopback` means a model on this machine.
        """
        if fixed is not None:
            return max(0.0, fixed - waited)
        return max(0.0, _adaptive(window, self.mean, loopback=loopback) - waited)


def _adaptive(window: Window, mean: float, *, loopback: bool) -> float:
    line = window.prefix.rpartition("\n")[2]
    if not line.strip() or line.rstrip().endswith(OPENERS):
        return DELAY_LOW
    last = line[-1]
    rest = window.suffix.partition("\n")[0]
    score = (
        0.5 * (not (last.isalnum() or last == "_"))
        + 0.4 * (not rest.strip())
        + 0.1 * (not window.suffix.strip() and window.at_end)
    )
    delay = min(max((1 - score / 2) * mean, DELAY_LOW), DELAY_HIGH)
    return min(delay, LOOPBACK_HIGH) if loopback else delay
