"""A server with a fake session, and the client that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from fim_lsp.server.server import create_server

from ..harness.pair import Pair, pair
from .fake_session import FakeSession


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
async def raw_client(session: FakeSession, tmp_path: Path) -> AsyncIterator[Pair]:
    """A client that has not said anything yet."""
    server = create_server(
        lambda: cast("Any", session), reports_folder=tmp_path / "reports"
    )
    async with pair(server) as client:
        yield client


@pytest.fixture
async def client(raw_client: Pair) -> Pair:
    """A client without any optional capability, initialized."""
    await raw_client.initialize()
    return raw_client
