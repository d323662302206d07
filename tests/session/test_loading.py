"""A server on this machine that loads its model: what the user sees, and who begins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.session.session import Session
from fim_lsp.session.status import Status
from fim_lsp.text import document

from ..api.support import eventually
from ..harness.clock import Clock
from ..harness.fake_api import FakeApi

LOCAL = {
    "completion": {"provider": "mine"},
    "providers": {
        "mine": {"baseUrl": "http://127.0.0.1:8012", "dialect": "openai-suffix"}
    },
}
PRICED = {
    "baseUrl": "http://127.0.0.1:8012",
    "prices": {"home-made": {"input": 1, "output": 1}},
}
FILE = document("file:///project/a.py", "python", 1, "import os\n")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fim_lsp.api.warm_up.WARM_UP_AFTER", 0.0)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer="x", models=["home-made"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def session(api: FakeApi, clock: Clock) -> AsyncIterator[Session]:
    session = Session(environ={}, transport=api, clock=clock, now=clock)
    session.settings.set_editor(LOCAL)
    yield session
    await session.aclose()


async def test_opening_a_file_has_the_model_loaded_once_without_its_text(
    session: Session, api: FakeApi
) -> None:
    session.warm_model(FILE, None)
    session.warm_model(FILE, None)
    await eventually(lambda: len(api.calls) == 1)
    body = api.calls[0].body
    assert (body["prompt"], body["max_tokens"]) == ("", 1)
    assert "suffix" not in body


@pytest.mark.parametrize(
    "settings",
    [
        {"completion": {"provider": "mine", "enabled": False}},
        {"completion": {"provider": "mine", "trigger": "manual"}},
        {"providers": {"mine": {"baseUrl": "https://llm.example.com"}}},
        {"providers": {"mine": PRICED}},
        {"privacy": {"exclude": ["*.py"]}},
    ],
)
async def test_nothing_is_warmed_up_that_costs_or_may_not_be_asked(
    settings: dict[str, Any], session: Session, api: FakeApi
) -> None:
    session.settings.set_editor(merged(LOCAL, settings))
    session.warm_model(FILE, Path("/project"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert api.requests == []


async def test_a_key_means_that_nothing_is_asked_unasked(
    api: FakeApi, clock: Clock
) -> None:
    environ = {"MINE_KEY": "k", "FIM_LSP_PROVIDERS_MINE_API_KEY_ENV": "MINE_KEY"}
    session = Session(environ=environ, transport=api, clock=clock, now=clock)
    session.settings.set_editor(LOCAL)
    session.warm_model(FILE, None)
    for _ in range(20):
        await asyncio.sleep(0)
    assert api.requests == []
    await session.aclose()


async def test_the_status_says_for_how_long_a_model_has_been_loading(
    session: Session, api: FakeApi, clock: Clock
) -> None:
    heard: list[Status] = []
    session.on_status = heard.append
    api.hold = asyncio.Event()
    session.warm_model(FILE, None)
    await eventually(lambda: bool(api.calls))
    assert session.status().kind == "normal"
    await clock.advance(12)
    loading = session.status()
    assert (loading.kind, loading.reason) == ("busy", "loading")
    assert loading.message == "mine is loading its model (12 s)."
    api.hold.set()
    await eventually(lambda: bool(heard))
    assert heard[-1].kind == "normal"


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """`one` with the settings of `other`, table by table, providers one by one."""
    both = dict(one)
    for key, value in other.items():
        mine = both.get(key)
        both[key] = mine | value if isinstance(mine, dict) else value
    return both
