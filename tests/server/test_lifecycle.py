"""Every message is answered exactly once, in its time, and in our words."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from fim_lsp.completion.decision import Suggestion
from fim_lsp.completion.request import Ask

from ..harness.pair import Pair, ResponseError
from .fake_session import FakeSession

POSITION = {
    "textDocument": {"uri": "file:///workspace/main.py"},
    "position": {"line": 0, "character": 0},
    "context": {"triggerKind": 1},
}


async def code_of(client: Pair, method: str, params: Any = None) -> int:
    with pytest.raises(ResponseError) as caught:
        await client.request(method, params)
    assert caught.value.data is None
    return caught.value.code


async def test_initialize_tells_what_the_server_can(raw_client: Pair) -> None:
    result = await raw_client.initialize()
    assert result["serverInfo"]["name"] == "fim-lsp"
    capabilities = result["capabilities"]
    assert capabilities["inlineCompletionProvider"] == {}
    assert capabilities["completionProvider"]["triggerCharacters"]
    assert capabilities["codeActionProvider"]["resolveProvider"] is True
    assert capabilities["textDocumentSync"]["openClose"] is True
    assert capabilities["textDocumentSync"]["change"] == 2
    assert "fim-lsp.why" in capabilities["executeCommandProvider"]["commands"]


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-32"], "utf-32"),
        (["odd", "utf-16"], "utf-16"),
        (["odd"], "utf-16"),
        (None, "utf-16"),
    ],
)
async def test_the_client_chooses_the_position_encoding(
    raw_client: Pair, offered: list[str] | None, chosen: str
) -> None:
    general = {"positionEncodings": offered} if offered else {}
    result = await raw_client.initialize({"general": general})
    assert result["capabilities"]["positionEncoding"] == chosen
    assert raw_client.server.documents.encoding == chosen


@pytest.mark.parametrize(
    "odd",
    [
        {"textDocument": {"inlineCompletion": True}},
        {"workspace": {"symbol": {"symbolKind": {"valueSet": [999]}}}},
        {"window": 7},
    ],
)
async def test_odd_capabilities_do_not_cost_the_server(
    raw_client: Pair, odd: dict[str, Any]
) -> None:
    general = {"general": {"positionEncodings": ["utf-8"]}}
    result = await raw_client.initialize(odd | general)
    assert result["capabilities"]["inlineCompletionProvider"] == {}
    assert result["capabilities"]["positionEncoding"] == "utf-8"


async def test_initialize_of_another_shape_is_refused(raw_client: Pair) -> None:
    wrong = {"capabilities": {}, "workspaceFolders": 3}
    assert await code_of(raw_client, "initialize", wrong) == -32602
    assert await code_of(raw_client, "initialize", [1]) == -32602
    await raw_client.initialize()


async def test_the_client_is_served_once_it_is_initialized(raw_client: Pair) -> None:
    method = "textDocument/inlineCompletion"
    assert await code_of(raw_client, method, POSITION) == -32002
    await raw_client.initialize()
    assert await raw_client.request(method, POSITION) == {"items": []}
    assert await code_of(raw_client, "initialize", {"capabilities": {}}) == -32600
    assert await raw_client.request("shutdown") is None
    assert await code_of(raw_client, method, POSITION) == -32600


async def test_unknown_methods_are_refused_or_ignored(client: Pair) -> None:
    assert await code_of(client, "textDocument/hover", {}) == -32601
    assert await code_of(client, "$/unknown", {}) == -32601
    client.notify("$/unknown", {"a": 1})
    client.notify("textDocument/unknown", [])
    assert await client.request("shutdown") is None


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/inlineCompletion", None),
        ("textDocument/inlineCompletion", {}),
        ("textDocument/inlineCompletion", []),
        ("textDocument/inlineCompletion", POSITION | {"position": "here"}),
        ("textDocument/completion", {"textDocument": 3}),
        ("textDocument/codeAction", {"textDocument": {"uri": "a"}}),
        ("workspace/executeCommand", {"arguments": []}),
        ("workspace/executeCommand", {"command": "fim-lsp.unknown"}),
    ],
)
async def test_params_of_the_wrong_shape_are_answered(
    client: Pair, method: str, params: Any
) -> None:
    assert await code_of(client, method, params) == -32602


async def test_notifications_of_the_wrong_shape_are_ignored(client: Pair) -> None:
    client.notify("textDocument/didOpen", {"textDocument": {"uri": 3}})
    client.notify("textDocument/didChange")
    client.notify("$/cancelRequest", {})
    assert await client.request("shutdown") is None


@pytest.mark.parametrize("id_", [{}, [1], None, 1.5, "1", "nobody's"])
async def test_a_cancel_of_no_request_is_survived(client: Pair, id_: Any) -> None:
    client.notify("$/cancelRequest", {"id": id_})
    assert await client.request("shutdown") is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (b"3", -32600),
        (b'{"id": 99, "method": "shutdown"}', -32600),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1.5, "method": "shutdown"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 99, "method": 7}', -32600),
    ],
)
async def test_what_is_no_request_is_answered_and_survived(
    client: Pair, body: bytes, code: int
) -> None:
    client.write_bytes(body)
    await client.settle()
    (answer,) = client.answers.get(99) or client.answers[None]
    assert answer["error"]["code"] == code
    assert await client.request("shutdown") is None


async def test_an_answer_nobody_waits_for_is_ignored(client: Pair) -> None:
    client.write({"jsonrpc": "2.0", "id": "what", "result": None})
    client.write({"jsonrpc": "2.0", "id": None, "error": {}})
    assert await client.request("shutdown") is None


async def test_a_cancelled_request_is_answered_as_cancelled(
    client: Pair, session: FakeSession
) -> None:
    arrived, cancelled = asyncio.Event(), asyncio.Event()

    async def hang(ask: Ask) -> tuple[Suggestion, ...]:
        del ask
        arrived.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return ()

    session.engine.answer = hang
    id_ = client.send("textDocument/inlineCompletion", POSITION)
    await arrived.wait()
    client.notify("$/cancelRequest", {"id": id_})
    client.notify("$/cancelRequest", {"id": id_})
    with pytest.raises(ResponseError) as caught:
        await client.answer(id_)
    assert caught.value.code == -32800
    assert cancelled.is_set()


async def test_shutdown_answers_what_is_still_open(
    client: Pair, session: FakeSession
) -> None:
    async def hang(ask: Ask) -> tuple[Suggestion, ...]:
        del ask
        await asyncio.Event().wait()
        return ()

    session.engine.answer = hang
    id_ = client.send("textDocument/inlineCompletion", POSITION)
    await client.settle()
    assert await client.request("shutdown") is None
    with pytest.raises(ResponseError) as caught:
        await client.answer(id_)
    assert caught.value.code == -32800


async def test_a_fault_is_answered_and_logged_without_what_it_says(
    client: Pair, session: FakeSession, caplog: pytest.LogCaptureFixture
) -> None:
    session.engine.failure = ValueError("def secret_code(): ...")
    with pytest.raises(ResponseError) as caught:
        await client.request("textDocument/inlineCompletion", POSITION)
    assert (caught.value.code, caught.value.data) == (-32603, None)
    assert "secret" not in caught.value.message
    loud = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert ["ValueError" in each.getMessage() for each in loud] == [True]
    assert all("secret" not in each.getMessage() for each in loud)


async def test_exit_after_shutdown_is_0(client: Pair, session: FakeSession) -> None:
    await client.request("shutdown")
    client.notify("exit")
    await client.server.ended.wait()
    await client.settle()
    assert client.exit_code == 0
    assert not session.is_open


async def test_exit_without_shutdown_is_1(client: Pair) -> None:
    client.notify("exit")
    await client.server.ended.wait()
    await client.settle()
    assert client.exit_code == 1


async def test_the_end_of_the_input_ends_the_server(
    client: Pair, session: FakeSession
) -> None:
    client.hang_up()
    await client.server.ended.wait()
    await client.settle()
    assert client.exit_code == 1
    assert not session.is_open


async def test_the_session_is_warmed_up_once_initialized(
    client: Pair, session: FakeSession
) -> None:
    await client.settle()
    assert ("warm_up",) in session.happened


async def test_bodies_are_not_logged(
    client: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.open("a_very_secret_text = 1\n")
        assert await client.request("shutdown") is None
    assert "secret" not in caplog.text
