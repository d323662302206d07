"""Which chat actions the menu lists."""

from __future__ import annotations

from typing import Any

from ..fake_session import FakeSession
from .editor import Editor


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
