"""Chat actions and next edits in cells of notebooks: in the cell, nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ...harness.fake_api import FakeApi
from ...harness.pair import pair
from .editor import EditorCell, NotebookEditor

OFFLINE = {"completion": {"provider": "llamacpp"}, "fallback": []}
CAPABILITIES: dict[str, Any] = {
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
    "textDocument": {"inlineCompletion": {}},
    "notebookDocument": {"synchronization": {}},
    "experimental": {"fimLspNextEdit": True, "fimLspStatus": True},
}
FACTOR = "factor = 2\nother = 3\n"
DOUBLE = "def double(x):\n    return x * factor\n"
AFTER = "def double(value):\n    return value * factor\n"


async def no_sleep(seconds: float) -> None:
    """Every wait is over after one turn of the loop."""
    del seconds
    await asyncio.sleep(0)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer=f"```python\n{AFTER}```\n")


@pytest.fixture
def applied() -> list[Any]:
    """The edits that the editor was asked to make."""
    return []


@pytest.fixture
async def editor(
    api: FakeApi, applied: list[Any], tmp_path: Path
) -> AsyncIterator[NotebookEditor]:
    server = create_server(
        lambda: Session(environ={}, transport=api, sleep=no_sleep),
        reports_folder=tmp_path / "reports",
    )

    def apply(params: Any) -> Any:
        applied.append(params["edit"])
        return {"applied": True}

    async with pair(server) as client:
        client.replies["window/workDoneProgress/create"] = lambda _: None
        client.replies["window/showDocument"] = lambda _: {"success": True}
        client.replies["workspace/applyEdit"] = apply
        folder = {"uri": tmp_path.as_uri(), "name": "it"}
        await client.initialize(
            CAPABILITIES, initializationOptions=OFFLINE, workspaceFolders=[folder]
        )
        yield NotebookEditor(client, uri=(tmp_path / "analysis.ipynb").as_uri())
        await client.settle()
        client.notifications.clear()


def lines(first: int, last: int) -> dict[str, Any]:
    """The range of whole lines, from 0."""
    return {
        "start": {"line": first, "character": 0},
        "end": {"line": last + 1, "character": 0},
    }


async def run(editor: NotebookEditor, command: str, argument: Any) -> Any:
    params = {"command": f"fim-lsp.{command}", "arguments": [argument]}
    return await editor.client.request("workspace/executeCommand", params)


async def act(editor: NotebookEditor, cell: EditorCell, action: str) -> Any:
    argument = {"action": action, "uri": cell.uri, "range": lines(0, 1)}
    return await run(editor, "act", argument)


def prompt(api: FakeApi) -> str:
    return "\n".join(message["content"] for message in api.calls[-1].body["messages"])


async def test_an_action_edits_its_cell_and_knows_the_cells_around(
    editor: NotebookEditor, api: FakeApi, applied: list[Any]
) -> None:
    here = editor.cell(DOUBLE)
    editor.open(
        editor.cell("# Factors", "markdown"),
        editor.cell(FACTOR),
        here,
        editor.cell("print(double(4))"),
    )
    result = await act(editor, here, "simplify")
    assert result["outcome"] == "edited"
    (edit,) = applied
    (document,) = edit["documentChanges"]
    assert document["textDocument"] == {"uri": here.uri, "version": 1}
    assert {change["range"]["start"]["line"] for change in document["edits"]} <= {0, 1}
    assert "# # Factors\n\nfactor = 2\nother = 3\n\n" in prompt(api)
    assert "print(double(4))" in prompt(api)
    assert "OUTPUT" not in prompt(api)


async def test_a_fix_takes_the_problems_of_its_own_cell(
    editor: NotebookEditor, api: FakeApi, applied: list[Any]
) -> None:
    first, here = editor.cell(FACTOR), editor.cell(DOUBLE)
    editor.open(first, here)
    place = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 10}}
    actions = {}
    for cell, message in ((first, "first problem"), (here, "second problem")):
        problem = {"range": place, "message": message, "severity": 1}
        actions[cell.uri] = await editor.client.request(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": cell.uri},
                "range": place,
                "context": {"diagnostics": [problem], "triggerKind": 1},
            },
        )
    fix = next(action for action in actions[here.uri] if action["kind"] == "quickfix")
    (argument,) = fix["command"]["arguments"]
    assert argument["uri"] == here.uri
    await run(editor, "act", argument)
    assert applied[0]["documentChanges"][0]["textDocument"]["uri"] == here.uri
    assert "line 2: error: second problem" in prompt(api)
    assert "first problem" not in prompt(api)


async def test_tests_of_a_cell_are_a_script_beside_the_notebook(
    editor: NotebookEditor, applied: list[Any], tmp_path: Path
) -> None:
    here = editor.cell(DOUBLE)
    editor.open(here)
    await act(editor, here, "tests")
    created = applied[0]["documentChanges"][0]
    assert created["uri"] == (tmp_path / "test_analysis.py").as_uri()


async def test_an_action_in_a_secret_notebook_is_refused(
    editor: NotebookEditor, api: FakeApi
) -> None:
    hidden = NotebookEditor(editor.client, uri="file:///home/me/.ssh/a.ipynb")
    here = EditorCell("cell:one", DOUBLE)
    hidden.open(here)
    result = await act(hidden, here, "simplify")
    assert "hold secrets" in result["reason"]
    assert api.requests == []


async def test_a_next_edit_stays_in_its_cell(
    editor: NotebookEditor, applied: list[Any]
) -> None:
    calls = "a = get(1)\nb = get(2)\nc = get(3)\n"
    first, here = editor.cell(FACTOR), editor.cell(calls)
    editor.open(first, here)
    for line in (0, 1):
        start = {"line": line, "character": 4}
        range_ = {"start": start, "end": {"line": line, "character": 7}}
        editor.send_text(here, {"range": range_, "text": "fetch"})
        await editor.client.settle()
    result = await run(editor, "nextEdit", {"uri": here.uri})
    assert result["edit"]["uri"] == here.uri
    assert result["edit"]["range"]["start"] == {"line": 2, "character": 4}
    answer = await run(editor, "applyNextEdit", {"id": result["edit"]["id"]})
    assert answer["applied"] is True
    assert applied[0]["documentChanges"][0]["textDocument"]["uri"] == here.uri


async def test_the_next_edit_goes_with_its_cell(editor: NotebookEditor) -> None:
    calls = "a = get(1)\nb = get(2)\nc = get(3)\n"
    here = editor.cell(calls)
    editor.open(editor.cell(FACTOR), here)
    for line in (0, 1):
        start = {"line": line, "character": 4}
        range_ = {"start": start, "end": {"line": line, "character": 7}}
        editor.send_text(here, {"range": range_, "text": "fetch"})
        await editor.client.settle()
    edit = (await run(editor, "nextEdit", {"uri": here.uri}))["edit"]
    editor.remove(1)
    answer = await run(editor, "applyNextEdit", {"id": edit["id"]})
    assert answer == {"applied": False, "reason": "stale-id"}
