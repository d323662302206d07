"""A client that edits one document, and applies what the server asks for."""

from __future__ import annotations

from typing import Any

from ...harness.pair import Pair

URI = "file:///workspace/main.py"
TEXT = "a = get(1)\nb = get(2)\nc = get(3)\nd = get(4)\n"
APPLIES = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "window": {"showDocument": {"support": True}},
}
DRAWS = {"experimental": {"fimLspNextEdit": True, "fimLspStatus": True}, **APPLIES}


class Editor:
    """A client that edits one document, and applies what the server asks for."""

    def __init__(self, client: Pair) -> None:
        self.client = client
        self.version = 1
        self.lines = TEXT.split("\n")
        self.shown: list[Any] = []
        self.applied: list[Any] = []
        self.hints: list[Any] = []
        client.replies["window/showDocument"] = self._show
        client.replies["workspace/applyEdit"] = self._apply

    def open(self, text: str = TEXT) -> None:
        self.lines = text.split("\n")
        self.client.open(text, uri=URI)

    def change(self, line: int, old: str, new: str) -> None:
        start = self.lines[line].index(old)
        self.lines[line] = self.lines[line].replace(old, new, 1)
        self.send((line, start), (line, start + len(old)), new)

    def send(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        self.version += 1
        range_ = {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        }
        self.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": URI, "version": self.version},
                "contentChanges": [{"range": range_, "text": text}],
            },
        )

    async def twice(self) -> None:
        """The same change in the first two lines."""
        self.change(0, "get", "fetch")
        await self.client.settle()
        self.change(1, "get", "fetch")
        await self.client.settle()

    async def command(self, name: str, *arguments: Any) -> Any:
        params = {"command": f"fim-lsp.{name}", "arguments": list(arguments)}
        return await self.client.request("workspace/executeCommand", params)

    async def diagnostics(self) -> list[str]:
        """The messages of each publication so far, taken away."""
        await self.client.settle()
        method = "textDocument/publishDiagnostics"
        mine = [p for name, p in self.client.notifications if name == method]
        self.client.notifications[:] = [
            each for each in self.client.notifications if each[0] != method
        ]
        self.hints += [d for params in mine for d in params["diagnostics"]]
        return [" ".join(d["message"] for d in p["diagnostics"]) for p in mine]

    def _show(self, params: Any) -> Any:
        self.shown.append(params)
        return {"success": True}

    def _apply(self, params: Any) -> Any:
        self.applied.append(params)
        edits = params["edit"]["documentChanges"][0]["edits"]
        self.version += 1
        changes = sorted(edits, key=lambda e: -e["range"]["start"]["line"])
        self.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": URI, "version": self.version},
                "contentChanges": [
                    {"range": e["range"], "text": e["newText"]} for e in changes
                ],
            },
        )
        return {"applied": True}
