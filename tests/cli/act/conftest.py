"""The command `act` on a file, with an endpoint that answers with an edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from ...harness.socket_api import SocketApi
from ..conftest import Run
from .source import ANSWER, SOURCE, Command


@pytest.fixture
def api(api: SocketApi) -> SocketApi:
    api.answer = ANSWER
    return api


@pytest.fixture
def command(
    tmp_path: Path,
    api: SocketApi,
    key: str,
    fim_lsp: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """`fim-lsp act` in a folder with cart.py, with a key and a fake endpoint."""
    del api, key
    monkeypatch.chdir(tmp_path)
    Path("cart.py").write_bytes(SOURCE.encode())
    return lambda *arguments: fim_lsp("act", *arguments)
