"""A client that shows progress, runs chat actions and applies their edits."""

from __future__ import annotations

from typing import Any

from ...harness.marked import Marked, parse
from ...harness.pair import Pair

CAPABILITIES: dict[str, Any] = {
    "window": {"workDoneProgress": True},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
}
MARKED = "def f():\n$0    return 1\n$0\nx = 2\n"
ANSWER = "```python\n    return 2\n```\n"


class Editor:
    """The client's side of an action; `edits` are those that it was asked for."""

    def __init__(self, client: Pair) -> None:
        self.client = client
        self.edits: list[Any] = []
        self.applies = True
        client.replies["window/workDoneProgress/create"] = lambda _: None
        client.replies["workspace/applyEdit"] = self.apply

    def apply(self, params: Any) -> Any:
        self.edits.append(params["edit"])
        return {"applied": self.applies, "failureReason": "read-only"}

    def open(self, marked: str = MARKED) -> dict[str, Any]:
        """Open it; the argument of `fim-lsp.act` for its selection."""
        parsed: Marked = parse(marked)
        uri = self.client.open(parsed.document.text, uri=parsed.document.uri)
        selection = parsed.selection
        start, end = (
            (selection.start, selection.end)
            if selection
            else (parsed.place, parsed.place)
        )
        range_ = {
            "start": {"line": start.line, "character": start.column},
            "end": {"line": end.line, "character": end.column},
        }
        return {"action": "simplify", "uri": uri, "range": range_}

    def send(self, argument: Any) -> int:
        return self.client.send(
            "workspace/executeCommand",
            {"command": "fim-lsp.act", "arguments": [argument]},
        )

    async def act(self, argument: Any) -> Any:
        return await self.client.answer(self.send(argument))

    async def progress(self) -> list[str]:
        """The kinds of all progress so far, taken away; it begins and ends once."""
        await self.client.settle()
        taken = [
            params["value"]["kind"]
            for method, params in self.client.notifications
            if method == "$/progress"
        ]
        self.client.notifications[:] = [
            each for each in self.client.notifications if each[0] != "$/progress"
        ]
        return taken
