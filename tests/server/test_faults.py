"""An endpoint that fails: quiet, said once, and forgotten once it works again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ..harness.clock import Clock
from ..harness.fake_api import FakeApi, Fault
from ..harness.pair import Pair, pair
from .test_with_a_model import no_sleep

FAULTS: tuple[Fault, ...] = (
    *("refuse", "reset", "html", "redirect", "garbage", "bad_utf8", "cut"),
    *("no_done", "error_in_stream"),
)
MAIN = "file:///workspace/main.py"
INFO = 3  # the kind of a message
MINUTES = 400.0  # seconds, longer than any back-off


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer="value + 1")


@pytest.fixture
async def client(api: FakeApi, clock: Clock, tmp_path: Path) -> AsyncIterator[Pair]:
    """A client without ghost text from anywhere but the endpoint."""
    server = create_server(
        lambda: Session(
            environ={"DEEPSEEK_API_KEY": "sk-of-nobody"},
            transport=api,
            clock=clock,
            sleep=no_sleep,
        ),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        await client.initialize(
            {"textDocument": {"inlineCompletion": {}}},
            initializationOptions={"fallback": [], "completion": {"model": "m"}},
        )
        yield client


async def complete(client: Pair, name: str, *, kind: int = 2) -> list[str]:
    """What is offered behind `name =`, in a document of its own each time."""
    text = f"def f(value):\n    {name} = \n    return value\n"
    client.open(text, uri=MAIN)
    params = {
        "textDocument": {"uri": MAIN},
        "position": {"line": 1, "character": len(name) + 7},
        "context": {"triggerKind": kind},
    }
    result = await client.request("textDocument/inlineCompletion", params)
    return [item["insertText"] for item in result["items"]]


def messages(client: Pair) -> list[Any]:
    """What was shown so far, taken away."""
    shown = [params for method, params in client.notifications if "Message" in method]
    client.notifications.clear()
    return shown


@pytest.mark.parametrize("has_worked", [True, False])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_on_the_wire(
    client: Pair, api: FakeApi, clock: Clock, *, fault: Fault, has_worked: bool
) -> None:
    """One failed request says nothing, a pause at most one sentence."""
    if has_worked:
        await complete(client, "first")
        messages(client)
    api.fault = fault
    await complete(client, "once")
    said = messages(client)
    assert [each["type"] for each in said] == ([] if has_worked else [INFO])
    for name in ("twice", "thrice", "again"):
        await complete(client, name)
    said = messages(client)
    # What has worked and is out of reach comes back by itself.
    assert len(said) == (fault == "redirect" or not has_worked)
    assert all(each["message"].startswith("fim-lsp: ") for each in said)
    sent = len(api.calls)
    assert await complete(client, "paused") == []
    assert len(api.calls) == sent
    api.fault = None
    clock.now += MINUTES
    assert await complete(client, "mended") == ["value + 1"]
    assert messages(client) == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_invoked_request_tries_during_a_pause(
    client: Pair, api: FakeApi, fault: Fault
) -> None:
    api.fault = fault
    for name in ("one", "two", "three"):
        await complete(client, name)
    api.fault = None
    assert await complete(client, "four", kind=1) == ["value + 1"]
    assert await complete(client, "five") == ["value + 1"]
    messages(client)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "key-refused"),
        (402, "balance"),
        (429, "rate-limited"),
        (400, "failed"),
        (404, "failed"),
        (500, "failed"),
        (503, "back-off"),
    ],
)
async def test_a_refusal(
    client: Pair, api: FakeApi, clock: Clock, status: int, reason: str
) -> None:
    api.status = status
    assert await complete(client, "one") == []
    assert await complete(client, "two") == []
    (newest,) = client.server.session.engine.decisions(None, 1)
    assert newest.reason == reason
    destination, *rest = messages(client)
    assert "api.deepseek.com" in destination["message"]
    assert len(rest) == (status in {401, 402, 429})
    # The endpoint's own words name the cause best.
    assert all('"It did not work."' in str(each) for each in rest)
    api.status = 200
    clock.now += MINUTES
    await complete(client, "asks for the balance again", kind=1)
    await client.settle()
    # A key that was refused is not tried again.
    offered = [] if status == 401 else ["value + 1"]
    assert await complete(client, "mended", kind=1) == offered
    assert messages(client) == []


async def test_an_action_says_each_time_why_it_failed(
    client: Pair, api: FakeApi
) -> None:
    api.status = 401
    client.open("x = 1\n", uri=MAIN)
    start = {"line": 0, "character": 0}
    argument = {
        "action": "explain",
        "uri": MAIN,
        "range": {"start": start, "end": {"line": 1, "character": 0}},
    }
    params = {"command": "fim-lsp.act", "arguments": [argument]}
    for _ in range(2):
        result = await client.request("workspace/executeCommand", params)
        assert "key" in result["message"]
        assert result["message"] in str(messages(client))
