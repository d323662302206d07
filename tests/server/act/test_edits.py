"""Chat actions as an editor runs them: progress, one edit, text that has moved."""

from __future__ import annotations

import asyncio

import pytest

from ...harness.pair import Pair, ResponseError
from ..fake_session import FakeSession
from .editor import ANSWER, Editor


async def test_an_action_becomes_one_edit_of_this_version(
    editor: Editor, session: FakeSession
) -> None:
    session.chat.answer = [ANSWER]
    result = await editor.act(editor.open())
    assert (result["outcome"], result["reason"]) == ("edited", None)
    (edit,) = editor.edits
    (change,) = edit["documentChanges"]
    assert change["textDocument"]["version"] == 1
    (text_edit,) = change["edits"]
    assert text_edit["range"]["start"]["line"] == 1
    assert "2" in text_edit["newText"]
    kinds = await editor.progress()
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    assert set(kinds[1:-1]) == {"report"}


async def test_clients_without_versions_get_plain_changes(
    raw_client: Pair, session: FakeSession
) -> None:
    editor = Editor(raw_client)
    await raw_client.initialize({"workspace": {"applyEdit": True}})
    session.chat.answer = [ANSWER]
    argument = editor.open()
    await editor.act(argument)
    assert list(editor.edits[0]["changes"]) == [argument["uri"]]


async def test_an_explanation_is_shown(editor: Editor, session: FakeSession) -> None:
    session.chat.answer = ["It returns **one**."]
    result = await editor.act(editor.open() | {"action": "explain"})
    assert result["outcome"] == "shown"
    message = await editor.client.expect("window/showMessage")
    assert "It returns **one**." in message["message"]
    assert editor.edits == []
    await editor.progress()


@pytest.mark.parametrize("by", ["request", "progress"])
async def test_cancelling_closes_the_stream_and_changes_nothing(
    editor: Editor, session: FakeSession, by: str
) -> None:
    session.chat.answer = ["```python\n", asyncio.Event()]
    id_ = editor.send(editor.open())
    await session.chat.asked.wait()
    assert len(session.chat.requests) == 1
    if by == "request":
        editor.client.notify("$/cancelRequest", {"id": id_})
        with pytest.raises(ResponseError) as caught:
            await editor.client.answer(id_)
        assert caught.value.code == -32800
    else:
        begin = next(
            params
            for method, params in editor.client.notifications
            if method == "$/progress"
        )
        editor.client.notify(
            "window/workDoneProgress/cancel", {"token": begin["token"]}
        )
        assert (await editor.client.answer(id_))["reason"] == "cancelled"
    assert session.chat.closed == 1
    assert editor.edits == []
    kinds = await editor.progress()
    assert (kinds.count("begin"), kinds.count("end")) == (1, 1)


async def test_the_edit_follows_text_that_moved(
    editor: Editor, session: FakeSession
) -> None:
    gate = asyncio.Event()
    session.chat.answer = [gate, ANSWER]
    argument = editor.open()
    id_ = editor.send(argument)
    await session.chat.asked.wait()
    start = {"line": 0, "character": 0}
    editor.client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": argument["uri"], "version": 2},
            "contentChanges": [
                {"range": {"start": start, "end": start}, "text": "import os\n"}
            ],
        },
    )
    await editor.client.settle()
    gate.set()
    assert (await editor.client.answer(id_))["outcome"] == "edited"
    (change,) = editor.edits[0]["documentChanges"]
    assert change["textDocument"]["version"] == 2
    assert change["edits"][0]["range"]["start"]["line"] == 2
    await editor.progress()


async def test_an_edit_whose_text_is_gone_is_dropped(
    editor: Editor, session: FakeSession
) -> None:
    gate = asyncio.Event()
    session.chat.answer = [gate, ANSWER]
    argument = editor.open()
    id_ = editor.send(argument)
    await session.chat.asked.wait()
    editor.client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": argument["uri"], "version": 2},
            "contentChanges": [{"text": "pass\n"}],
        },
    )
    await editor.client.settle()
    gate.set()
    assert (await editor.client.answer(id_))["outcome"] == "nothing"
    assert (
        "changed meanwhile"
        in (await editor.client.expect("window/showMessage"))["message"]
    )
    assert editor.edits == []
    await editor.progress()


async def test_the_answer_is_what_the_command_line_prints(
    editor: Editor, session: FakeSession
) -> None:
    session.chat.answer = [ANSWER]
    argument = editor.open()
    result = await editor.act(argument)
    assert set(result) == {
        *("action", "outcome", "reason", "edits", "markdown", "diff"),
        *("tokens", "cost"),
    }
    (edit,) = result["edits"]
    assert (edit["startLine"], edit["startColumn"]) == (2, 1)
    assert edit["path"].endswith("/main.py")
    assert "-    return 1\n+    return 2\n" in result["diff"]
    await editor.progress()


async def test_a_fix_of_one_character_repairs_the_block_around_it(
    editor: Editor, session: FakeSession
) -> None:
    argument = editor.open("def f(s, y):\n    s = s + $0y$0\n    return s\nx = 2\n")
    diagnostic = {"range": argument["range"], "message": "wrong", "severity": 1}
    session.chat.answer = ["```python\ndef f(s, y):\n    s += x\n    return s\n```"]
    await editor.act(argument | {"action": "fix", "diagnostics": [diagnostic]})
    (change,) = editor.edits[0]["documentChanges"]
    (edit,) = change["edits"]
    assert edit["range"]["start"]["line"] == edit["range"]["end"]["line"] == 1
    assert edit["newText"] == "    s += x"
    sent = str(session.chat.requests[0].messages[1].content)
    assert "def f(s, y):\n    s = s + y\n    return s\n" in sent
    await editor.progress()
