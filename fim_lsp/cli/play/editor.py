"""A small editor on the other side of the pipe: it types, asks and accepts."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from ...text import Document, Edit, Place, Span, apply, place_at
from .wire import Wire, start_server

# Seconds for an answer that needs no model.
PATIENCE = 10.0
ENCODING: Final = "utf-32"  # columns are code points, as in `Place`
CAPABILITIES = {
    "general": {"positionEncodings": [ENCODING]},
    "workspace": {"applyEdit": True},
    "textDocument": {"inlineCompletion": {}},
    # What is reported is drawn here, not opened as a document.
    "experimental": {"fimLspStatus": True, "fimLspNextEdit": True},
}


@dataclass(frozen=True, slots=True)
class Ghost:
    """One inline completion as the server sent it; `seconds` since it was asked for."""

    text: str
    span: Span
    seconds: float


class Editor:
    """One open document at a time; the file itself is never written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.place = Place(0, 0)
        self.messages: list[str] = []
        self._offered_edit: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.wire: Wire

    async def open(self, root: str) -> None:
        """Introduce ourselves and open the document."""
        params = {
            "processId": None,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "try"}],
            "clientInfo": {"name": "fim-lsp try"},
            "capabilities": CAPABILITIES,
        }
        await self.wire.request("initialize", params, PATIENCE)
        self.wire.notify("initialized", {})
        self.show(self.document, self.place)

    def show(self, document: Document, place: Place) -> None:
        """Open a document in place of the one that is open."""
        if document is not self.document:
            self.hide()
        self.document, self.place = document, place
        item = {
            "uri": document.uri,
            "languageId": document.language,
            "version": document.version,
            "text": document.text,
        }
        self.wire.notify("textDocument/didOpen", {"textDocument": item})

    def hide(self) -> None:
        """Close the document: nothing of it is asked for any more."""
        uri = {"uri": self.document.uri}
        self.wire.notify("textDocument/didClose", {"textDocument": uri})

    def edit(self, span: Span, text: str, place: Place) -> None:
        """Change the open document; the cursor goes to `place`."""
        version = self.document.version + 1
        self.document = apply(self.document, [Edit(span, text)], version)
        self.place = place
        change = {"range": range_of(span), "text": text}
        self.wire.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.document.uri, "version": version},
                "contentChanges": [change],
            },
        )

    async def complete(self, *, invoked: bool, patience: float) -> Ghost | None:
        """What the server offers at the cursor; after `patience` it is cancelled."""
        start = time.perf_counter()
        params = {
            "textDocument": {"uri": self.document.uri},
            "position": _position(self.place),
            "context": {"triggerKind": 1 if invoked else 2},
        }
        try:
            result = await self.wire.request(
                "textDocument/inlineCompletion", params, patience
            )
        except TimeoutError:
            return None
        items = result["items"] if isinstance(result, dict) else result or []
        if not items:
            return None
        span = _span(self.document, items[0]["range"])
        return Ghost(items[0]["insertText"], span, time.perf_counter() - start)

    async def last_decision(self) -> dict[str, Any]:
        """How the last request was answered; empty where there was none."""
        return next(iter(await self.decisions(1)), {})

    async def next_edit(self, patience: float) -> dict[str, Any] | None:
        """The next edit that the server offers within `patience` seconds."""
        try:
            return await asyncio.wait_for(self._offered_edit.get(), patience)
        except TimeoutError:
            return None

    async def decisions(self, limit: int) -> list[dict[str, Any]]:
        """The server's last decisions, newest first."""
        answer = await self.command("fim-lsp.why", [{"limit": limit}], PATIENCE)
        decisions: list[dict[str, Any]] = answer["decisions"]
        return decisions

    async def actions(self, span: Span, title: str) -> list[dict[str, Any]]:
        """The commands of the code actions called `title` on a selection."""
        params = {
            "textDocument": {"uri": self.document.uri},
            "range": range_of(span),
            "context": {"diagnostics": [], "triggerKind": 1},
        }
        offered = await self.wire.request("textDocument/codeAction", params, PATIENCE)
        return [offer["command"] for offer in offered or [] if offer["title"] == title]

    async def command(self, name: str, arguments: list[Any], patience: float) -> Any:
        """What a command of the server answers."""
        params = {"command": name, "arguments": arguments}
        return await self.wire.request("workspace/executeCommand", params, patience)

    def asked(self, method: str, params: dict[str, Any]) -> Any:
        """The server asks or tells us something."""
        match method:
            case "window/showMessage":
                self.messages.append(params["message"].removeprefix("fim-lsp: "))
            case "fim-lsp/status" if params["kind"] in {"warning", "error"}:
                self.messages.append(params["message"])
            case "fim-lsp/nextEdit" if params:
                self._offered_edit.put_nowait(params)
            case "workspace/applyEdit":
                self._apply(params["edit"])
                return {"applied": True}
        return None

    def _apply(self, edit: dict[str, Any]) -> None:
        changes = edit.get("documentChanges") or [
            {"edits": edits} for edits in (edit.get("changes") or {}).values()
        ]
        before = self.document
        edits = [
            Edit(_span(before, each["range"]), each["newText"])
            for change in changes
            for each in change.get("edits", ())
        ]
        for each in sorted(edits, key=lambda one: one.span.start, reverse=True):
            self.edit(each.span, each.new_text, each.span.start)


@contextlib.asynccontextmanager
async def editing(
    document: Document, root: str, *, forgetful: bool
) -> AsyncIterator[Editor]:
    """A server process of our own, with `document` open in the folder `root`.

    `forgetful`: what it learns and counts is thrown away with the session.
    """
    with contextlib.ExitStack() as stack:
        state = None
        if forgetful:
            folder = tempfile.TemporaryDirectory(
                prefix="fim-lsp-try-", ignore_cleanup_errors=True
            )
            state = stack.enter_context(folder)
        editor = Editor(document)
        editor.wire = Wire(await start_server(state), editor.asked)
        try:
            await editor.open(root)
            yield editor
        finally:
            await editor.wire.aclose()


def range_of(span: Span) -> dict[str, Any]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _position(place: Place) -> dict[str, int]:
    return {"line": place.line, "character": place.column}


def _span(document: Document, range_: dict[str, Any]) -> Span:
    start, end = (
        place_at(document.lines, at["line"], at["character"], ENCODING)
        for at in (range_["start"], range_["end"])
    )
    return Span(start, end)
