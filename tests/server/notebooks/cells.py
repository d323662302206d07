"""What cells are shown, what is sent of them, and why nothing is."""

from __future__ import annotations

from ...harness.fake_api import FakeApi
from ...harness.pair import Pair
from .editor import EditorCell, NotebookEditor

OFFLINE = {"completion": {"provider": "llamacpp", "candidates": 1}, "fallback": []}


async def shown(editor: NotebookEditor, cell: EditorCell, kind: int = 1) -> list[str]:
    """What is offered at the end of a cell."""
    answer = await editor.client.answer(editor.ask(cell, kind=kind))
    return [item["insertText"] for item in answer["items"]]


def sent(api: FakeApi) -> tuple[str, str]:
    """The last prompt: the text before the cursor, and the text after it."""
    body = api.calls[-1].body
    return body["input_prefix"] + body.get("prompt", ""), body["input_suffix"]


async def why(client: Pair, cell: EditorCell) -> str:
    """The reason of the last decision about a cell."""
    params = {"command": "fim-lsp.why", "arguments": [{"uri": cell.uri}]}
    answer = await client.request("workspace/executeCommand", params)
    await client.expect("window/showMessage")
    reason: str = answer["decisions"][0]["reason"]
    return reason
