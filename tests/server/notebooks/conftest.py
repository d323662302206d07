"""A client of a server that knows notebooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ...harness.clock import Clock
from ...harness.fake_api import FakeApi
from ...harness.pair import Pair, pair
from .cells import OFFLINE
from .editor import NotebookEditor

CAPABILITIES: dict[str, Any] = {
    "textDocument": {"inlineCompletion": {}},
    "notebookDocument": {"synchronization": {}},
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer="mean()")


@pytest.fixture
async def client(api: FakeApi, clock: Clock, tmp_path: Path) -> AsyncIterator[Pair]:
    server = create_server(
        lambda: Session(environ={}, transport=api, clock=clock, sleep=clock.sleep),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        client.replies["window/workDoneProgress/create"] = lambda _: None
        await client.initialize(
            CAPABILITIES,
            initializationOptions=OFFLINE,
            workspaceFolders=[{"uri": "file:///workspace", "name": "it"}],
        )
        yield client


@pytest.fixture
def editor(client: Pair) -> NotebookEditor:
    return NotebookEditor(client)
