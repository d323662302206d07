"""A project on disk, and an editor that has it open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...harness.pair import Pair
from .editor import CAPABILITIES, Editor


async def begin(
    client: Pair,
    folder: Path,
    *,
    capabilities: Mapping[str, Any] = CAPABILITIES,
    chat: Mapping[str, Any] | None = None,
) -> Editor:
    """An editor with `folder` open; a loopback endpoint, which needs no notice."""
    editor = Editor(client)
    await client.initialize(
        capabilities,
        workspaceFolders=[{"uri": folder.as_uri(), "name": "it"}],
        initializationOptions={
            "providers": {"deepseek": {"baseUrl": "http://localhost:9"}},
            "chat": chat or {},
        },
    )
    return editor


def argument(path: Path, action: str = "simplify") -> dict[str, Any]:
    range_ = {
        "start": {"line": 1, "character": 0},
        "end": {"line": 2, "character": 0},
    }
    return {"action": action, "uri": path.as_uri(), "range": range_}


def put_away(path: Path) -> None:
    path.rename(path.with_name("away.py"))


def opened(client: Pair, path: Path) -> Path:
    client.open(path.read_text(), uri=path.as_uri())
    return path
