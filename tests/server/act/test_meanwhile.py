"""Chat actions with the real session: what happens to the file meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ...harness.fake_api import FakeApi
from ...harness.pair import Pair
from .editor import ANSWER
from .project import argument, begin, opened, put_away


async def test_a_file_that_is_not_open_is_edited_without_a_version(
    client: Pair, source: Path
) -> None:
    editor = await begin(client, source.parent)
    result = await editor.act(argument(source))
    assert result["outcome"] == "edited"
    (change,) = editor.edits[0]["documentChanges"]
    assert change["textDocument"] == {"uri": source.as_uri(), "version": None}
    await editor.progress()


async def test_a_file_that_is_nowhere_is_not_asked_about(
    client: Pair, api: FakeApi, source: Path
) -> None:
    editor = await begin(client, source.parent)
    put_away(source)
    result = await editor.act(argument(source))
    assert "no such file" in result["message"]
    assert api.requests == []
    await client.expect("window/showMessage")


@pytest.mark.parametrize("was_open", [True, False])
@pytest.mark.parametrize("is_closed", [True, False])
async def test_a_file_deleted_or_renamed_meanwhile_stays_away(
    client: Pair, api: FakeApi, source: Path, *, was_open: bool, is_closed: bool
) -> None:
    editor = await begin(client, source.parent)
    if was_open:
        opened(client, source)
    api.hold = asyncio.Event()
    id_ = editor.send(argument(source))
    await api.arrived.wait()
    identifier = {"textDocument": {"uri": source.as_uri()}}
    put_away(source)
    if was_open and is_closed:
        client.notify("textDocument/didClose", identifier)
    await client.settle()
    api.hold.set()
    result = await client.answer(id_)
    assert result["outcome"] == "nothing"
    assert result["reason"] == "main.py is not there any more; nothing was edited."
    assert editor.edits == []
    await client.expect("window/showMessage")
    await editor.progress()


async def test_a_file_closed_meanwhile_is_not_edited_behind_the_users_back(
    client: Pair, api: FakeApi, source: Path
) -> None:
    """As it happens where the user saves it under another name."""
    editor = await begin(client, source.parent)
    opened(client, source)
    api.hold = asyncio.Event()
    id_ = editor.send(argument(source))
    await api.arrived.wait()
    client.notify("textDocument/didClose", {"textDocument": {"uri": source.as_uri()}})
    await client.settle()
    api.hold.set()
    result = await client.answer(id_)
    assert result["outcome"] == "nothing"
    assert "was closed or renamed meanwhile" in result["reason"]
    assert editor.edits == []
    await client.expect("window/showMessage")
    await editor.progress()


async def test_two_actions_on_one_file_both_arrive(
    client: Pair, api: FakeApi, source: Path
) -> None:
    editor = await begin(client, source.parent)
    opened(client, source)
    versions = [1]

    def apply(params: Any) -> Any:
        editor.edits.append(params["edit"])
        (change,) = params["edit"]["documentChanges"]
        version = change["textDocument"]["version"]
        assert version == versions[-1]
        identifier = {"uri": source.as_uri(), "version": version + 1}
        changes = [
            {"range": edit["range"], "text": edit["newText"]}
            for edit in change["edits"]
        ]
        versions.append(version + 1)
        client.notify(
            "textDocument/didChange",
            {"textDocument": identifier, "contentChanges": changes},
        )
        return {"applied": True}

    client.replies["workspace/applyEdit"] = apply
    api.answer = lambda seen: (
        "```python\nx = 3\n```" if "lines 5" in str(seen.body) else ANSWER
    )
    api.hold = asyncio.Event()
    last = argument(source) | {
        "range": {
            "start": {"line": 4, "character": 0},
            "end": {"line": 4, "character": 5},
        }
    }
    ids = [editor.send(each) for each in (argument(source), last)]
    await api.arrived.wait()
    api.hold.set()
    outcomes = [(await client.answer(id_))["outcome"] for id_ in ids]
    assert outcomes == ["edited", "edited"]
    text = client.server.documents.get(source.as_uri()).text
    assert text == "def f():\n    return 2\n\n\nx = 3\n"
    await editor.progress()


@pytest.mark.parametrize(
    ("action", "can", "sentence"),
    [
        ("simplify", {}, "does not let a server edit"),
        ("tests", {"applyEdit": True}, "does not let a server create files"),
    ],
)
async def test_nothing_is_paid_for_what_the_client_cannot_do(
    client: Pair,
    api: FakeApi,
    source: Path,
    *,
    action: str,
    can: Mapping[str, Any],
    sentence: str,
) -> None:
    editor = await begin(client, source.parent, capabilities={"workspace": can})
    result = await editor.act(argument(source, action))
    assert sentence in result["message"]
    assert api.requests == []
    await client.expect("window/showMessage")


async def test_the_model_may_look_around_where_the_user_lets_it(
    client: Pair, api: FakeApi, source: Path, home: Path
) -> None:
    """Also at what was reported in another open file."""
    with (home / ".config/fim-lsp/config.toml").open("a") as user_file:
        user_file.write("\nchat.tools = true\n")
    other = source.with_name("other.py")
    other.write_text("import nothing\n")
    editor = await begin(client, source.parent)
    opened(client, source)
    opened(client, other)
    start = {"line": 0, "character": 7}
    found = {"range": {"start": start, "end": start}, "message": "Unused import"}
    await client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": other.as_uri()},
            "range": found["range"],
            "context": {"diagnostics": [found]},
        },
    )
    call = {
        "index": 0,
        "id": "c1",
        "type": "function",
        "function": {
            "name": "get_diagnostics",
            "arguments": json.dumps({"path": "other.py"}),
        },
    }
    api.answer = lambda seen: (
        [ANSWER] if len(seen.body["messages"]) > 2 else [{"tool_calls": [call]}]
    )
    assert (await editor.act(argument(source)))["outcome"] == "edited"
    first, second = (seen.body for seen in api.calls)
    assert [tool["function"]["name"] for tool in first["tools"]]
    assert "line 1: error: Unused import" in second["messages"][-1]["content"]
    await editor.progress()


async def test_one_odd_diagnostic_does_not_cost_the_menu(
    client: Pair, source: Path
) -> None:
    await begin(client, source.parent)
    actions = await client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": opened(client, source).as_uri()},
            "range": argument(source)["range"],
            "context": {"diagnostics": [{"message": "of no place"}]},
        },
    )
    assert "Explain" in [each["title"] for each in actions]
