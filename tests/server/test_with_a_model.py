"""The server with the real session behind it, and a fake endpoint behind that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ..harness.fake_api import FakeApi
from ..harness.pair import Pair, pair
from .test_completions import at

TEXT = "import os\n\n\ndef sorted_names(folder):\n    return $0\n"


async def no_sleep(seconds: float) -> None:
    """The engine's waits take one turn of the loop."""
    del seconds
    await asyncio.sleep(0)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer=["sorted(", "os.listdir(folder))"])


@pytest.fixture
async def client(api: FakeApi, tmp_path: Path) -> AsyncIterator[Pair]:
    server = create_server(
        lambda: Session(
            environ={"DEEPSEEK_API_KEY": "sk-of-nobody"},
            transport=api,
            sleep=no_sleep,
        ),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        await client.initialize({"textDocument": {"inlineCompletion": {}}})
        yield client


async def complete(client: Pair, marked: str = TEXT, kind: int = 1) -> list[str]:
    params = at(client, marked, triggerKind=kind)
    result = await client.request("textDocument/inlineCompletion", params)
    return [item["insertText"] for item in result["items"]]


async def test_ghost_text_comes_from_the_model_and_is_explained(
    client: Pair, api: FakeApi
) -> None:
    assert await complete(client) == ["sorted(os.listdir(folder))"]
    message = await client.expect("window/showMessage")
    assert "api.deepseek.com (key from DEEPSEEK_API_KEY)" in message["message"]
    assert len(api.calls) == 1
    result = await client.request(
        "workspace/executeCommand", {"command": "fim-lsp.why"}
    )
    assert result["decisions"][0]["outcome"] == "network"
    await client.expect("window/showMessage")


async def test_what_is_typed_through_asks_nothing_more(
    client: Pair, api: FakeApi
) -> None:
    await complete(client)
    await client.expect("window/showMessage")
    place = {"line": 4, "character": 11}
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": "file:///workspace/main.py", "version": 2},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": "so"}],
        },
    )
    params: dict[str, Any] = {
        "textDocument": {"uri": "file:///workspace/main.py"},
        "position": {"line": 4, "character": 13},
        "context": {"triggerKind": 2},
    }
    result = await client.request("textDocument/inlineCompletion", params)
    assert result["items"][0]["insertText"] == "rted(os.listdir(folder))"
    assert len(api.calls) == 1


async def test_a_newer_request_ends_the_older_with_an_empty_list(
    client: Pair, api: FakeApi
) -> None:
    api.hold = asyncio.Event()
    params = at(client, TEXT, triggerKind=1)
    older = client.send("textDocument/inlineCompletion", params)
    await api.arrived.wait()
    await client.expect("window/showMessage")
    newer = client.send("textDocument/inlineCompletion", params)
    assert await client.answer(older) == {"items": []}
    api.hold.set()
    assert len((await client.answer(newer))["items"]) == 1
    assert len(api.calls) == 1


async def test_a_refused_key_is_said_once_and_asked_no_more(
    client: Pair, api: FakeApi
) -> None:
    api.status = 401
    assert await complete(client) == []
    kinds = [await client.expect("window/showMessage") for _ in range(2)]
    assert [message["type"] for message in kinds] == [3, 1]
    asked = len(api.calls)
    assert await complete(client, TEXT.replace("names", "paths"), kind=2) == []
    assert len(api.calls) == asked


async def test_a_secret_file_is_never_sent(client: Pair, api: FakeApi) -> None:
    assert await complete(client, "//- .env\nTOKEN=abc\nOTHER=$0\n") == []
    assert api.requests == []
