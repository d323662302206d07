"""Completion in the cells of notebooks: the whole notebook is the text."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ...harness.clock import Clock
from ...harness.fake_api import FakeApi
from ...harness.pair import Pair, pair
from .cells import sent, shown
from .editor import NotebookEditor


@pytest.mark.parametrize("supports", [True, False])
async def test_cells_are_synchronised_with_clients_that_know_notebooks(
    tmp_path: Path, *, supports: bool
) -> None:
    server = create_server(lambda: Session(environ={}), reports_folder=tmp_path)
    async with pair(server) as client:
        known: dict[str, Any] = (
            {"notebookDocument": {"synchronization": {}}} if supports else {}
        )
        result = await client.initialize(
            {"textDocument": {"inlineCompletion": {}}, **known}
        )
        sync = result["capabilities"].get("notebookDocumentSync")
        await client.expect("window/showMessage")
    assert sync == ({"notebookSelector": [{"notebook": "*"}]} if supports else None)


async def test_the_cells_before_and_after_are_sent_in_their_order(
    editor: NotebookEditor, api: FakeApi
) -> None:
    here = editor.cell("average = prices.")
    editor.open(
        editor.cell("# Prices\n\nof *today*", "markdown"),
        editor.cell("import pandas\nprices = pandas.Series([1, 2])"),
        here,
        editor.cell("print(average)"),
        editor.cell("The *end*", "markdown"),
    )
    assert await shown(editor, here) == ["mean()"]
    prefix, suffix = sent(api)
    assert prefix == (
        "# # Prices\n#\n# of *today*\n\n"
        "import pandas\nprices = pandas.Series([1, 2])\n\n"
        "average = prices."
    )
    assert suffix == "\n\nprint(average)\n\n# The *end*"


async def test_an_offer_lands_in_its_cell_at_the_cells_own_place(
    editor: NotebookEditor,
) -> None:
    here = editor.cell("'😀'; mean = first.")
    editor.open(editor.cell("first = 1\n" * 20), here)
    answer = await editor.client.answer(editor.ask(here))
    place = {"line": 0, "character": 19}
    assert answer["items"][0]["range"] == {"start": place, "end": place}


async def test_code_is_fenced_where_the_cell_is_markdown(
    editor: NotebookEditor, api: FakeApi
) -> None:
    here = editor.cell("The value is the ", "markdown")
    editor.open(editor.cell("x = 1\n"), here)
    await shown(editor, here)
    assert sent(api)[0] == "```python\nx = 1\n```\n\nThe value is the "


async def test_a_reply_for_an_older_first_cell_is_not_used_again(
    editor: NotebookEditor, api: FakeApi
) -> None:
    first, here = editor.cell("prices = [1, 2]"), editor.cell("average = prices.")
    editor.open(first, here)
    assert await shown(editor, here) == ["mean()"]
    assert await shown(editor, here) == ["mean()"]
    assert len(api.calls) == 1
    api.answer = "median()"
    editor.write(first, "prices = {}")
    assert await shown(editor, here) == ["median()"]
    assert sent(api)[0].startswith("prices = {}")
    editor.write(first, "prices = [1, 2]")
    assert await shown(editor, here) == ["mean()"]
    assert len(api.calls) == 2


async def test_a_running_stream_is_not_joined_after_an_edit_in_a_cell_before(
    editor: NotebookEditor, api: FakeApi
) -> None:
    first, here = editor.cell("prices = [1, 2]"), editor.cell("average = prices.")
    editor.open(first, here)
    api.hold = asyncio.Event()
    waiting = editor.ask(here)
    await api.arrived.wait()
    editor.write(first, "prices = {}")
    assert (await editor.client.answer(waiting))["items"] == []
    api.hold.set()
    api.answer = "keys()"
    assert await shown(editor, here) == ["keys()"]
    assert sent(api)[0].startswith("prices = {}")


async def test_a_request_goes_on_where_its_window_stays_the_same(
    editor: NotebookEditor, api: FakeApi
) -> None:
    """The change is farther away than what is sent."""
    first, here = editor.cell("prices = [1, 2]"), editor.cell("average = prices.")
    editor.open(first, editor.cell("between = 1\n" * 4000), here)
    api.hold = asyncio.Event()
    waiting = editor.ask(here)
    await api.arrived.wait()
    editor.write(first, "prices = ()    ")
    await editor.client.settle()
    api.hold.set()
    answer = await editor.client.answer(waiting)
    assert [item["insertText"] for item in answer["items"]] == ["mean()"]


async def test_typing_along_an_offer_ends_when_a_cell_before_is_edited(
    editor: NotebookEditor, api: FakeApi
) -> None:
    first, here = editor.cell("prices = [1, 2]"), editor.cell("average = prices.")
    editor.open(first, here)
    assert await shown(editor, here) == ["mean()"]
    editor.type(here, "me")
    assert await shown(editor, here) == ["an()"]
    editor.write(first, "prices = {}")
    api.answer = "dian()"
    editor.type(here, "")
    assert await shown(editor, here) == ["dian()"]
    assert len(api.calls) == 2


@pytest.mark.parametrize("change", ["insert", "remove", "move", "language"])
async def test_what_the_cells_before_are_decides_what_is_sent(
    editor: NotebookEditor, api: FakeApi, change: str
) -> None:
    here = editor.cell("value = one.")
    editor.open(editor.cell("one = 1"), editor.cell("two = 2"), here)
    await shown(editor, here)
    match change:
        case "insert":
            editor.insert(1, editor.cell("# between", "markdown"))
            expected = "one = 1\n\n# # between\n\ntwo = 2\n\n"
        case "remove":
            editor.remove(0)
            expected = "two = 2\n\n"
        case "move":
            editor.move(0, 1)
            expected = "two = 2\n\none = 1\n\n"
        case _:
            editor.speak(0, "sql")
            expected = "# one = 1\n\ntwo = 2\n\n"
    await shown(editor, here)
    assert sent(api)[0] == f"{expected}value = one."


async def test_the_first_key_in_a_new_cell_is_enough(
    editor: NotebookEditor, api: FakeApi, clock: Clock
) -> None:
    """A document with one character would be too empty to ask about by itself."""
    here = editor.cell("")
    editor.open(editor.cell("price = 1250"), here)
    api.answer = "rint(price)"
    editor.type(here, "p")
    request = editor.ask(here, kind=2)
    await clock.advance(2.0)
    answer = await editor.client.answer(request)
    assert [item["insertText"] for item in answer["items"]] == ["rint(price)"]


async def test_a_template_with_a_path_hears_of_a_script(
    editor: NotebookEditor, api: FakeApi
) -> None:
    """A model that reads `.ipynb` would write JSON."""
    editor.client.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"completion": {"provider": "tabby"}, "fallback": []}},
    )
    here = editor.cell("value = one.")
    editor.open(editor.cell("one = 1"), here)
    await shown(editor, here)
    assert api.calls[-1].body["segments"]["filepath"] == "analysis.py"


async def test_what_a_cell_before_imports_is_known(
    client: Pair, api: FakeApi, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text("def discount(price: float) -> float:\n    ...\n")
    added = {"added": [{"uri": folder.as_uri(), "name": "p"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": added})
    editor = NotebookEditor(client, uri=(folder / "a.ipynb").as_uri())
    here = editor.cell("cheap = discount(")
    filler = [editor.cell(f"discount_{number} = {number}") for number in range(30)]
    editor.open(editor.cell("from shop import discount"), *filler, here)
    await shown(editor, here)
    editor.type(here, "1")
    await shown(editor, here)
    extra = api.calls[-1].body["input_extra"]
    assert [snippet["filename"] for snippet in extra] == ["shop.py"]
    assert "def discount(price: float) -> float:" in extra[0]["text"]


async def test_an_explanation_names_the_notebook(editor: NotebookEditor) -> None:
    here = editor.cell("value = one.")
    editor.open(here)
    await shown(editor, here)
    params = {"command": "fim-lsp.why", "arguments": [{"uri": here.uri}]}
    await editor.client.request("workspace/executeCommand", params)
    message = await editor.client.expect("window/showMessage")
    assert "analysis.ipynb:1:13" in message["message"]


@pytest.mark.parametrize("odd", ["twice", "no text", "text alone", "no cells"])
async def test_a_notebook_that_opens_oddly_breaks_nothing(
    editor: NotebookEditor, api: FakeApi, odd: str
) -> None:
    first, here = editor.cell("one = 1"), editor.cell("value = one.")
    cells = [first.in_notebook, here.in_notebook]
    texts = [first.item, here.item]
    match odd:
        case "twice":
            cells, texts = cells * 2, texts * 2
        case "no text":
            cells.insert(0, {"kind": 2, "document": "cell:unknown"})
        case "text alone":
            texts.append(editor.cell("alone").item)
        case _:
            cells, texts = [], []
    notebook = {"uri": editor.uri, "notebookType": "x", "version": 1, "cells": cells}
    opened = {"notebookDocument": notebook, "cellTextDocuments": texts}
    editor.client.notify("notebookDocument/didOpen", opened)
    if odd == "no cells":
        editor.insert(0, here)
        editor.insert(0, first)
    assert await shown(editor, here) == ["mean()"]
    assert sent(api)[0] == "one = 1\n\nvalue = one."


async def test_the_cells_of_two_notebooks_do_not_mix(
    editor: NotebookEditor, api: FakeApi
) -> None:
    other = NotebookEditor(editor.client, uri="file:///workspace/other.ipynb")
    here, there = editor.cell("value = one."), other.cell("total = two.")
    editor.open(editor.cell("one = 1"), here)
    other.open(other.cell("two = 2"), there)
    await shown(other, there)
    assert sent(api)[0] == "two = 2\n\ntotal = two."
    other.close()
    await shown(editor, here)
    assert sent(api)[0] == "one = 1\n\nvalue = one."
