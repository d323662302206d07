"""A chat action against a real llama.cpp server: streamed, shown, cancelled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session
from tests.api.support import eventually
from tests.harness.pair import Pair, ResponseError, pair

from .test_llamacpp import Server, running

TEXT = "def add(a, b):\n    return a + b\n"
URI = "file:///workspace/main.py"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
async def client(server: Server, tmp_path: Path) -> AsyncIterator[Pair]:
    ours = create_server(lambda: Session(environ={}), reports_folder=tmp_path)
    async with pair(ours) as client:
        client.replies["window/workDoneProgress/create"] = lambda _: None
        client.replies["workspace/applyEdit"] = lambda _: {"applied": True}
        await client.initialize(
            {"window": {"workDoneProgress": True}, "workspace": {"applyEdit": True}},
            initializationOptions={
                "completion": {"provider": "llamacpp"},
                "providers": {"llamacpp": {"baseUrl": server.url}},
            },
        )
        client.open(TEXT, uri=URI)
        yield client


def send(client: Pair, action: str) -> int:
    range_ = {
        "start": {"line": 0, "character": 0},
        "end": {"line": 1, "character": 16},
    }
    argument = {"action": action, "uri": URI, "range": range_}
    params = {"command": "fim-lsp.act", "arguments": [argument]}
    return client.send("workspace/executeCommand", params)


def progress(client: Pair) -> list[Any]:
    """The values reported so far."""
    return [
        params["value"]
        for method, params in client.notifications
        if method == "$/progress"
    ]


def is_streaming(client: Pair) -> bool:
    return sum("tokens" in each.get("message", "") for each in progress(client)) > 1


async def test_an_explanation_is_streamed_and_shown(client: Pair) -> None:
    """The model talks nonsense, at any length; all of it is an explanation."""
    result = await client.answer(send(client, "explain"))
    assert result["outcome"] == "shown"
    assert result["markdown"].strip()
    assert is_streaming(client)
    values = progress(client)
    assert (values[0]["kind"], values[-1]["kind"]) == ("begin", "end")
    shown = [
        params["message"]
        for method, params in client.notifications
        if method == "window/showMessage"
    ]
    assert any(result["markdown"] in message for message in shown)
    client.notifications.clear()


async def test_nonsense_changes_nothing_and_says_why(client: Pair) -> None:
    result = await client.answer(send(client, "simplify"), seconds=60)
    assert result["outcome"] == "nothing"
    assert result["reason"]
    assert "workspace/applyEdit" not in dict(client.requests)
    client.notifications.clear()


@pytest.mark.parametrize("by", ["request", "progress"])
async def test_cancelling_ends_the_work_of_the_server(
    client: Pair, server: Server, by: str
) -> None:
    before = server.log.count("cancel task")
    id_ = send(client, "explain")
    await eventually(lambda: is_streaming(client))
    if by == "request":
        client.notify("$/cancelRequest", {"id": id_})
        with pytest.raises(ResponseError) as caught:
            await client.answer(id_)
        assert caught.value.code == -32800
    else:
        ((_, created),) = client.requests
        client.notify("window/workDoneProgress/cancel", {"token": created["token"]})
        assert (await client.answer(id_))["reason"] == "cancelled"
    await eventually(lambda: server.log.count("cancel task") > before)
    assert progress(client)[-1]["kind"] == "end"
    client.notifications.clear()
