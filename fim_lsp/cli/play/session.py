"""The session that is played: which line comes next, and in which manner."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator

from ...text import Place
from .editor import Editor
from .scenes import Scene
from .stage import Stage
from .typist import Desk, TypingStyle, Typist

READING = 9.0  # seconds for echo to read the workspace
PATIENCE = 3.0  # seconds for one answer meanwhile
STEP = 0.1  # seconds between two looks
FEWEST, MOST = 8, 16  # lines

MANNERS = (
    TypingStyle("Tab takes what is right", accept=True),
    TypingStyle("typing through what is right"),
    TypingStyle("brackets close by themselves", close=True),
    TypingStyle("a slip of the finger", slip=True),
)


async def play(desk: Desk, scenes: Iterator[Scene]) -> None:
    """The manners in turn, and again those that nothing came of, until all are seen."""
    waiting = deque(MANNERS)
    for number in range(MOST):
        if not waiting:
            if number >= FEWEST:
                return
            waiting.extend(MANNERS)
        manner = waiting.popleft()
        scene = next(filter(manner.suits, scenes), None)
        if scene is None or desk.is_over():
            return
        if not await Typist(desk, scene, manner).type():
            waiting.append(manner)


async def ready(editor: Editor, stage: Stage) -> float | None:
    """Wait until the workspace has been read: the seconds, None for too many.

    Asked at the document's end, which is in no comment and in no text.
    """
    lines = editor.document.lines
    editor.place = Place(len(lines) - 1, len(lines[-1].rstrip("\r\n")))
    start = time.monotonic()
    # The first request only begins the reading.
    await editor.complete(invoked=True, patience=PATIENCE)
    while (spent := time.monotonic() - start) < READING:
        await editor.complete(invoked=True, patience=PATIENCE)
        last = await editor.decisions(1)
        if not last or last[0]["reason"] != "echo-building":
            return spent
        stage.wait_with(f"Reading the workspace … {spent:.0f} s")
        await asyncio.sleep(STEP)
    return None
