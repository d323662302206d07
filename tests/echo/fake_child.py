"""A stand-in for the child process: a script answers on the same streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from fim_lsp.echo.frames import HEAD, FrameMessage, length_of, pack, unpack
from fim_lsp.echo.process import Process

Script = Callable[[FrameMessage], list[FrameMessage]]


class FakeChild:
    """Hears messages as they are written; `script` says what comes back."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: list[FrameMessage] = []
        self.killed = False
        self.stdout = asyncio.StreamReader()
        self.stdin = self

    def write(self, data: bytes) -> None:
        length = length_of(data[: HEAD.size])
        message = unpack(data[HEAD.size : HEAD.size + length])
        self.heard.append(message)
        for answer in self.script(message):
            self.stdout.feed_data(pack(answer))

    def crash(self) -> None:
        self.stdout.feed_eof()

    def close(self) -> None:
        self.crash()

    def kill(self) -> None:
        self.killed = True

    async def wait(self) -> int:
        return 0


class Spawner:
    """Counts the children; each behaves like `script`."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.children: list[FakeChild] = []

    async def __call__(self) -> Process:
        self.children.append(FakeChild(self.script))
        return cast("Process", cast("Any", self.children[-1]))
