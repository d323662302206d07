"""The command `fim-lsp.nextEdit`: its answer, its reasons, when it is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ...harness.clock import Clock
from ...harness.pair import Pair, pair
from .editor import DRAWS, TEXT, URI, Editor


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


@pytest.mark.parametrize(
    ("position", "line"),
    [
        ({"line": -3, "character": -7}, 2),
        ({"line": 10**9, "character": 10**9}, 3),
        ({"line": "1"}, 2),
        ("nowhere", 2),
    ],
)
async def test_any_position_is_understood(
    editor: Editor, position: object, line: int
) -> None:
    await editor.twice()
    arguments = {"uri": URI, "position": position, "show": False}
    edit = (await editor.command("nextEdit", arguments))["edit"]
    assert edit["range"]["start"]["line"] == line
