"""A log in which equal lines are counted, not repeated."""

from __future__ import annotations

import logging
from typing import Final

from ..text import one_line

# The most different lines that are counted; after that, counting starts again.
_MOST: Final = 1_000
# Characters of the longest line.
_LONGEST: Final = 2_000


class CountingFilter(logging.Filter):
    """Lets a line pass the first, the 10th, the 100th … time, with its number.

    A client or an endpoint that repeats one mistake does not fill the disk.
    Debugging lines all pass.
    """

    def __init__(self) -> None:
        super().__init__()
        self._times: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is written; its message becomes one line."""
        message = one_line(record.getMessage(), _LONGEST)
        record.msg, record.args = message, ()
        if record.levelno < logging.INFO:
            return True
        if len(self._times) >= _MOST:
            self._times.clear()
        key = (record.name, message)
        times = self._times[key] = self._times.get(key, 0) + 1
        if times == 1:
            return True
        record.msg = f"{message} ({times} times)"
        return str(times).strip("0") == "1"
