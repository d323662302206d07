"""Clients that close, change or open cells in odd ways."""

from __future__ import annotations

from typing import Any

import pytest

from ...harness.fake_api import FakeApi
from .cells import sent, shown, why
from .editor import EditorCell, NotebookEditor


async def test_a_cell_that_was_closed_is_completed_no_more(
    editor: NotebookEditor,
) -> None:
    first, here = editor.cell("one = 1"), editor.cell("value = one.")
    editor.open(first, here)
    editor.close()
    editor.cells = [first, here]
    assert await shown(editor, here) == []
    assert await why(editor.client, here) == "not-open"
    editor.open(first, here)
    assert await shown(editor, here) == ["mean()"]


async def test_cells_opened_as_documents_are_completed_one_by_one(
    editor: NotebookEditor, api: FakeApi
) -> None:
    """So does a client that knows nothing of notebooks."""
    cells = editor.cell("one = 1"), editor.cell("value = one.")
    for cell in cells:
        editor.client.open(cell.text, uri=cell.uri)
    assert await shown(editor, cells[1]) == ["mean()"]
    assert sent(api)[0] == "value = one."


def hostile(cell: EditorCell) -> list[dict[str, Any]]:
    """Changes of cells that no client should send."""
    unknown = {"kind": 2, "document": "cell:unknown"}
    text = {"changes": [{"text": "x"}]}
    return [
        {"structure": {"array": {"start": 99, "deleteCount": 7}}},
        {"structure": {"array": {"start": 0, "deleteCount": 0, "cells": [unknown]}}},
        {
            "structure": {
                "array": {
                    "start": 1,
                    "deleteCount": 0,
                    "cells": [cell.in_notebook, cell.in_notebook],
                }
            }
        },
        {"structure": {"array": {"start": -1, "deleteCount": -5}}},
        {
            "structure": {
                "array": {"start": 2, "deleteCount": 0},
                "didClose": [{"uri": "cell:unknown"}],
            }
        },
        {"textContent": [{"document": {"uri": "cell:unknown", "version": 2}, **text}]},
        {"data": [unknown]},
        {"data": "odd"},
        {"textContent": [{}]},
    ]


@pytest.mark.parametrize("number", range(9))
async def test_odd_changes_of_cells_break_nothing(
    editor: NotebookEditor, api: FakeApi, number: int
) -> None:
    first, here = editor.cell("one = 1"), editor.cell("value = one.")
    editor.open(first, here)
    editor.version = -7
    editor.change(**hostile(first)[number])
    assert await shown(editor, here) == ["mean()"]
    assert sent(api)[0] == "one = 1\n\nvalue = one."
    editor.write(first, "one = 2")
    await shown(editor, here)
    assert sent(api)[0] == "one = 2\n\nvalue = one."


async def test_a_notebook_that_was_not_opened_is_changed_without_harm(
    editor: NotebookEditor, api: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    first, here = editor.cell("one = 1"), editor.cell("value = one.")
    editor.insert(0, first)
    editor.write(first, "one = 3")
    editor.close()
    await editor.client.settle()
    assert "notebook that is not open" in caplog.text
    editor.open(first, here)
    editor.open(first, here)
    assert await shown(editor, here) == ["mean()"]
    assert sent(api)[0] == "one = 3\n\nvalue = one."
