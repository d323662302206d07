"""The client of one conversation: its capabilities, and messages to it."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from ..text import visible
from .capabilities import ClientCapabilities

# The most seconds that the client may take to answer, if no person has to answer.
ANSWER_SECONDS = 60.0


class NoAnswer(Exception):
    """The client answered a question with an error, or not in time."""


class ClientWire(Protocol):
    """Carries messages to the client."""

    def notify(self, method: str, params: Any = None) -> None: ...

    async def ask(self, method: str, params: Any) -> Any: ...


class Client:
    """The other side of the conversation.

    capabilities: what the client can do; nothing until `initialize` has come.
    """

    def __init__(self, wire: ClientWire) -> None:
        self._wire = wire
        self.capabilities = ClientCapabilities()

    def notify(self, method: str, params: Any) -> None:
        """Send a notification, to which there is no answer."""
        self._wire.notify(method, params)

    def message(self, kind: lsp.MessageType, text: str) -> None:
        """Have the client show a text to the user."""
        params = lsp.ShowMessageParams(kind, f"fim-lsp: {visible(text)}")
        self.notify(lsp.WINDOW_SHOW_MESSAGE, params)

    async def ask(
        self, method: str, params: Any, *, seconds: float = ANSWER_SECONDS
    ) -> Any:
        """The client's answer, as raw JSON.  Raises NoAnswer."""
        try:
            return await asyncio.wait_for(self._wire.ask(method, params), seconds)
        except (JsonRpcException, TimeoutError) as error:
            raise NoAnswer from error
