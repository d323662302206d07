"""Echo in a project, with a scripted child process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fim_lsp.echo.echo import Echo
from fim_lsp.echo.frames import FrameMessage
from fim_lsp.text import Document, Place, document

from .fake_child import Script, Spawner

FOLDER = Path("/project") if Path("/").anchor == "/" else Path("C:/project")
HOME = FOLDER.parent / "homes" / "me"
URI = (FOLDER / "main.py").as_uri()
GUESS = {"text": "open(name)", "confidence": 0.9, "source": "b.py:3", "support": 2}


def scripted(lines: int = 500, guess: Any = GUESS) -> Script:
    def answer(message: FrameMessage) -> list[FrameMessage]:
        match message:
            case {"start": _}:
                return [{"ready": lines}]
            case {"guess": number}:
                return [{"answer": number, "guess": guess}]
        return []

    return answer


def document_ending(text: str = "x = ", uri: str = URI) -> tuple[Document, Place]:
    made = document(uri, "python", 1, text)
    last = len(made.lines) - 1
    return made, Place(last, len(made.lines[last]))


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def running_echo(spawner: Spawner, **changes: Any) -> AsyncIterator[Echo]:
    options = {"may_read": lambda _: True, "sleep": at_once, "home": HOME}
    echo = Echo(changes.pop("folder", FOLDER), spawn=spawner, **{**options, **changes})
    try:
        yield echo
    finally:
        await echo.aclose()
