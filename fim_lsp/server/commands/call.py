"""One call of a command, and how its report is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types as lsp

from ..client import NoAnswer
from ..server import FimServer


@dataclass(frozen=True, slots=True)
class Command:
    """A command with its arguments, of which any may be missing."""

    server: FimServer
    arguments: Sequence[Any] = ()
    token: lsp.ProgressToken | None = None

    @property
    def first(self) -> Any:
        return self.arguments[0] if self.arguments else None

    def option(self, name: str) -> Any:
        """What the first argument, an object, holds under `name`."""
        return self.first.get(name) if isinstance(self.first, Mapping) else None

    def text(self, name: str) -> str | None:
        """A text: under `name`, or the first argument itself."""
        value = self.option(name) if isinstance(self.first, Mapping) else self.first
        return value if isinstance(value, str) and value else None

    def say(self, sentence: str) -> dict[str, Any]:
        """Show `sentence`, where the client has no view of its own, and answer it."""
        if not self.server.client.capabilities.shows_status:
            self.server.notices.message(lsp.MessageType.Info, sentence)
        return {"message": sentence}

    async def report(self, title: str, markdown: str) -> None:
        """Open `markdown`, where the client has no view of its own for it."""
        if not self.server.client.capabilities.shows_status:
            await show(self.server, title, markdown)


async def show(server: FimServer, title: str, markdown: str) -> None:
    """Open `markdown` as a document, else as a message."""
    can_show = server.client.capabilities.shows_documents
    path = server.reports.write(title, markdown) if can_show else None
    if path is not None:
        params = lsp.ShowDocumentParams(uri=path.as_uri(), take_focus=True)
        try:
            shown = await server.client.ask(lsp.WINDOW_SHOW_DOCUMENT, params)
        except NoAnswer:
            shown = None
        if isinstance(shown, Mapping) and shown.get("success"):
            return
    server.notices.message(lsp.MessageType.Info, markdown)
