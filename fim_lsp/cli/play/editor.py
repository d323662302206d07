"""A small editor on the other side of the pipe: it types, asks and accepts."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...text import Document, Edit, Place, Span, apply, place_at

PATIENCE = 10.0  # seconds for an answer that needs no model
ENCODING: Final = "utf-32"  # columns are code points, as in `Place`


@dataclass(frozen=True, slots=True)
class Ghost:
    """One inline completion as the server sent it; `seconds` since it was asked for."""

    text: str
    span: Span
    seconds: float


class Editor:
    """One server process and one open document; the file itself is never written."""

    def __init__(self, process: asyncio.subprocess.Process, document: Document) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.create_task(self._read())
        self.messages: list[str] = []
        self.document = document
        self.place = Place(0, 0)

    async def open(self, root: str) -> None:
        """Introduce ourselves and open the document."""
        await self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "try"}],
                "clientInfo": {"name": "fim-lsp try"},
                "capabilities": {
                    "general": {"positionEncodings": [ENCODING]},
                    "workspace": {"applyEdit": True},
                    "window": {"showDocument": {"support": True}},
                    "textDocument": {"inlineCompletion": {}},
                },
            },
        )
        self.notify("initialized", {})
        self.show(self.document)

    def show(self, document: Document) -> None:
        """Open a document in place of the one that is open."""
        if document is not self.document:
            uri = {"uri": self.document.uri}
            self.notify("textDocument/didClose", {"textDocument": uri})
        self.document = document
        item = {
            "uri": document.uri,
            "languageId": document.language,
            "version": document.version,
            "text": document.text,
        }
        self.notify("textDocument/didOpen", {"textDocument": item})

    def edit(self, span: Span, text: str, place: Place) -> None:
        """Change the open document; the cursor goes to `place`."""
        version = self.document.version + 1
        self.document = apply(self.document, [Edit(span, text)], version)
        self.place = place
        change = {"range": _range(span), "text": text}
        self.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.document.uri, "version": version},
                "contentChanges": [change],
            },
        )

    async def complete(self, *, invoked: bool, patience: float) -> Ghost | None:
        """What the server offers at the cursor; after `patience` it is cancelled."""
        start = time.perf_counter()
        number, answer = self._send_request(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": self.document.uri},
                "position": _position(self.place),
                "context": {"triggerKind": 1 if invoked else 2},
            },
        )
        try:
            async with asyncio.timeout(patience):
                result = await answer
        except TimeoutError:
            self.notify("$/cancelRequest", {"id": number})
            return None
        items = result["items"] if isinstance(result, dict) else result or []
        if not items:
            return None
        item = items[0]
        span = Span(
            _place(self.document, item["range"]["start"]),
            _place(self.document, item["range"]["end"]),
        )
        return Ghost(item["insertText"], span, time.perf_counter() - start)

    async def command(self, name: str, *arguments: Any, patience: float) -> Any:
        """What a command of the server answers."""
        params = {"command": name, "arguments": list(arguments)}
        async with asyncio.timeout(patience):
            return await self._send_request("workspace/executeCommand", params)[1]

    async def decisions(self, limit: int) -> list[dict[str, Any]]:
        """The server's last decisions, newest first."""
        answer = await self.command("fim-lsp.why", {"limit": limit}, patience=PATIENCE)
        decisions: list[dict[str, Any]] = answer["decisions"]
        return decisions

    async def request(self, method: str, params: Mapping[str, Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            return await self._send_request(method, params)[1]

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": params})

    async def close(self) -> None:
        """End the server, gently first."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            await self.request("shutdown", {})
            self.notify("exit", {})
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    def _send_request(
        self, method: str, params: Mapping[str, Any]
    ) -> tuple[int, asyncio.Future[Any]]:
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self._send({"id": number, "method": method, "params": params})
        return number, answer

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        try:
            while True:
                header = await self._stdout.readuntil(b"\r\n\r\n")
                length = int(header.split(b":")[1].split(b"\r\n")[0])
                self._take(json.loads(await self._stdout.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("the server ended"))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            answer = self._answers.pop(message["id"], None)
            if answer and not answer.done():
                answer.set_result(message.get("result"))
            return
        params = message.get("params") or {}
        if message["method"] == "window/showMessage":
            self.messages.append(params["message"].removeprefix("fim-lsp: "))
        if "id" in message:
            result = self._asked(message["method"], params)
            self._send({"id": message["id"], "result": result})

    def _asked(self, method: str, params: dict[str, Any]) -> Any:
        """The server asks us."""
        if method == "workspace/configuration":
            return [None for _ in params["items"]]
        if method == "workspace/applyEdit":
            self._apply(params["edit"])
            return {"applied": True}
        if method == "window/showDocument":
            return {"success": True}
        return None

    def _apply(self, edit: dict[str, Any]) -> None:
        changes = edit.get("documentChanges") or [
            {"edits": edits} for edits in (edit.get("changes") or {}).values()
        ]
        before = self.document
        edits = [
            Edit(
                Span(
                    _place(before, each["range"]["start"]),
                    _place(before, each["range"]["end"]),
                ),
                each["newText"],
            )
            for change in changes
            for each in change.get("edits", ())
        ]
        for each in sorted(edits, key=lambda one: one.span.start, reverse=True):
            self.edit(each.span, each.new_text, each.span.start)


@contextlib.asynccontextmanager
async def editing(document: Document, root: str) -> AsyncIterator[Editor]:
    """A server process of our own, with `document` open in the folder `root`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fim_lsp", "serve", "--stdio"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    editor = Editor(process, document)
    try:
        await editor.open(root)
        yield editor
    finally:
        await editor.close()


def _position(place: Place) -> dict[str, int]:
    return {"line": place.line, "character": place.column}


def _range(span: Span) -> dict[str, Any]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _place(document: Document, position: dict[str, int]) -> Place:
    return place_at(document.lines, position["line"], position["character"], ENCODING)
