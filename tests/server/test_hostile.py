"""What workspace, network and endpoint may try: nothing leaves, and it is said."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import trustme

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ..harness.fake_api import FakeApi
from ..harness.pair import Pair, pair
from ..harness.socket_api import SocketApi
from .test_with_a_model import no_sleep

KEY = "sk-of-nobody"
TEXT = "def f(value):\n    return \n"
EVIL = "https://evil.example"
ALONE: Mapping[str, Any] = {"fallback": []}


def running(
    tmp_path: Path, transport: Any = None, **environ: str
) -> AbstractAsyncContextManager[Pair]:
    server = create_server(
        lambda: Session(
            environ={"DEEPSEEK_API_KEY": KEY, **environ},
            transport=transport,
            sleep=no_sleep,
        ),
        reports_folder=tmp_path / "reports",
    )
    return pair(server)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer="value + 1")


@pytest.fixture
async def client(api: FakeApi, tmp_path: Path) -> AsyncIterator[Pair]:
    async with running(tmp_path, api, OTHER_SECRET="sk-of-the-bank") as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def user_file(home: Path, text: str) -> None:
    file = home / ".config/fim-lsp/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)


async def begin(client: Pair, folder: Path, settings: Mapping[str, Any]) -> None:
    await client.initialize(
        {"textDocument": {"inlineCompletion": {}}},
        initializationOptions={**ALONE, **settings},
        workspaceFolders=[{"uri": folder.as_uri(), "name": "it"}],
    )


async def complete(client: Pair, folder: Path, *, kind: int = 1) -> list[str]:
    uri = client.open(TEXT, uri=(folder / "main.py").as_uri())
    params = {
        "textDocument": {"uri": uri},
        "position": {"line": 1, "character": 11},
        "context": {"triggerKind": kind},
    }
    result = await client.request("textDocument/inlineCompletion", params)
    return [item["insertText"] for item in result["items"]]


def messages(client: Pair) -> list[str]:
    """What was shown so far, taken away."""
    shown = [params["message"] for _, params in client.notifications]
    client.notifications.clear()
    return shown


async def test_another_host_in_the_editors_settings_gets_nothing(
    client: Pair, api: FakeApi, folder: Path
) -> None:
    await begin(client, folder, {"providers": {"deepseek": {"baseUrl": EVIL}}})
    for kind in (1, 2, 1):
        assert await complete(client, folder, kind=kind) == []
    assert api.requests == []
    (said,) = messages(client)
    assert "trustedHosts" in said and "evil.example" in said


async def test_the_user_file_may_trust_it(
    client: Pair, api: FakeApi, folder: Path, home: Path
) -> None:
    user_file(home, 'trustedHosts = ["evil.example"]')
    await begin(client, folder, {"providers": {"deepseek": {"baseUrl": EVIL}}})
    assert await complete(client, folder) == ["value + 1"]
    assert "evil.example" in messages(client)[0]
    assert api.calls[0].headers["host"] == "evil.example"


async def test_keys_commands_and_proxies_are_not_taken_from_the_editor(
    client: Pair, api: FakeApi, folder: Path, tmp_path: Path
) -> None:
    touched = tmp_path / "touched"
    settings = {
        "trustedHosts": ["evil.example"],
        "providers": {
            "deepseek": {
                "apiKeyCommand": f"touch {touched}",
                "apiKeyEnv": "OTHER_SECRET",
                "headers": {"X-Evil": "1"},
                "proxy": EVIL,
                "caFile": str(tmp_path / "evil.pem"),
                "allowInsecure": True,
            }
        },
    }
    await begin(client, folder, settings)
    assert await complete(client, folder) == ["value + 1"]
    headers = api.calls[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["host"] == "api.deepseek.com"
    assert "x-evil" not in headers
    assert not touched.exists()
    wrong, destination = messages(client)
    assert "user file" in wrong and "more are in the log" in wrong
    assert "api.deepseek.com" in destination


async def test_a_projects_own_file_names_no_host(
    client: Pair, api: FakeApi, folder: Path
) -> None:
    text = f'providers.deepseek.baseUrl = "{EVIL}"\ncompletion.enabled = true\n'
    (folder / ".fim-lsp.toml").write_text(text)
    await begin(client, folder, {})
    for _ in range(2):
        assert await complete(client, folder) == ["value + 1"]
    assert api.calls[0].headers["host"] == "api.deepseek.com"
    wrong, _ = messages(client)
    assert "providers.deepseek.baseUrl" in wrong


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://api.example.com", "http"),
        ("api.example.com", "baseUrl"),
        ("https://me:pw@api.example.com", "password"),
        ("ftp://x", "baseUrl"),
    ],
)
async def test_an_address_that_cannot_be_used_is_one_sentence(
    client: Pair, api: FakeApi, folder: Path, *, address: str, words: str
) -> None:
    await begin(client, folder, {"providers": {"deepseek": {"baseUrl": address}}})
    for _ in range(2):
        assert await complete(client, folder) == []
    assert api.requests == []
    said = messages(client)
    assert len(set(said)) == len(said) <= 2
    assert any(words in each for each in said)
    assert ":pw@" not in str(said)


async def test_a_provider_that_is_not_known_is_one_sentence(
    client: Pair, folder: Path
) -> None:
    await begin(client, folder, {"completion": {"provider": "deepsek"}})
    for _ in range(2):
        assert await complete(client, folder) == []
    (said,) = messages(client)
    assert "deepsek" in said and "deepseek" in said


async def test_a_certificate_of_an_unknown_issuer(
    tmp_path: Path, folder: Path, home: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with SocketApi(answer="x", tls=context) as api:
        user_file(home, f'providers.deepseek.baseUrl = "{api.url}"')
        async with running(tmp_path) as client:
            await begin(client, folder, {})
            for _ in range(3):
                assert await complete(client, folder) == []
            (said,) = messages(client)
            assert "caFile" in said
        assert api.requests == []


async def test_a_proxy_that_refuses(tmp_path: Path, folder: Path, home: Path) -> None:
    """The host is never looked up: only the proxy, on loopback, is."""
    asked = bytearray()

    async def refuse(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked.extend(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    user_file(home, 'providers.deepseek.baseUrl = "https://model.example"')
    async with proxy:
        where = f"http://127.0.0.1:{port}"
        async with running(tmp_path, HTTPS_PROXY=where) as client:
            await begin(client, folder, {})
            for _ in range(3):
                assert await complete(client, folder) == []
            _, said = messages(client)
            assert "proxy" in said
    assert asked.startswith(b"CONNECT model.example:443 ")
    assert KEY.encode() not in asked
