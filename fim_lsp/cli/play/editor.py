"""A small editor on the other side of the pipe: it types, asks and accepts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from ...text import Document, Edit, Place, Span, apply, place_at
from .wire import Wire

PATIENCE = 10.0  # seconds for an answer that needs no model
ENCODING: Final = "utf-32"  # columns are code points, as in `Place`
CAPABILITIES = {
    "general": {"positionEncodings": [ENCODING]},
    "workspace": {"applyEdit": True},
    "textDocument": {"inlineCompletion": {}},
    # Reports are drawn here, not opened as documents.
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
        self._offered_edits: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.wire: Wire

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
        self.wire.send(method="textDocument/didOpen", params={"textDocument": item})

    def hide(self) -> None:
        """Close the document: nothing of it is asked for any more."""
        uri = {"uri": self.document.uri}
        self.wire.send(method="textDocument/didClose", params={"textDocument": uri})

    def edit(self, span: Span, text: str, place: Place) -> None:
        """Change the open document; the cursor goes to `place`."""
        version = self.document.version + 1
        self.document = apply(self.document, [Edit(span, text)], version)
        self.place = place
        params = {
            "textDocument": {"uri": self.document.uri, "version": version},
            "contentChanges": [{"range": _range(span), "text": text}],
        }
        self.wire.send(method="textDocument/didChange", params=params)

    async def complete(self, *, invoked: bool, patience: float) -> Ghost | None:
        """What the server offers at the cursor; after `patience` it is cancelled."""
        start = time.perf_counter()
        params = {
            "textDocument": {"uri": self.document.uri},
            "position": _position(self.place),
            "context": {"triggerKind": 1 if invoked else 2},
        }
        method = "textDocument/inlineCompletion"
        try:
            items = (await self.wire.request(method, params, patience))["items"]
        except TimeoutError:
            return None
        if not items:
            return None
        span = _span(self.document, items[0]["range"])
        return Ghost(items[0]["insertText"], span, time.perf_counter() - start)

    async def next_edit(self, patience: float) -> dict[str, Any] | None:
        """The next edit that the server offers within `patience` seconds."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._offered_edits.get(), patience)
        return None

    async def decisions(self, limit: int = 1) -> list[dict[str, Any]]:
        """How the server answered its last requests, newest first."""
        answer = await self.command("fim-lsp.why", {"limit": limit}, PATIENCE)
        return list(answer["decisions"])

    async def command(self, name: str, argument: Any, patience: float) -> Any:
        """What a command of the server answers."""
        params = {"command": name, "arguments": [argument]}
        return await self.wire.request("workspace/executeCommand", params, patience)

    async def act(self, action: str, span: Span, patience: float) -> None:
        """Run a chat action on a selection, as a code action does."""
        selected = {"action": action, "uri": self.document.uri, "range": _range(span)}
        await self.command("fim-lsp.act", selected, patience)

    def heard(self, method: str, params: dict[str, Any]) -> Any:
        """Take in what the server reports, and answer what it asks."""
        match method:
            case "window/showMessage":
                self.messages.append(params["message"].removeprefix("fim-lsp: "))
            case "fim-lsp/status" if params["kind"] in {"warning", "error"}:
                self.messages.append(params["message"])
            case "fim-lsp/nextEdit" if params:
                self._offered_edits.put_nowait(params)
            case "workspace/applyEdit":
                self._apply(params["edit"])
                return {"applied": True}
        return None

    def _apply(self, edit: dict[str, Any]) -> None:
        changes = edit.get("documentChanges") or [
            {"edits": edits} for edits in (edit.get("changes") or {}).values()
        ]
        edits = [
            Edit(_span(self.document, change["range"]), change["newText"])
            for document in changes
            for change in document.get("edits", ())
        ]
        for change in sorted(edits, key=lambda one: one.span.start, reverse=True):
            self.edit(change.span, change.new_text, change.span.start)


@contextlib.asynccontextmanager
async def editing(
    document: Document, root: str, *, forgetful: bool
) -> AsyncIterator[Editor]:
    """A server process of its own, with `document` open in the folder `root`.

    forgetful: whether what it learns and counts is thrown away with the session.
    """
    editor = Editor(document)
    with tempfile.TemporaryDirectory(
        prefix="fim-lsp-try-", ignore_cleanup_errors=True
    ) as state:
        own = {"XDG_STATE_HOME": state, "WIN_PD_OVERRIDE_LOCAL_APPDATA": state}
        server = await asyncio.create_subprocess_exec(
            # -P keeps the working folder, which may be anybody's project, off the path.
            *(sys.executable, "-P", "-m", "fim_lsp", "serve", "--stdio"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            limit=2**24,
            env={**os.environ, **(own if forgetful else {})},
            # Out of reach of this terminal's Ctrl+C.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        editor.wire = Wire(server, editor.heard)
        params = {
            "processId": os.getpid(),
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "try"}],
            "clientInfo": {"name": "fim-lsp try"},
            "capabilities": CAPABILITIES,
        }
        try:
            await editor.wire.request("initialize", params, PATIENCE)
            editor.wire.send(method="initialized", params={})
            editor.show(document, editor.place)
            yield editor
        finally:
            await editor.wire.aclose()


def _range(span: Span) -> dict[str, Any]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _position(place: Place) -> dict[str, int]:
    return {"line": place.line, "character": place.column}


def _span(document: Document, range_: dict[str, Any]) -> Span:
    start, end = (
        place_at(document.lines, at["line"], at["character"], ENCODING)
        for at in (range_["start"], range_["end"])
    )
    return Span(start, end)
