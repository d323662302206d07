"""Decides which messages the user is shown, and how often.

No other file decides whether a message is shown, logged or dropped.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from lsprotocol import types as lsp

from ..reasons import reason_of
from ..session.status import Status
from ..settings import Problem
from ..text import visible
from .client import Client

log = logging.getLogger(__name__)

# The notification of the status, for clients that show the status themselves.
STATUS_METHOD = "fim-lsp/status"
# By kind of status, the type of its message; statuses of other kinds have no message.
_SHOWN = {
    "busy": lsp.MessageType.Info,
    "warning": lsp.MessageType.Warning,
    "error": lsp.MessageType.Error,
}
# Seconds before another status of the same kind is shown in a message.
_HOUR = 3600.0
# The most problems of the settings that one message names.
_MOST_PROBLEMS = 3


class Notices:
    """Messages to one user; they wait until the client is ready."""

    def __init__(
        self, client: Client, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self._ready = False
        self._waiting: list[tuple[lsp.MessageType, str]] = []
        self._last: Status | None = None
        self._shown_at: dict[str, float] = {}

    def open(self) -> None:
        """The client is ready: send the messages that have waited."""
        self._ready = True
        for kind, text in self._waiting:
            self.message(kind, text)
        self._waiting.clear()
        if self._last is not None:
            self._send(self._last)

    def message(self, kind: lsp.MessageType, text: str) -> None:
        if not self._ready:
            self._waiting.append((kind, text))
            return
        self._client.message(kind, text)

    def sentence(self, text: str) -> None:
        """Show a sentence that is said once on a machine."""
        self.message(lsp.MessageType.Info, text)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Show problems of the settings that were not shown before."""
        for problem in problems:
            log.warning("%s", problem.sentence)
        text = " ".join(problem.sentence for problem in problems[:_MOST_PROBLEMS])
        rest = len(problems) - _MOST_PROBLEMS
        more = f" {rest} more are in the log." if rest > 0 else ""
        self.message(lsp.MessageType.Warning, text + more)

    def status(self, status: Status) -> None:
        """Show a status, unless it is the same as before."""
        before, self._last = self._last, status
        if self._ready and status != before:
            is_news = before is None or status.message != before.message
            self._send(status, is_news=is_news)

    def _send(self, status: Status, *, is_news: bool = True) -> None:
        if self._client.capabilities.shows_status:
            self._client.notify(STATUS_METHOD, status_json(status))
            return
        kind = _SHOWN.get(status.kind)
        if kind is None or not is_news or reason_of(status.reason).quiet:
            return
        now = self._clock()
        if now - self._shown_at.get(status.kind, -_HOUR) < _HOUR:
            log.info("Not shown again: %s", status.message)
            return
        self._shown_at[status.kind] = now
        self.message(kind, status.message)


def status_json(status: Status) -> dict[str, Any]:
    """The params of the notification of the status."""
    today = status.today
    return {
        "kind": status.kind,
        "reason": status.reason,
        "message": visible(status.message),
        "provider": status.provider,
        "model": visible(status.model),
        "today": {
            "requests": today.requests,
            "cost": today.cost,
            "currency": today.currency,
        },
    } | ({"command": status.command} if status.command else {})
