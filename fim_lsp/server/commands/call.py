"""The call of a command: its arguments, and how its answer is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types as lsp

from ..client import NoAnswer
from ..server import FimServer


@dataclass(frozen=True, slots=True)
class Command:
    """The call of a command, any argument of which may be missing.

    token: the client's token for the progress of the command, if it has sent one.
    """

    server: FimServer
    arguments: Sequence[Any] = ()
    token: lsp.ProgressToken | None = None

    @property
    def first(self) -> Any:
        return self.arguments[0] if self.arguments else None

    def option(self, name: str) -> Any:
        """The value of `name` in the first argument; None if there is none."""
        return self.first.get(name) if isinstance(self.first, Mapping) else None

    def text(self, name: str) -> str | None:
        """The text of `name` in the first argument, or the first argument itself."""
        value = self.option(name) if isinstance(self.first, Mapping) else self.first
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> float | None:
        """The number of `name` in the first argument; None if there is none."""
        value = self.option(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value if is_number else None

    def count(self, name: str, default: int, most: int) -> int:
        """The whole number of `name` in the first argument, from 1 to `most`."""
        value = self.option(name)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return min(max(value, 1), most) if is_whole else default

    def say(self, sentence: str) -> dict[str, Any]:
        """The answer of a command that says a sentence.

        The sentence is also shown, unless the client shows it itself.
        """
        if not self.server.client.capabilities.shows_status:
            self.server.notices.message(lsp.MessageType.Info, sentence)
        return {"message": sentence}

    async def report(self, title: str, markdown: str) -> None:
        """Show a report, unless the client shows the command's answer itself."""
        if not self.server.client.capabilities.shows_status:
            await show(self.server, title, markdown)


async def show(server: FimServer, title: str, markdown: str) -> None:
    """Show Markdown as a document, or as a message if that is not possible."""
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
