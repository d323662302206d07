"""An editor that shows hints, and one that draws next edits itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ...harness.clock import Clock
from ...harness.pair import Pair, pair
from .editor import APPLIES, DRAWS, Editor


async def no_sleep(seconds: float) -> None:
    """Every wait is over after one turn of the loop."""
    del seconds
    await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def raw(tmp_path: Path) -> AsyncIterator[Pair]:
    server = create_server(
        lambda: Session(environ={}, sleep=no_sleep), reports_folder=tmp_path
    )
    async with pair(server) as client:
        yield client


@pytest.fixture
async def editor(raw: Pair) -> AsyncIterator[Editor]:
    """An editor that has nothing better than a hint."""
    await raw.initialize(APPLIES)
    raw.notifications.clear()
    editor = Editor(raw)
    editor.open()
    yield editor
    await editor.diagnostics()


@pytest.fixture
async def drawing(raw: Pair) -> AsyncIterator[Editor]:
    """An editor that draws next edits by itself."""
    await raw.initialize(DRAWS)
    editor = Editor(raw)
    editor.open()
    yield editor
    await raw.settle()
    raw.notifications.clear()
