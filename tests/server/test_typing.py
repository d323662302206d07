"""What typing costs: as little as can be, and nothing before it is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ..harness.clock import Clock
from ..harness.fake_api import FakeApi
from ..harness.pair import Pair, ResponseError, pair

TEXT = "import os\n\n\ndef sorted_names(folder):\n    return \n"
ANSWER = "sorted(os.listdir(folder))"
LINE, COLUMN = 4, 11
MAIN = "file:///workspace/main.py"
OFFLINE = {"completion": {"provider": "llamacpp"}, "fallback": []}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer=ANSWER)


@pytest.fixture
async def client(api: FakeApi, clock: Clock, tmp_path: Path) -> AsyncIterator[Pair]:
    """A client whose endpoint is on loopback, which needs neither key nor notice."""
    server = create_server(
        lambda: Session(environ={}, transport=api, clock=clock, sleep=clock.sleep),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        client.replies["window/workDoneProgress/create"] = lambda _: None
        await client.initialize(
            {"textDocument": {"inlineCompletion": {}}},
            initializationOptions=OFFLINE,
            workspaceFolders=[{"uri": "file:///workspace", "name": "it"}],
        )
        yield client


def ask(client: Pair, column: int, *, uri: str = MAIN, kind: int = 2) -> int:
    params = {
        "textDocument": {"uri": uri},
        "position": {"line": LINE, "character": column},
        "context": {"triggerKind": kind},
    }
    return client.send("textDocument/inlineCompletion", params)


def type_key(client: Pair, column: int, key: str) -> None:
    place = {"line": LINE, "character": column}
    change = {"range": {"start": place, "end": place}, "text": key}
    identifier = {"uri": MAIN, "version": column}
    client.notify(
        "textDocument/didChange",
        {"textDocument": identifier, "contentChanges": [change]},
    )


async def test_a_line_typed_with_cancels_between_is_one_request(
    client: Pair, api: FakeApi, clock: Clock
) -> None:
    """The stream that the first key opened serves all of the line."""
    client.open(TEXT, uri=MAIN)
    api.hold, api.answer = asyncio.Event(), ANSWER[1:]
    last: int | None = None
    typed = ANSWER[:8]
    for index, key in enumerate(typed):
        if last is not None:
            client.notify("$/cancelRequest", {"id": last})
        type_key(client, COLUMN + index, key)
        last = ask(client, COLUMN + index + 1)
        await client.settle()
        if index == 0:
            await clock.advance(1.0)  # a rest: now it is asked
            await api.arrived.wait()
        else:
            await clock.advance(0.1)
        if index == 5:
            api.hold.set()
    assert last is not None
    (item,) = (await client.answer(last))["items"]
    assert item["insertText"] == ANSWER[len(typed) :]
    assert len(api.calls) == 1
    cancelled = [each for (each,) in client.answers.values() if "error" in each]
    assert {each["error"]["code"] for each in cancelled} <= {-32800}


async def test_keys_in_quick_succession_wait_for_a_rest(
    client: Pair, api: FakeApi, clock: Clock
) -> None:
    client.open(TEXT, uri=MAIN)
    last = 0
    for index, key in enumerate("sorted"):
        type_key(client, COLUMN + index, key)
        last = ask(client, COLUMN + index + 1)
        await clock.advance(0.01)
    api.answer = "(os.listdir(folder))"
    await clock.advance(1.0)
    assert len((await client.answer(last))["items"]) == 1
    assert len(api.calls) == 1


async def test_nothing_connects_before_an_allowed_file_is_completed(
    client: Pair, api: FakeApi, clock: Clock
) -> None:
    """Neither starting, nor looking around, nor a file that may not be sent."""
    secret = "file:///workspace/.env"
    for uri in (MAIN, secret):
        client.open(TEXT, uri=uri)
    for kind in (1, 2):
        assert (await client.answer(ask(client, 5, uri=secret, kind=kind))) == {
            "items": []
        }
    await client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": MAIN},
            "range": {
                "start": {"line": 3, "character": 0},
                "end": {"line": 5, "character": 0},
            },
            "context": {"diagnostics": [], "triggerKind": 1},
        },
    )
    for command in ("why", "usage", "clearCache"):
        await run(client, command)
        await client.expect("window/showMessage")
    await run(client, "toggle", False)
    assert (await client.answer(ask(client, COLUMN, kind=1))) == {"items": []}
    await run(client, "toggle", True)
    await clock.advance(3600)
    assert api.requests == []
    for _ in range(2):
        await client.expect("window/showMessage")
    assert len((await client.answer(ask(client, COLUMN, kind=1)))["items"]) == 1
    assert len(api.calls) == 1


async def run(client: Pair, command: str, *arguments: Any) -> Any:
    params = {"command": f"fim-lsp.{command}", "arguments": list(arguments)}
    return await client.request("workspace/executeCommand", params)


async def test_an_action_on_a_secret_file_asks_nobody(
    client: Pair, api: FakeApi
) -> None:
    uri = client.open(TEXT, uri="file:///workspace/id_rsa")
    start = {"line": 0, "character": 0}
    argument = {
        "action": "explain",
        "uri": uri,
        "range": {"start": start, "end": start | {"line": 4}},
    }
    result = await run(client, "act", argument)
    assert "hold secrets" in result["reason"]
    assert api.requests == []
    await client.expect("window/showMessage")


async def test_a_cancelled_request_is_answered_so(
    client: Pair, api: FakeApi, clock: Clock
) -> None:
    client.open(TEXT, uri=MAIN)
    id_ = ask(client, COLUMN)
    await client.settle()
    client.notify("$/cancelRequest", {"id": id_})
    with pytest.raises(ResponseError) as caught:
        await client.answer(id_)
    assert caught.value.code == -32800
    await clock.advance(5.0)
    assert api.requests == []


@pytest.mark.parametrize(
    ("text", "uri", "served"),
    [
        ("x = 1\n" * 900_000, MAIN, False),  # 5 MB
        ("x" * 5_000_000, MAIN, False),
        ("\0\x01\ufffd" * 50, MAIN, True),
        (TEXT, "untitled:Untitled-1", True),
        (TEXT, "file:///workspace/a%20b%3A/%C3%A9.py", True),
        (TEXT, "git:/workspace/main.py", False),
        (TEXT, "output:channel", False),
    ],
    ids=["large", "one-line", "binary", "untitled", "escaped", "git", "output"],
)
async def test_odd_documents_are_answered(
    client: Pair, api: FakeApi, *, text: str, uri: str, served: bool
) -> None:
    client.open(text, uri=uri)
    result = await client.answer(ask(client, 3, uri=uri, kind=1))
    assert isinstance(result["items"], list)
    assert bool(api.calls) == served


async def test_a_document_that_was_never_opened_is_answered(client: Pair) -> None:
    for uri in ("file:///nowhere/x.py", "file:///", "x", ""):
        assert (await client.answer(ask(client, 3, uri=uri, kind=2))) == {"items": []}
