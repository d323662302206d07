from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fim_lsp.api.requests import Delta, ToolCallDelta
from fim_lsp.chat.actions import find_action
from fim_lsp.chat.answer import Result
from fim_lsp.chat.entry import ActionCall, act
from fim_lsp.chat.selection import Diagnostic, Selection
from fim_lsp.completion.code.brackets import unmatched
from fim_lsp.errors import InputError
from fim_lsp.privacy import Privacy
from fim_lsp.settings import ActionSettings, ChatSettings, parse
from fim_lsp.text import Document, Place, Span, document

from .talk import Script, Talk, says, settings

ANSWER = says("```python\nprice = rate(2)\n```\n")


def _open(folder: Path, name: str, text: str) -> Document:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return document(path.as_uri(), "python", 1, text)


async def _act(
    talk: Talk,
    folder: Path | None,
    target: Document,
    *others: Document,
    action: str = "types",
    chat: ChatSettings | None = None,
) -> Result:
    whole = Span(Place(0, 0), Place(len(target.lines) - 1, 0))
    reported = (Diagnostic(None, "no header"),)
    chat = chat or settings()
    call = ActionCall(
        find_action(action, chat.actions),
        Selection(target, whole, reported),
        folder,
        open_documents=others,
    )
    return await act(
        call,
        settings=chat,
        refusal=Privacy(parse(()).settings.privacy, home=Path("/nowhere")).refusal,
        converse=talk.converse,
        report=lambda _: None,
        unmatched=unmatched,
    )


def _call(name: str, **arguments: object) -> Script:
    delta = ToolCallDelta(0, "id", name, json.dumps(arguments))
    return (Delta(tool_calls=(delta,), finish_reason="tool_calls"),)


async def test_a_secret_file_is_not_sent(tmp_path: Path) -> None:
    talk = Talk(ANSWER)
    result = await _act(talk, tmp_path, _open(tmp_path, ".env", "A=1\n"))
    assert talk.requests == []
    assert str(result.reason).endswith(
        "is not sent because files with such names may hold secrets."
    )


async def test_only_documents_of_the_folder_that_may_be_sent_go_along(
    tmp_path: Path,
) -> None:
    folder, talk = tmp_path / "work", Talk(ANSWER)
    target = _open(folder, "main.py", "from tax import rate\nprice = rate(1)\n")
    others = (
        _open(folder, "tax.py", "def rate(x):\n    return 'near'\n"),
        _open(folder, ".ssh/tax.py", "def rate(x):\n    return 'secret'\n"),
        _open(tmp_path / "else", "tax.py", "def rate(x):\n    return 'outside'\n"),
    )
    await _act(talk, folder, target, *others)
    asked = str(talk.requests[0].messages[1].content)
    assert "near" in asked
    assert "secret" not in asked
    assert "outside" not in asked


async def test_tools_see_open_text_and_obey_privacy(tmp_path: Path) -> None:
    target = _open(tmp_path, "main.py", "price = 1\n")
    (tmp_path / "main.py").write_text("old\n")
    (tmp_path / "id_rsa").write_text("secret\n")
    talk = Talk(
        _call("read_file", path="main.py"),
        _call("read_file", path="id_rsa"),
        _call("get_diagnostics", path="main.py"),
        ANSWER,
    )
    chat = replace(settings(), tools=True)
    result = await _act(talk, tmp_path, target, chat=chat)
    assert result.outcome == "edited"
    results = [str(one.messages[-1].content) for one in talk.requests[1:]]
    assert results == [
        "price = 1\n(lines 1 to 1 of 1)",
        "Refused: this path is never sent (secret).",
        "error: no header",
    ]


async def test_without_a_folder_there_are_no_tools(tmp_path: Path) -> None:
    talk = Talk(ANSWER)
    target = _open(tmp_path, "main.py", "price = 1\n")
    await _act(talk, None, target, chat=replace(settings(), tools=True))
    assert talk.requests[0].tools == ()


async def test_an_own_action_runs_by_its_key(tmp_path: Path) -> None:
    talk = Talk(ANSWER)
    own = {"log": ActionSettings("Log", "Add a log line.")}
    target = _open(tmp_path, "main.py", "price = 1\n")
    chat = replace(settings(), actions=own)
    await _act(talk, tmp_path, target, action="log", chat=chat)
    assert str(talk.requests[0].messages[0].content).startswith("Add a log line.")
    with pytest.raises(InputError):
        await _act(talk, tmp_path, target, action="lag")


async def test_an_open_document_in_a_loop_of_links_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "knot").symlink_to("knot")
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    target = _open(tmp_path, "main.py", "price = 1\n")
    others = [
        document((tmp_path / name).as_uri(), "python", 1, "x = 1\n")
        for name in ("knot", "one", "knot/inner.py")
    ]
    for tools in (False, True):
        talk = Talk(ANSWER)
        chat = replace(settings(), tools=tools)
        result = await _act(talk, tmp_path, target, *others, chat=chat)
        assert result.outcome == "edited"
