"""A server with a fake session, and the client that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pygls.protocol import default_converter

from fim_lsp.server.create import create_server

from ..harness.pair import Pair, pair
from .fake_session import FakeSession


@pytest.fixture(scope="session")
def _converter() -> Any:
    return default_converter()  # type: ignore[no-untyped-call]  # pygls


@pytest.fixture(autouse=True)
def _one_converter(_converter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A converter compiles itself as it is used: once is enough for all tests."""
    name = "fim_lsp.server.server.default_converter"
    monkeypatch.setattr(name, lambda: _converter)


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
async def raw_client(session: FakeSession, tmp_path: Path) -> AsyncIterator[Pair]:
    """A client that has not said anything yet."""
    server = create_server(lambda: session, reports_folder=tmp_path / "reports")
    async with pair(server) as client:
        yield client


@pytest.fixture
async def client(raw_client: Pair) -> Pair:
    """A client without any optional capability, initialized."""
    await raw_client.initialize()
    return raw_client
