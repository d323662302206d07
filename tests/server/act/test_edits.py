"""Chat actions: listed from a table, run with progress, applied as one edit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fim_lsp.errors import AuthenticationFailed

from ...harness.pair import Pair, ResponseError
from ..fake_session import FakeSession
from .editor import ANSWER, CAPABILITIES, MARKED, Editor

OVER_BUDGET = "Today's budget is used up; fim-lsp.continueToday goes on."


@pytest.fixture
async def editor(raw_client: Pair) -> Editor:
    editor = Editor(raw_client)
    await raw_client.initialize(CAPABILITIES)
    return editor


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


async def test_what_came_to_nothing_says_why(
    editor: Editor, session: FakeSession
) -> None:
    session.chat.answer = ["I would rather not."]
    result = await editor.act(editor.open())
    assert (result["outcome"], editor.edits) == ("nothing", [])
    message = await editor.client.expect("window/showMessage")
    assert message["message"] == f"fim-lsp: {result['reason']}"
    await editor.progress()


async def test_an_edit_that_the_editor_refuses_says_why(
    editor: Editor, session: FakeSession
) -> None:
    editor.applies = False
    session.chat.answer = [ANSWER]
    result = await editor.act(editor.open())
    assert result["outcome"] == "nothing"
    assert "read-only" in result["reason"]
    await editor.client.expect("window/showMessage")
    await editor.progress()


@pytest.mark.parametrize("by", ["request", "progress"])
async def test_cancelling_closes_the_stream_and_changes_nothing(
    editor: Editor, session: FakeSession, by: str
) -> None:
    session.chat.answer = ["```python\n", asyncio.Event()]
    id_ = editor.send(editor.open())
    await editor.client.settle()
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
    await editor.client.settle()
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
    await editor.client.settle()
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


async def test_a_file_that_may_not_be_sent_is_not_asked_about(
    editor: Editor, session: FakeSession
) -> None:
    argument = editor.open(f"//- .env\n{MARKED}")
    assert "secrets" in (await editor.act(argument))["reason"]
    assert session.chat.requests == []
    await editor.client.expect("window/showMessage")
    await editor.progress()


async def test_an_endpoint_that_fails_is_one_sentence(
    editor: Editor, session: FakeSession
) -> None:
    session.chat.answer = [AuthenticationFailed("The key was refused.", status=401)]
    assert await editor.act(editor.open()) == {"message": "The key was refused."}
    await editor.client.expect("window/showMessage")
    kinds = await editor.progress()
    assert kinds[-1] == "end"


@pytest.mark.parametrize(
    "wrong", [{"action": "unknown"}, {"range": 3}, {"uri": None}, {"diagnostics": [3]}]
)
async def test_wrong_arguments_are_one_sentence(
    editor: Editor, session: FakeSession, wrong: dict[str, Any]
) -> None:
    result = await editor.act(editor.open() | wrong)
    message = await editor.client.expect("window/showMessage")
    assert message["message"] == f"fim-lsp: {result['message']}"
    assert session.chat.requests == []


async def test_the_menu_lists_what_suits_the_place(editor: Editor) -> None:
    argument = editor.open()
    params = {
        "textDocument": {"uri": argument["uri"]},
        "range": argument["range"],
        "context": {"diagnostics": [], "triggerKind": 1},
    }
    actions = await editor.client.request("textDocument/codeAction", params)
    titles = [action["title"] for action in actions]
    assert {"Edit with instruction", "Explain", "Document", "Write tests"} <= set(
        titles
    )
    assert all("isPreferred" not in action for action in actions)
    command = actions[0]["command"]
    assert command["command"] == "fim-lsp.act"
    assert command["arguments"][0]["range"] == argument["range"]
    resolved = await editor.client.request("codeAction/resolve", actions[0])
    assert resolved == actions[0]


async def test_a_diagnostic_comes_back_with_its_fix(
    editor: Editor, session: FakeSession
) -> None:
    argument = editor.open("def f():\n    return $0y\n")
    diagnostic = {
        "range": {
            "start": {"line": 1, "character": 11},
            "end": {"line": 1, "character": 12},
        },
        "message": "Undefined name y",
        "severity": 1,
    }
    params = {
        "textDocument": {"uri": argument["uri"]},
        "range": argument["range"],
        "context": {
            "diagnostics": [diagnostic],
            "triggerKind": 1,
            "only": ["quickfix"],
        },
    }
    (fix,) = await editor.client.request("textDocument/codeAction", params)
    assert fix["kind"] == "quickfix"
    session.chat.answer = ["```python\ndef f():\n    return 1\n```"]
    (with_diagnostics,) = fix["command"]["arguments"]
    assert with_diagnostics["diagnostics"] == [diagnostic]
    await editor.act(with_diagnostics)
    sent = str(session.chat.requests[0].messages)
    assert "Undefined name y" in sent
    assert len(editor.edits) == 1
    await editor.progress()


async def test_moving_the_cursor_lists_nothing(editor: Editor) -> None:
    argument = editor.open("x = $01\n")
    params = {
        "textDocument": {"uri": argument["uri"]},
        "range": argument["range"],
        "context": {"diagnostics": [], "triggerKind": 2},
    }
    assert await editor.client.request("textDocument/codeAction", params) == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [({"title": "Run Anyway"}, "edited"), (None, None), ({"title": 3}, None)],
)
async def test_over_the_budget_an_action_is_asked_for(
    raw_client: Pair, session: FakeSession, answer: Any, outcome: str | None
) -> None:
    session.gateway.over_budget = OVER_BUDGET
    session.chat.answer = [ANSWER]
    asked: list[Any] = []

    def ask(params: Any) -> Any:
        asked.append(params["message"])
        return answer

    raw_client.replies["window/showMessageRequest"] = ask
    capabilities = {**CAPABILITIES, "window": {"showMessage": {}}}
    editor = Editor(raw_client)
    await raw_client.initialize(capabilities)
    result = await raw_client.answer(editor.send(editor.open()))
    assert result.get("outcome") == outcome
    assert asked == [f"fim-lsp: {OVER_BUDGET}"]
    assert len(editor.edits) == (outcome == "edited")
    if outcome is None:
        assert result == {"message": OVER_BUDGET}
        await raw_client.expect("window/showMessage")


async def test_an_editor_that_asks_no_questions_is_told_the_way_out(
    raw_client: Pair, session: FakeSession
) -> None:
    session.gateway.over_budget = OVER_BUDGET
    editor = Editor(raw_client)
    await raw_client.initialize(CAPABILITIES)
    result = await raw_client.answer(editor.send(editor.open()))
    assert "fim-lsp.continueToday" in result["message"]
    assert editor.edits == []
    await editor.progress()
    await raw_client.expect("window/showMessage")


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


async def test_a_fix_of_nothing_asks_nothing(
    editor: Editor, session: FakeSession
) -> None:
    argument = editor.open() | {"action": "fix", "diagnostics": []}
    result = await editor.act(argument)
    assert result["outcome"] == "nothing"
    assert "No problem is reported here" in result["reason"]
    assert session.chat.requests == []
    await editor.client.expect("window/showMessage")
    await editor.progress()


async def test_a_cursor_lists_what_is_about_the_code_around_it(editor: Editor) -> None:
    argument = editor.open("def f():\n    return $01\n")
    params = {"textDocument": {"uri": argument["uri"]}, "range": argument["range"]}
    ids: dict[int, list[str]] = {}
    for kind in (1, 2):
        context: dict[str, Any] = {"diagnostics": [], "triggerKind": kind}
        actions = await editor.client.request(
            "textDocument/codeAction", params | {"context": context}
        )
        ids[kind] = [one["command"]["arguments"][0]["action"] for one in actions]
    assert ids == {1: ["explain", "document", "tests"], 2: []}


async def test_an_own_action_that_cannot_be_used_is_told_about_once(
    editor: Editor,
) -> None:
    actions = {"tidy": {"title": "Tidy", "prompt": "Tidy.", "kind": "source.fixAll"}}
    for _ in range(2):
        editor.client.notify(
            "workspace/didChangeConfiguration",
            {"settings": {"fim-lsp": {"chat": {"actions": actions}}}},
        )
    message = await editor.client.expect("window/showMessage")
    assert "chat.actions.tidy.kind is “source.fixAll”" in message["message"]
    await editor.client.settle()
    again = [each for each in editor.client.notifications if "tidy" in str(each)]
    assert again == []
