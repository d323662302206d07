"""What of a notebook may be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from ...harness.fake_api import FakeApi
from ...harness.pair import Pair
from .cells import shown, why
from .editor import EditorCell, NotebookEditor


async def test_outputs_are_never_sent(editor: NotebookEditor, api: FakeApi) -> None:
    here = editor.cell("value = first.")
    editor.open(editor.cell("first = 12345"), here)
    editor.change(data=[editor.cells[0].in_notebook])
    await shown(editor, here)
    assert "OUTPUT" not in str(api.calls[-1].body)


@pytest.mark.parametrize("scheme", ["vscode-notebook-cell", "file", "cell"])
async def test_a_secret_folder_speaks_for_every_cell(
    client: Pair, api: FakeApi, scheme: str
) -> None:
    editor = NotebookEditor(client, uri="file:///workspace/.aws/a.ipynb")
    cells = [
        EditorCell(f"{scheme}:/workspace/{name}", "value = other.")
        for name in ("one", "two")
    ]
    editor.open(*cells)
    for cell in cells:
        assert await shown(editor, cell) == []
        assert await why(client, cell) == "secret"
    assert api.requests == []


async def test_a_notebook_that_git_ignores_is_allowed_as_one_file(
    api: FakeApi, client: Pair, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / ".gitignore").write_text("*.ipynb\n")
    added = {"added": [{"uri": folder.as_uri(), "name": "p"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": added})
    editor = NotebookEditor(client, uri=(folder / "a.ipynb").as_uri())
    cells = editor.cell("one = 1"), editor.cell("value = one.")
    editor.open(*cells)
    assert await shown(editor, cells[1]) == []
    assert await why(client, cells[1]) == "ignored-by-git"
    assert api.requests == []
    params = {"command": "fim-lsp.allowFile", "arguments": [cells[0].uri]}
    allowed = await client.request("workspace/executeCommand", params)
    await client.expect("window/showMessage")
    assert allowed["allowed"] is True
    assert await shown(editor, cells[1]) == ["mean()"]


async def test_a_secret_in_a_cell_before_is_blotted_out(
    editor: NotebookEditor, api: FakeApi
) -> None:
    key = "sk-" + "a1B2c3D4" * 5
    here = editor.cell("client = Client(")
    editor.open(editor.cell(f'key = "{key}"'), here)
    await shown(editor, here)
    assert key not in str(api.calls[-1].body)


async def test_the_size_of_all_cells_counts(
    editor: NotebookEditor, api: FakeApi
) -> None:
    here = editor.cell("value = one.")
    large = editor.cell("x = 1\n" * 300_000)
    editor.open(large, editor.cell("y = 1\n" * 300_000), here)
    assert await shown(editor, here) == []
    assert await why(editor.client, here) == "too-large"
    assert api.requests == []
    editor.remove(0)
    assert await shown(editor, here) == ["mean()"]
