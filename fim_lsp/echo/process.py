"""The server's end of the echo child: start it, ask it, end it with us."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from .candidates import Question
from .corpus import ReadLimits
from .frames import HEAD, FrameMessage, length_of, pack, unpack
from .guess import Guess

# Environment variables that the child gets: where programs, libraries, the home and
# temporary files are, and the language.
_PASSED = frozenset(
    {
        *("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE"),
        *("APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "TMPDIR", "LANG", "TZ"),
        *("VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    }
)
_PASSED_PREFIXES = ("LC_", "PYTHON", "XDG_")

_log = logging.getLogger(__name__)


class Process(Protocol):
    """What of `asyncio.subprocess.Process` is used, so that tests can stand in."""

    @property
    def stdin(self) -> asyncio.StreamWriter | None: ...
    @property
    def stdout(self) -> asyncio.StreamReader | None: ...
    def kill(self) -> None: ...
    async def wait(self) -> int: ...


Spawn = Callable[[], Awaitable[Process]]


async def spawn_child() -> Process:
    """Start `python -m fim_lsp.echo` at low priority.

    `-P` keeps the working folder, which may be anybody's project, off its path.
    """
    flags = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) | getattr(
        subprocess, "CREATE_NO_WINDOW", 0
    )
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "fim_lsp.echo",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=flags,
        env=child_environment(os.environ),
    )


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What of the environment Python needs to start; no key is part of it."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in _PASSED or name.upper().startswith(_PASSED_PREFIXES)
    }


class Link:
    """One running child.

    `ready` is the number of lines that can be searched, once that is known; 0 when
    the child ends before.
    """

    def __init__(self, process: Process, may_read: Callable[[Path], bool]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._may_read = may_read
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Guess | None]] = {}
        self.ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._listener = asyncio.create_task(self._listen())

    @property
    def ended(self) -> bool:
        return self._listener.done()

    def start(self, folder: Path, near: Path | None, limits: ReadLimits) -> None:
        self._say(
            {
                "start": str(folder),
                "near": str(near) if near else None,
                "limits": asdict(limits),
            }
        )

    def overlay(self, path: str, lines: list[str]) -> None:
        self._say({"overlay": path, "lines": lines})

    def forget(self, path: str) -> None:
        self._say({"forget": path})

    async def guess(self, question: Question) -> Guess | None:
        """The child's answer; None when it has ended, or ends meanwhile."""
        if self.ended:
            return None
        number = next(self._numbers)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Guess | None] = loop.create_future()
        self._waiting[number] = answer
        try:
            self._say({"guess": number, "question": asdict(question)})
            return await answer
        finally:
            del self._waiting[number]

    async def aclose(self) -> None:
        """End the child and wait until it is gone."""
        self._listener.cancel()
        with suppress(asyncio.CancelledError):
            await self._listener
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._stdin.close()

    def _say(self, message: FrameMessage) -> None:
        if not self.ended:
            self._stdin.write(pack(message))

    async def _listen(self) -> None:
        try:
            while True:
                head = await self._stdout.readexactly(HEAD.size)
                body = await self._stdout.readexactly(length_of(head))
                self._hear(unpack(body))
        except (asyncio.IncompleteReadError, OSError, ValueError) as error:
            _log.warning("echo: the child process ended: %s", type(error).__name__)
        finally:
            if not self.ready.done():
                self.ready.set_result(0)
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_result(None)

    def _hear(self, message: FrameMessage) -> None:
        match message:
            case {"ask": path}:
                self._say({"may": self._may_read(Path(path))})
            case {"ready": lines}:
                if not self.ready.done():
                    self.ready.set_result(lines)
            case {"answer": number, "guess": found}:
                answer = self._waiting.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(Guess(**found) if found else None)
