"""Applying a next edit, dismissing it, and what takes it away."""

from __future__ import annotations

import pytest

from .editor import TEXT, URI, Editor


async def test_applying_is_one_versioned_edit_and_the_next_one_follows(
    editor: Editor,
) -> None:
    await editor.twice()
    edit = (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    result = await editor.command("applyNextEdit", {"id": edit["id"]})
    assert result["applied"] is True
    change = editor.applied[0]["edit"]["documentChanges"][0]
    assert change["textDocument"]["version"] == edit["version"]
    assert change["edits"] == [{"range": edit["range"], "newText": "fetch"}]
    after = await editor.command("nextEdit", {"uri": URI, "show": False})
    assert after["edit"]["range"]["start"]["line"] == 3


async def test_all_that_remain_are_applied_in_one_step(editor: Editor) -> None:
    await editor.twice()
    edit = (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    await editor.command("applyNextEdit", {"id": edit["id"], "all": True})
    assert len(editor.applied) == 1
    edits = editor.applied[0]["edit"]["documentChanges"][0]["edits"]
    assert [e["range"]["start"]["line"] for e in edits] == [2, 3]
    text = editor.client.server.documents.get(URI).text
    assert text == TEXT.replace("get", "fetch")
    after = await editor.command("nextEdit", {"uri": URI, "show": False})
    assert after["edit"] is None


async def test_a_stale_id_changes_nothing(editor: Editor) -> None:
    await editor.twice()
    edit = (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    editor.change(2, "get", "put")
    for argument in ({"id": edit["id"]}, {"id": "n999"}):
        result = await editor.command("applyNextEdit", argument)
        assert result == {"applied": False, "reason": "stale-id"}
    assert editor.applied == []


async def test_a_change_elsewhere_moves_the_edit(editor: Editor) -> None:
    await editor.twice()
    edit = (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    editor.send((0, 0), (0, 0), "# one\n# two\n")
    after = (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    assert after["id"] == edit["id"]
    assert after["version"] == editor.version
    assert after["range"]["start"] == {"line": 4, "character": 4}


async def test_what_was_dismissed_is_not_offered_again(editor: Editor) -> None:
    await editor.twice()
    edit = (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    assert (await editor.command("dismissNextEdit", {"id": edit["id"]}))["dismissed"]
    result = await editor.command("nextEdit", {"uri": URI, "show": False})
    assert result == {"edit": None, "reason": "refused-pattern"}


async def test_undoing_the_second_change_takes_the_edit_back(editor: Editor) -> None:
    await editor.twice()
    assert (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    editor.change(1, "fetch", "get")
    result = await editor.command("nextEdit", {"uri": URI, "show": False})
    assert result["edit"] is None


async def test_a_closed_document_has_no_next_edit(editor: Editor) -> None:
    await editor.twice()
    editor.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    result = await editor.command("nextEdit", {"uri": URI})
    assert result == {"edit": None, "reason": "nothing-settled"}
    assert (await editor.diagnostics())[-1] == ""


async def test_a_change_that_was_undone_is_not_offered_in_that_place(
    editor: Editor,
) -> None:
    await editor.twice()
    editor.change(2, "get", "fetch")
    await editor.client.settle()
    editor.change(2, "fetch", "get")
    edit = (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    assert edit["range"]["start"]["line"] == 3
    await editor.command("applyNextEdit", {"id": edit["id"], "all": True})
    (change,) = editor.applied[-1]["edit"]["documentChanges"]
    assert [each["range"]["start"]["line"] for each in change["edits"]] == [3]


async def test_redoing_an_undone_change_offers_nothing(editor: Editor) -> None:
    await editor.twice()
    editor.change(1, "fetch", "get")
    await editor.client.settle()
    editor.change(1, "get", "fetch")
    result = await editor.command("nextEdit", {"uri": URI, "show": False})
    assert result == {"edit": None, "reason": "nothing-settled"}
    assert (await editor.diagnostics())[-1] == ""


@pytest.mark.parametrize("name", ["applyNextEdit", "dismissNextEdit"])
async def test_an_id_that_is_no_text_is_no_id(editor: Editor, name: str) -> None:
    await editor.twice()
    wrong: object
    for wrong in (7, ["n1"], {}, True):
        result = await editor.command(name, {"id": wrong})
        assert {*result.values()} <= {False, "stale-id"}
    assert editor.applied == []
    assert (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
