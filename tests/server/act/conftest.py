"""An editor that runs chat actions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ...harness.fake_api import FakeApi
from ...harness.pair import Pair, pair
from .editor import ANSWER, CAPABILITIES, Editor


@pytest.fixture
async def editor(raw_client: Pair) -> Editor:
    editor = Editor(raw_client)
    await raw_client.initialize(CAPABILITIES)
    return editor


@pytest.fixture
def api() -> FakeApi:
    """Answers each chat with an edit."""
    return FakeApi(answer=ANSWER)


@pytest.fixture
async def client(api: FakeApi, tmp_path: Path, home: Path) -> AsyncIterator[Pair]:
    """A client of a server with a real session, whose endpoint is `api`."""
    config = home / ".config/fim-lsp/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('trustedHosts = ["localhost"]')
    server = create_server(
        lambda: Session(environ={"DEEPSEEK_API_KEY": "sk-of-nobody"}, transport=api),
        reports_folder=tmp_path / "reports",
    )
    async with pair(server) as client:
        yield client


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of a project on disk."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "main.py").write_text("def f():\n    return 1\n\n\nx = 2\n")
    return folder / "main.py"
