"""How a next edit is shown: hint, notification, ghost text or inline edit."""

from __future__ import annotations

from typing import Any

import pytest

from .editor import URI, Editor


async def test_a_hint_shows_the_edit_and_a_quick_fix_makes_it(editor: Editor) -> None:
    await editor.twice()
    assert await editor.diagnostics() == ["next edit: `get` → `fetch`"]
    hint = editor.hints[0]
    assert (hint["source"], hint["code"], hint["severity"]) == (
        "fim-lsp",
        "next-edit",
        4,
    )
    actions = await editor.client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": URI},
            "range": hint["range"],
            "context": {"diagnostics": [hint]},
        },
    )
    fix = next(each for each in actions if each.get("isPreferred"))
    assert fix["kind"] == "quickfix"
    change = fix["edit"]["documentChanges"][0]
    assert change["edits"] == [{"range": hint["range"], "newText": "fetch"}]
    assert [each["title"] for each in actions if "Fix" in each["title"]] == []
    editor.change(2, "get", "fetch")
    assert await editor.diagnostics() == ["", "next edit: `get` → `fetch`"]


async def test_a_change_that_touches_the_hint_takes_it_away(editor: Editor) -> None:
    await editor.twice()
    await editor.diagnostics()
    editor.change(2, "get", "g")
    assert (await editor.diagnostics())[0] == ""


async def test_no_hint_is_published_where_the_settings_want_none(
    editor: Editor,
) -> None:
    editor.client.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"fim-lsp": {"nextEdit": {"hint": "never"}}}},
    )
    await editor.twice()
    assert await editor.diagnostics() == []
    assert (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]


@pytest.mark.parametrize("switch", [{"enabled": False}, {"sources": []}])
async def test_switched_off_nothing_is_offered(
    editor: Editor, switch: dict[str, Any]
) -> None:
    editor.client.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"fim-lsp": {"nextEdit": switch}}},
    )
    await editor.twice()
    result = await editor.command("nextEdit", {"uri": URI})
    assert result == {"edit": None, "reason": "next-edit-off"}
    assert await editor.diagnostics() == []


async def test_a_client_that_draws_is_notified_and_gets_no_hint(
    drawing: Editor,
) -> None:
    await drawing.twice()
    edit = await drawing.client.expect("fim-lsp/nextEdit")
    assert edit["newText"] == "fetch"
    assert edit["uri"] == URI
    drawing.change(2, "get", "g")
    assert await drawing.client.expect("fim-lsp/nextEdit") is None
    assert await drawing.diagnostics() == []


async def test_ghost_text_shows_an_edit_behind_the_cursor(drawing: Editor) -> None:
    await drawing.twice()
    await drawing.client.expect("fim-lsp/nextEdit")
    result = await drawing.client.request(
        "textDocument/inlineCompletion",
        {
            "textDocument": {"uri": URI},
            "position": {"line": 2, "character": 2},
            "context": {"triggerKind": 2},
        },
    )
    (item,) = result["items"]
    assert item["insertText"] == "= fetch"
    assert item["range"] == {
        "start": {"line": 2, "character": 2},
        "end": {"line": 2, "character": 7},
    }
    assert await drawing.client.expect("fim-lsp/nextEdit") is None


async def test_an_inline_edit_request_is_answered_with_one_edit(
    editor: Editor,
) -> None:
    await editor.twice()
    await editor.diagnostics()
    params = {
        "textDocument": {"uri": URI, "version": editor.version},
        "position": {"line": 1, "character": 5},
        "context": {"triggerKind": 2},
    }
    editor.client.notify("textDocument/didFocus", {"textDocument": {"uri": URI}})
    result = await editor.client.request("textDocument/copilotInlineEdit", params)
    (edit,) = result["edits"]
    assert edit["text"] == "fetch"
    assert edit["textDocument"] == {"uri": URI, "version": editor.version}
    assert edit["range"]["start"] == {"line": 2, "character": 4}
    # From now on the client shows edits by itself: the hint goes.
    assert await editor.diagnostics() == [""]
    shown = {"item": {"command": edit["command"]}}
    editor.client.notify("textDocument/didShowInlineEdit", shown)
    editor.change(2, "get", "fetch")
    await editor.client.request(
        "workspace/executeCommand",
        {
            "command": edit["command"]["command"],
            "arguments": edit["command"]["arguments"],
        },
    )
    params["textDocument"] = {"uri": URI, "version": editor.version - 1}
    stale = await editor.client.request("textDocument/copilotInlineEdit", params)
    assert stale == {"edits": []}
    assert await editor.diagnostics() == []


async def test_the_hint_is_back_once_the_cursor_has_left_the_ghost_text(
    editor: Editor,
) -> None:
    await editor.twice()
    await editor.diagnostics()
    params = {
        "textDocument": {"uri": URI},
        "position": {"line": 2, "character": 4},
        "context": {"triggerKind": 2},
    }
    await editor.client.request("textDocument/inlineCompletion", params)
    await editor.client.request("textDocument/inlineCompletion", params)
    assert await editor.diagnostics() == [""]
    params["position"] = {"line": 0, "character": 0}
    await editor.client.request("textDocument/inlineCompletion", params)
    assert await editor.diagnostics() == ["next edit: `get` → `fetch`"]
