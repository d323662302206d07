"""Settings that change while the server runs hold from the next request on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session
from fim_lsp.settings.live import LOOK_EVERY

from ..harness.clock import Clock
from ..harness.fake_api import FakeApi
from ..harness.pair import Pair, pair
from .test_commands import run
from .test_with_a_model import no_sleep

MAIN = "file:///workspace/main.py"


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer="value + 1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def user_file(home: Path) -> Path:
    file = home / ".config/fim-lsp/config.toml"
    file.parent.mkdir(parents=True)
    write(file, "fallback = []\n")
    return file


def write(file: Path, more: str) -> None:
    file.write_text(f'completion.provider = "llamacpp"\n{more}')


@pytest.fixture
async def client(
    api: FakeApi, clock: Clock, tmp_path: Path, user_file: Path
) -> AsyncIterator[Pair]:
    del user_file  # only has to be there
    server = create_server(
        lambda: Session(
            environ={"CODESTRAL_API_KEY": "sk-of-nobody"},
            transport=api,
            clock=clock,
            sleep=no_sleep,
        ),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        await client.initialize({"textDocument": {"inlineCompletion": {}}})
        yield client


def configure(client: Pair, **values: Any) -> None:
    client.notify("workspace/didChangeConfiguration", {"settings": values})


async def complete(client: Pair, name: str, *, kind: int = 2) -> list[str]:
    """What is offered behind `name =`, in a document of its own each time."""
    client.open(f"def f(value):\n    {name} = \n    return value\n", uri=MAIN)
    params = {
        "textDocument": {"uri": MAIN},
        "position": {"line": 1, "character": len(name) + 7},
        "context": {"triggerKind": kind},
    }
    result = await client.request("textDocument/inlineCompletion", params)
    return [item["insertText"] for item in result["items"]]


async def test_the_provider(client: Pair, api: FakeApi) -> None:
    await complete(client, "one")
    assert api.calls[-1].path == "/infill"
    configure(client, completion={"provider": "codestral"})
    await complete(client, "two")
    assert api.calls[-1].headers["host"] == "codestral.mistral.ai"
    await client.expect("window/showMessage")
    configure(client, completion={"provider": "echo"})
    assert await complete(client, "three") == []
    assert len(api.calls) == 2


async def test_the_address(client: Pair, api: FakeApi) -> None:
    for port in ("7001", "7002"):
        address = f"http://127.0.0.1:{port}"
        configure(client, providers={"llamacpp": {"baseUrl": address}})
        assert await complete(client, f"at_{port}") == ["value + 1"]
        assert api.calls[-1].headers["host"] == f"127.0.0.1:{port}"


async def test_the_trigger(client: Pair, api: FakeApi) -> None:
    configure(client, completion={"trigger": "manual"})
    assert await complete(client, "one") == []
    assert api.requests == []
    assert await complete(client, "two", kind=1) == ["value + 1"]
    configure(client, completion={"trigger": "automatic"})
    assert await complete(client, "three") == ["value + 1"]


async def test_a_user_file_edited_on_disk(
    client: Pair, api: FakeApi, clock: Clock, user_file: Path
) -> None:
    assert await complete(client, "one") == ["value + 1"]
    write(user_file, "completion.enabled = false")
    clock.now += LOOK_EVERY
    assert await complete(client, "two") == []
    assert len(api.calls) == 1


async def test_a_user_file_saved_in_the_editor(
    client: Pair, api: FakeApi, user_file: Path
) -> None:
    """At once: the clock stands still."""
    write(user_file, "completion.maxTokens = 7")
    identifier = {"uri": user_file.as_uri()}
    client.notify("textDocument/didSave", {"textDocument": identifier})
    await complete(client, "one")
    assert api.calls[-1].body["n_predict"] == 7


async def test_the_selected_model(client: Pair, api: FakeApi) -> None:
    await run(client, "selectModel", "deepseek-v4-pro")
    await client.expect("window/showMessage")
    await complete(client, "one")
    assert api.calls[-1].body["model"] == "deepseek-v4-pro"
    result = await run(client, "models")
    assert result["models"] == ["deepseek-flash", "deepseek-v4-pro"]
    assert result["completion"] == "deepseek-v4-pro"
    assert result["chat"] in result["models"]
    await client.expect("window/showMessage")


@pytest.mark.parametrize("arguments", [[], [None]])
async def test_a_toggle_tells_the_status(raw_pair: Pair, arguments: list[None]) -> None:
    await raw_pair.initialize({"experimental": {"fimLspStatus": True}})
    await raw_pair.expect("fim-lsp/status")
    for kind, on in (("inactive", False), ("normal", True)):
        result = await run(raw_pair, "toggle", *arguments)
        assert result["enabled"] is on
        assert (await raw_pair.expect("fim-lsp/status"))["kind"] == kind


@pytest.fixture
async def raw_pair(tmp_path: Path, user_file: Path) -> AsyncIterator[Pair]:
    del user_file  # as above
    server = create_server(lambda: Session(environ={}), reports_folder=tmp_path)
    async with pair(server) as client:
        yield client
