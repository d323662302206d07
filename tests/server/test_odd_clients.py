"""What clients should not send, and what comes of it: one answer, no fault, no harm."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import MessageType

from fim_lsp.text import LARGEST_DOCUMENT

from ..harness.odd_messages import odd_message
from ..harness.pair import Pair
from ..harness.unseen import STUFFED, unseen_in
from .fake_session import FakeSession

ODD = [[], {}, [1], {"a": 1}, True, None, 1.5]
URI = "file:///workspace/main.py"


def codes(client: Pair, id_: Any) -> list[int | None]:
    """The code of each answer to a request; None for a result."""
    return [
        answer["error"]["code"] if "error" in answer else None
        for answer in client.answers.get(id_, [])
    ]


def sent(client: Pair, id_: Any, method: str, params: Any) -> None:
    client.write({"jsonrpc": "2.0", "id": id_, "method": method, "params": params})


@pytest.mark.parametrize("token", ODD)
@pytest.mark.parametrize("name", ["workDoneToken", "partialResultToken"])
async def test_an_odd_token_is_left_out(client: Pair, name: str, token: Any) -> None:
    params = {"command": "fim-lsp.clearCache", "arguments": [], name: token}
    sent(client, "a", "workspace/executeCommand", params)
    await client.settle()
    assert codes(client, "a") == [None]
    await client.expect("window/showMessage")


@pytest.mark.parametrize("token", ODD)
async def test_a_cancel_of_an_odd_token_is_no_fault(
    client: Pair, token: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client.notify("window/workDoneProgress/cancel", {"token": token})
    client.notify("$/cancelRequest", {"id": token})
    await client.settle()
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_an_answer_to_the_clients_own_request_changes_nothing(
    client: Pair, session: FakeSession, caplog: pytest.LogCaptureFixture
) -> None:
    del session
    client.open("x = 1\n")
    params = {
        "textDocument": {"uri": URI},
        "position": {"line": 0, "character": 5},
        "context": {"triggerKind": 1},
    }
    own = client.send("textDocument/inlineCompletion", params)
    client.write({"jsonrpc": "2.0", "id": own, "result": {"items": "mine"}})
    client.write({"jsonrpc": "2.0", "id": own, "error": {"code": 1, "message": "x"}})
    assert await client.answer(own) != {"items": "mine"}
    assert codes(client, own) == [None]
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_a_notification_with_an_id_counts_and_is_answered(client: Pair) -> None:
    client.open("x = 1\n")
    change = {"text": "y = 2\n"}
    sent(
        client,
        "n",
        "textDocument/didChange",
        {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]},
    )
    sent(client, "c", "$/cancelRequest", {"id": "n"})
    await client.settle()
    assert codes(client, "n") == [None]
    assert codes(client, "c") == [None]
    assert client.server.documents.get(URI).text == "y = 2\n"


@pytest.mark.parametrize("length", [10**18, 256 * 1024**2 + 1])
async def test_a_message_without_end_is_refused_once_and_ends_the_conversation(
    client: Pair, length: int
) -> None:
    client._send(b"Content-Length: %d\r\n\r\n{}" % length)
    client.notify("textDocument/didOpen", {})
    await client.settle()
    assert codes(client, None) == [-32600]
    assert client.server.ended.is_set()


@pytest.mark.parametrize("uri", ["file:", "file://", "file:///", "", ":", "untitled:"])
async def test_a_uri_that_names_no_file_is_answered(client: Pair, uri: str) -> None:
    client.open("some_name = 1\n", uri=uri)
    params = {
        "textDocument": {"uri": uri},
        "position": {"line": 0, "character": 13},
        "context": {"triggerKind": 1},
    }
    sent(client, "a", "textDocument/inlineCompletion", params)
    sent(client, "b", "textDocument/completion", params)
    sent(
        client,
        "c",
        "workspace/executeCommand",
        {"command": "fim-lsp.allowFile", "arguments": [uri]},
    )
    for _ in range(5):
        await client.settle()
    assert [codes(client, id_) for id_ in "abc"] == [[None]] * 3
    await client.expect("window/showMessage")


async def test_a_document_beyond_the_limit_is_not_kept(client: Pair) -> None:
    client.open("x" * (LARGEST_DOCUMENT + 1))
    await client.settle()
    opened = client.server.documents.get(URI)
    assert opened.too_large
    assert opened.text == ""
    change(client, {"range": span(0, 5), "text": "abc"}, version=2)
    await client.settle()
    assert client.server.documents.get(URI).text == ""
    change(client, {"text": "small\n"}, version=3)
    await client.settle()
    assert client.server.documents.get(URI).text == "small\n"
    assert not client.server.documents.get(URI).too_large
    change(client, {"text": "y" * (LARGEST_DOCUMENT + 1)}, version=4)
    await client.settle()
    assert client.server.documents.get(URI).too_large


def span(start: int, end: int) -> Mapping[str, Any]:
    return {
        "start": {"line": 0, "character": start},
        "end": {"line": 0, "character": end},
    }


def change(client: Pair, content: Mapping[str, Any], *, version: int) -> None:
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": URI, "version": version}, "contentChanges": [content]},
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [(".env", "may hold secrets"), ("main.py", "may be completed until")],
)
async def test_allow_file_says_what_is_so(
    client: Pair, tmp_path: Path, name: str, sentence: str
) -> None:
    uri = (tmp_path / name).as_uri()
    params = {"command": "fim-lsp.allowFile", "arguments": [uri]}
    result = await client.request("workspace/executeCommand", params)
    assert sentence in result["message"]
    assert result["allowed"] is (name == "main.py")
    await client.expect("window/showMessage")


async def test_what_is_shown_hides_nothing(client: Pair) -> None:
    client.server.client.message(MessageType.Error, f"Model {STUFFED}")
    shown = await client.expect("window/showMessage")
    assert unseen_in(shown["message"]) == set()


@pytest.mark.parametrize("seed", range(8))
async def test_random_messages_are_all_answered_once_and_without_a_fault(
    client: Pair, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - to be had again
    ids = []
    for number in range(200):
        message = odd_message(dice, f"r{number}")
        if "id" in message:
            ids.append(message["id"])
        client.write(message)
        if number % 20 == 0:
            await client.settle()
    for _ in range(20):
        await client.settle()
    assert [id_ for id_ in ids if len(client.answers.get(id_, [])) != 1] == []
    assert [id_ for id_ in ids if codes(client, id_) == [-32603]] == []
    client.notifications.clear()
