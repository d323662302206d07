"""Inline completion, and the menu of those who have none."""

from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.completion.decision import Suggestion, Trigger
from fim_lsp.completion.request import AnswerBy, Ask, Selected
from fim_lsp.text import Place, Span

from ..harness.marked import parse
from ..harness.pair import Pair
from .fake_session import FakeSession, answering

INLINE: dict[str, Any] = {"textDocument": {"inlineCompletion": {}}}


def at(client: Pair, marked: str, **context: Any) -> dict[str, Any]:
    """Params for the place of `marked`, which is opened."""
    parsed = parse(marked)
    uri = client.open(parsed.document.text, uri=parsed.document.uri)
    line, character = parsed.place.line, parsed.place.column
    return {
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": character},
        "context": context or {"triggerKind": 2},
    }


def position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


async def test_an_item_has_plain_text_a_range_and_a_command(
    client: Pair, session: FakeSession
) -> None:
    session.engine.answer = answering("1)", id_="s7")
    result = await client.request(
        "textDocument/inlineCompletion", at(client, "print($0)\n")
    )
    cursor = position(0, 6)
    assert result == {
        "items": [
            {
                "insertText": "1)",
                "range": {"start": cursor, "end": cursor},
                "command": {
                    "title": "Accepted",
                    "command": "fim-lsp.accepted",
                    "arguments": ["s7"],
                },
            }
        ]
    }


@pytest.mark.parametrize(
    ("kind", "trigger"), [(1, Trigger.INVOKED), (2, Trigger.AUTOMATIC)]
)
async def test_who_asked_is_passed_on(
    client: Pair, session: FakeSession, kind: int, trigger: Trigger
) -> None:
    params = at(client, "x$0", triggerKind=kind)
    await client.request("textDocument/inlineCompletion", params)
    assert session.engine.asks[-1].trigger is trigger
    assert session.engine.asks[-1].manner is AnswerBy.INLINE


async def test_the_selected_item_is_passed_on(
    client: Pair, session: FakeSession
) -> None:
    info = {"range": {"start": position(0, 3), "end": position(0, 5)}, "text": "path"}
    params = at(client, "os.pa$0", triggerKind=2, selectedCompletionInfo=info)
    await client.request("textDocument/inlineCompletion", params)
    expected = Selected(Span(Place(0, 3), Place(0, 5)), "path")
    assert session.engine.asks[-1].selected == expected


async def test_a_menu_item_covers_the_typed_word(
    client: Pair, session: FakeSession
) -> None:
    session.engine.answer = answering("t(value)\nreturn value")
    result = await client.request("textDocument/completion", at(client, "a = prin$0\n"))
    assert result["isIncomplete"] is True
    (item,) = result["items"]
    assert item["label"] == "print(value)…"
    assert item["filterText"] == "prin"
    assert item["insertTextMode"] == 1
    assert item["textEdit"] == {
        "range": {"start": position(0, 4), "end": position(0, 8)},
        "newText": "print(value)\nreturn value",
    }
    # This client has not announced that it reads Markdown.
    assert item["documentation"] == "print(value)\nreturn value"
    assert not {"preselect", "commitCharacters"} & item.keys()
    assert item["command"]["command"] == "fim-lsp.accepted"


async def test_the_text_of_a_menu_item_is_a_code_block_for_who_reads_markdown(
    raw_client: Pair, session: FakeSession
) -> None:
    formats = {"documentationFormat": ["markdown", "plaintext"]}
    await raw_client.initialize(
        {"textDocument": {"completion": {"completionItem": formats}}}
    )
    session.engine.answer = answering("t(value)")
    result = await raw_client.request(
        "textDocument/completion", at(raw_client, "a = prin$0\n")
    )
    (item,) = result["items"]
    assert "```python\nprint(value)\n```" in item["documentation"]["value"]


async def test_a_menu_item_without_a_typed_word_can_still_be_found(
    client: Pair, session: FakeSession
) -> None:
    session.engine.answer = answering("value)")
    result = await client.request("textDocument/completion", at(client, "print($0\n"))
    assert result["items"][0]["filterText"] == "value)"


async def test_a_menu_item_covers_what_the_suggestion_replaces(
    client: Pair, session: FakeSession
) -> None:
    async def closing(ask: Ask) -> tuple[Suggestion, ...]:
        end = Place(ask.place.line, ask.place.column + 1)
        return (Suggestion("1)", Span(ask.place, end), "s1"),)

    session.engine.answer = closing
    result = await client.request("textDocument/completion", at(client, "f(ab$0)\n"))
    edit = result["items"][0]["textEdit"]
    assert edit["newText"] == "ab1)"
    assert edit["range"] == {"start": position(0, 2), "end": position(0, 5)}


@pytest.mark.parametrize(
    ("who", "popup", "manner"),
    [
        (("helix", {}), "auto", AnswerBy.MENU_WAIT),
        (("Neovim", {}), "auto", AnswerBy.MENU_WAIT),
        (("", {}), "auto", AnswerBy.MENU_WAIT),  # Kate has no name
        (("Sublime Text LSP", {}), "auto", AnswerBy.MENU_NOW),
        (("Eglot", {}), "auto", AnswerBy.MENU_NOW),
        (("Eglot", {}), "never", None),
        (("emacs", {}), "auto", None),
        (("Visual Studio Code", INLINE), "auto", None),
        (("Visual Studio Code", INLINE), "always", AnswerBy.MENU_NOW),
    ],
)
async def test_the_menu_is_for_those_without_inline_completion(
    raw_client: Pair,
    session: FakeSession,
    who: tuple[str, dict[str, Any]],
    popup: str,
    manner: AnswerBy | None,
) -> None:
    name, capabilities = who
    settings = {"completion": {"popup": popup}}
    await raw_client.initialize(capabilities, name=name, initializationOptions=settings)
    params = at(raw_client, "x$0", triggerKind=1)
    result = await raw_client.request("textDocument/completion", params)
    assert result["items"] == []
    assert [ask.manner for ask in session.engine.asks] == ([manner] if manner else [])
    # Clients say "invoked" for ordinary typing, too.
    assert all(ask.trigger is Trigger.AUTOMATIC for ask in session.engine.asks)
