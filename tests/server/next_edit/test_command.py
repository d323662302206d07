"""The next edit as a client meets it: by command, hint, notification and ghost text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ...harness.clock import Clock
from ...harness.pair import Pair, pair

URI = "file:///workspace/main.py"
TEXT = "a = get(1)\nb = get(2)\nc = get(3)\nd = get(4)\n"
APPLIES = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "window": {"showDocument": {"support": True}},
}
DRAWS = {"experimental": {"fimLspNextEdit": True, "fimLspStatus": True}, **APPLIES}


async def no_sleep(seconds: float) -> None:
    """Every wait is over after one turn of the loop."""
    del seconds
    await asyncio.sleep(0)


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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def raw(tmp_path: Path) -> AsyncIterator[Pair]:
    server = create_server(
        lambda: Session(environ={}, sleep=no_sleep), reports_folder=tmp_path
    )
    async with pair(server) as client:
        yield client


@pytest.fixture
async def editor(raw: Pair) -> AsyncIterator[Editor]:
    """An editor that has nothing better than a hint."""
    await raw.initialize(APPLIES)
    raw.notifications.clear()
    editor = Editor(raw)
    editor.open()
    yield editor
    await editor.diagnostics()


@pytest.fixture
async def drawing(raw: Pair) -> AsyncIterator[Editor]:
    """An editor that draws next edits by itself."""
    await raw.initialize(DRAWS)
    editor = Editor(raw)
    editor.open()
    yield editor
    await raw.settle()
    raw.notifications.clear()


async def test_the_command_answers_with_the_edit_and_moves_there(
    editor: Editor,
) -> None:
    await editor.twice()
    result = await editor.command("nextEdit", {"uri": URI})
    edit = result["edit"]
    assert result["reason"] is None
    assert edit["version"] == editor.version
    assert edit["range"]["start"] == {"line": 2, "character": 4}
    assert (edit["oldText"], edit["newText"]) == ("get", "fetch")
    assert (edit["source"], edit["remaining"]) == ("repeat", 2)
    assert editor.shown[0]["selection"] == edit["range"]


async def test_the_command_stays_where_it_is_when_told_to(editor: Editor) -> None:
    await editor.twice()
    assert (await editor.command("nextEdit", {"uri": URI, "show": False}))["edit"]
    assert (await editor.command("nextEdit"))["edit"]
    assert len(editor.shown) == 1


async def test_without_a_pattern_there_is_a_reason(editor: Editor) -> None:
    result = await editor.command("nextEdit", {"uri": URI})
    assert result == {"edit": None, "reason": "nothing-settled"}
    editor.change(0, "1", "7")
    result = await editor.command("nextEdit", {"uri": URI})
    assert result == {"edit": None, "reason": "no-pattern"}


async def test_a_position_says_where_to_look_from(editor: Editor) -> None:
    await editor.twice()
    argument = {"uri": URI, "position": {"line": 3, "character": 0}, "show": False}
    result = await editor.command("nextEdit", argument)
    assert result["edit"]["range"]["start"]["line"] == 3


async def test_asking_again_from_the_same_place_keeps_the_id(editor: Editor) -> None:
    await editor.twice()
    argument = {"uri": URI, "position": {"line": 1, "character": 0}, "show": False}
    first = (await editor.command("nextEdit", argument))["edit"]
    assert (await editor.command("nextEdit", argument))["edit"] == first
    assert await editor.diagnostics() == ["next edit: `get` → `fetch`"]


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


async def test_a_file_that_may_hold_secrets_teaches_nothing(editor: Editor) -> None:
    uri = "file:///workspace/.env"
    editor.client.open(TEXT, uri=uri, language="dotenv")
    for version, line in ((2, 0), (3, 1)):
        range_ = {
            "start": {"line": line, "character": 4},
            "end": {"line": line, "character": 7},
        }
        editor.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"range": range_, "text": "fetch"}],
            },
        )
        await editor.client.settle()
    result = await editor.command("nextEdit", {"uri": uri})
    assert result == {"edit": None, "reason": "secret"}


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


async def test_why_and_usage_know_next_edits(drawing: Editor) -> None:
    await drawing.twice()
    edit = await drawing.client.expect("fim-lsp/nextEdit")
    await drawing.command("applyNextEdit", {"id": edit["id"]})
    why = await drawing.command("why", {"uri": URI})
    rows = [(r["outcome"], r["source"], r["accepted"]) for r in why["decisions"]]
    assert ("next-edit", "repeat", len("fetch")) in rows
    assert "the next edit, by repeat" in why["markdown"]
    report = await drawing.client.server.session.money.usage(1, "USD")
    kinds = {key.kind: counts for key, counts in report.table.items()}
    assert kinds["next-edit"].accepted == 1
    assert kinds["next-edit"].shown == 2
    assert kinds["next-edit"].requests == 0


async def test_the_command_waits_until_the_last_change_has_settled(
    tmp_path: Path, clock: Clock
) -> None:
    server = create_server(
        lambda: Session(environ={}, clock=clock, sleep=clock.sleep),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        await client.initialize(DRAWS)
        editor = Editor(client)
        editor.open()
        editor.change(0, "get", "fetch")
        await client.settle()
        editor.change(1, "get", "fetch")
        await client.settle()
        asked = client.send(
            "workspace/executeCommand",
            {"command": "fim-lsp.nextEdit", "arguments": [{"uri": URI, "show": False}]},
        )
        await clock.advance(0.4)
        assert asked not in client.answers
        await clock.advance(0.2)
        assert (await client.answer(asked))["edit"]["newText"] == "fetch"
        client.notifications.clear()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_positions_are_in_the_units_of_the_client(
    raw: Pair, encoding: str
) -> None:
    await raw.initialize({**DRAWS, "general": {"positionEncodings": [encoding]}})
    editor = Editor(raw)
    smile = "\N{GRINNING FACE}"
    editor.open(f"a = get(1)\nb = get(2)\n{smile} = get(3)\n")
    await editor.twice()
    edit = await raw.expect("fim-lsp/nextEdit")
    width = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[encoding]
    assert edit["range"]["start"] == {"line": 2, "character": width + 3}
    raw.notifications.clear()
