"""The key appears in nothing that a server writes, whatever goes wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ..harness.raw_client import SERVER, RawClient, spawn
from ..harness.socket_api import SocketApi

KEY = "sk-3141592653589793"
COMMANDS = ("why", "usage", "balance", "models", "doctor", "clearCache", "toggle")
CAPABILITIES = {
    "workspace": {"applyEdit": True},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "textDocument": {"inlineCompletion": {}},
}


@pytest.fixture
def home_folder(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def environ(home_folder: Path) -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
    home = {name: str(home_folder) for name in ("HOME", "USERPROFILE", "APPDATA")}
    here = {each: os.environ[each] for each in kept if each in os.environ}
    return here | home | {"DEEPSEEK_API_KEY": KEY}


async def use_everything(client: RawClient, uri: str) -> None:
    """One of each request, and all commands; refusals of the client's side too."""
    text = "def f(value):\n    return \n"
    item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    await client.send(method="textDocument/didOpen", params={"textDocument": item})
    place = {"line": 1, "character": 11}
    await ask(
        client,
        "textDocument/inlineCompletion",
        {
            "textDocument": {"uri": uri},
            "position": place,
            "context": {"triggerKind": 1},
        },
    )
    range_ = {"start": {"line": 0, "character": 0}, "end": place}
    argument = {"action": "explain", "uri": uri, "range": range_}
    await run(client, "act", argument)
    for command in COMMANDS:
        await run(client, command)
    await ask(client, "textDocument/inlineCompletion", {"wrong": "shape"})


async def run(client: RawClient, command: str, *arguments: Any) -> None:
    params = {"command": f"fim-lsp.{command}", "arguments": list(arguments)}
    await ask(client, "workspace/executeCommand", params)


async def ask(client: RawClient, method: str, params: Any) -> None:
    id_ = 100 + len(client.heard)
    await client.send(id=id_, method=method, params=params)
    while (message := await client.read()).get("id") != id_ or "method" in message:
        if "method" in message and "id" in message:
            await client.send(id=message["id"], result=None)


@pytest.fixture
def api() -> Iterator[SocketApi]:
    words = f"The key {KEY} of Bearer {KEY} is wrong."
    with SocketApi(answer="value", error=words).threaded() as api:
        yield api


async def test_no_key_in_what_a_server_writes(
    api: SocketApi, tmp_path: Path, home_folder: Path, environ: Mapping[str, str]
) -> None:
    """The endpoint repeats the key in its errors; the log keeps all that it can."""
    folders = [{"uri": tmp_path.as_uri(), "name": "it"}]
    command = (*SERVER, "--log-level", "debug", "--log-file", str(tmp_path / "log"))
    errors = tmp_path / "stderr"
    with errors.open("wb") as stderr:
        async with spawn(environ, command, stderr=stderr) as client:
            await client.initialize(
                capabilities=CAPABILITIES,
                workspaceFolders=folders,
                initializationOptions={
                    "providers": {"deepseek": {"baseUrl": api.url}},
                    "log": {"level": "debug"},
                },
            )
            for api.status in (200, 400, 401):
                await use_everything(client, (tmp_path / "main.py").as_uri())
            written = files(home_folder)
            client.hang_up()
            assert await client.exit_code() == 1  # nobody said shutdown
    assert any(KEY in str(seen.headers) for seen in api.requests)
    everything = {**written, **files(tmp_path), "heard": str(client.heard)}
    assert len(everything["heard"]) > 1000
    assert "fim_lsp" in everything["log"]
    assert [name for name, text in everything.items() if KEY in text] == []


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file()
    }
