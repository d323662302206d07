"""A model server on this machine that still loads its model when a file is opened."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from tests.harness.http_server import Call, Respond, Response, running
from tests.harness.model_answers import error, models
from tests.harness.raw_client import RawClient, spawn

LOADING = 4.0  # seconds that the model takes to load
URI = "file:///tmp/cold/a.py"
TEXT = "import os\n\nvalues = [1, 2]\ntotal = "
ANSWER = "sum(values)"
PATHS = {"/api/generate", "/infill"}


def cold_ollama() -> Respond:
    """The first call loads the model, and every call waits until it is loaded."""
    began: list[float] = []

    def respond(call: Call) -> Response:
        match call.path:
            case "/v1/models":
                return models("qwen2.5-coder:7b", owner="library")
            case "/api/ps":
                return Response({"models": []})
            case "/api/generate":
                began.append(time.monotonic())
                time.sleep(max(0.0, began[0] + LOADING - time.monotonic()))
                answer = {"model": "qwen2.5-coder:7b", "response": ANSWER, "done": True}
                return Response(answer, kind="application/x-ndjson")
        return Response("404 page not found", 404, "text/plain")

    return respond


def cold_llama_cpp(*, lists: bool) -> Respond:
    """Refuses with 503 for some seconds; newer ones list their model before that."""
    asked: list[float] = []

    def respond(call: Call) -> Response:
        asked.append(time.monotonic())
        if call.path.endswith("/models") and lists:
            return models("qwen2.5-coder.gguf", owner="llamacpp")
        if time.monotonic() < asked[0] + LOADING:
            return error(503, "Loading model", type="unavailable_error")
        if call.path.endswith("/models"):
            return models("qwen2.5-coder.gguf", owner="llamacpp")
        return Response({"content": ANSWER, "stop": True})

    return respond


CONFIG = """\
[completion]
provider = "mine"
[providers.mine]
baseUrl = "{url}"
dialect = "{dialect}"
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


async def watch(url: str, dialect: str, home: dict[str, str], *, status: bool) -> Any:
    """Open a file and ask at once; what was heard until the answer, and the answer."""
    config = Path(home["XDG_CONFIG_HOME"]) / "fim-lsp/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(CONFIG.format(url=url, dialect=dialect))
    async with spawn(home) as client:
        capabilities: dict[str, Any] = {"textDocument": {"inlineCompletion": {}}}
        if status:
            capabilities["experimental"] = {"fimLspStatus": True}
        await client.initialize(capabilities=capabilities)
        item = {"uri": URI, "languageId": "python", "version": 1, "text": TEXT}
        await client.send(method="textDocument/didOpen", params={"textDocument": item})
        await asyncio.sleep(1)  # the user looks at the file; the warm-up has begun
        return await until_answered(client)


async def until_answered(client: RawClient) -> tuple[str, list[dict[str, Any]]]:
    params = {
        "textDocument": {"uri": URI},
        "position": {"line": 3, "character": 8},
        "context": {"triggerKind": 2},
    }
    await client.send(id=1, method="textDocument/inlineCompletion", params=params)
    items = (await client.answer(1))["result"]["items"]
    return items[0]["insertText"] if items else "", client.heard


def messages(heard: list[dict[str, Any]]) -> list[str]:
    return [
        message["params"]["message"]
        for message in heard
        if message.get("method") == "window/showMessage"
    ]


SERVERS = [
    pytest.param(cold_ollama, "ollama", id="Ollama"),
    pytest.param(lambda: cold_llama_cpp(lists=True), "infill", id="llama.cpp"),
    pytest.param(lambda: cold_llama_cpp(lists=False), "infill", id="old llama.cpp"),
]


@pytest.mark.parametrize(("make", "dialect"), SERVERS)
def test_the_status_tells_the_seconds_and_the_first_answer_appears(
    make: Any, dialect: str, home: dict[str, str]
) -> None:
    with running(make()) as server:
        text, heard = asyncio.run(watch(server.url, dialect, home, status=True))
        asked = [call for call in server.seen if call.path in PATHS]
    assert text == ANSWER
    told = [
        message["params"]["message"]
        for message in heard
        if message.get("method") == "fim-lsp/status"
        and message["params"]["reason"] == "loading"
    ]
    assert any("mine is loading its model (2 s)" in sentence for sentence in told)
    assert messages(heard) == []
    assert_one_empty_warm_up(asked)


@pytest.mark.parametrize(("make", "dialect"), SERVERS[:2])
def test_an_editor_without_a_status_hears_one_message_at_most(
    make: Any, dialect: str, home: dict[str, str]
) -> None:
    with running(make()) as server:
        text, heard = asyncio.run(watch(server.url, dialect, home, status=False))
    assert text == ANSWER
    assert len(messages(heard)) <= 1


def assert_one_empty_warm_up(calls: list[Call]) -> None:
    """Of different requests one asks for one token, without a word of the document."""
    bodies = {str(sorted(call.body.items(), key=str)): call.body for call in calls}
    short = [
        body
        for body in bodies.values()
        if 1 in (body.get("n_predict"), body.get("options", {}).get("num_predict"))
    ]
    assert len(short) == 1
    assert "values" not in str(short[0])
    assert "import" not in str(short[0])
