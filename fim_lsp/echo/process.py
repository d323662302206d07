"""The server's side of the echo child process: start it, ask it, end it."""

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

# The environment variables that the child process gets: where programs, libraries, the
# home folder and temporary files are, and the language.
_PASSED = frozenset(
    {
        *("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE"),
        *("APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "TMPDIR", "LANG", "TZ"),
        *("VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    }
)
# Beginnings of further variables that it gets.
_PASSED_PREFIXES = ("LC_", "PYTHON", "XDG_")

_log = logging.getLogger(__name__)


class Process(Protocol):
    """The part of `asyncio.subprocess.Process` that is used; tests have their own."""

    @property
    def stdin(self) -> asyncio.StreamWriter | None: ...
    @property
    def stdout(self) -> asyncio.StreamReader | None: ...
    def kill(self) -> None: ...
    async def wait(self) -> int: ...


Spawn = Callable[[], Awaitable[Process]]


async def spawn_child() -> Process:
    """Start `python -m fim_lsp.echo` at low priority.

    `-P` keeps Python from importing modules out of the working folder, which may be
    anybody's project.
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
    """The variables of `environ` that Python needs to start; no key is among them."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in _PASSED or name.upper().startswith(_PASSED_PREFIXES)
    }


class Link:
    """One running child process.

    may_read: answers whether the child may read a file or enter a folder.

    `ready` becomes the number of lines that can be searched; 0 where the child ends
    before that is known.
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
        """Whether the child process has ended."""
        return self._listener.done()

    def start(self, folder: Path, near: Path | None, limits: ReadLimits) -> None:
        """Let the child read `folder`, the files around the file `near` first."""
        self._say(
            {
                "start": str(folder),
                "near": str(near) if near else None,
                "limits": asdict(limits),
            }
        )

    def overlay(self, path: str, lines: list[str]) -> None:
        """Let the child search these lines instead of the file `path`."""
        self._say({"overlay": path, "lines": lines})

    def forget(self, path: str) -> None:
        """Let the child search the file `path` itself again."""
        self._say({"forget": path})

    async def guess(self, question: Question) -> Guess | None:
        """The child's guess; None where it has none, has ended, or ends meanwhile."""
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
        """End the child process and wait until it is gone."""
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
        """Do what a message of the child asks for or tells."""
        match message:
            case {"ask": path}:
                self._say({"may": self._may_read(Path(path))})
            case {"ready": lines}:
                if not self.ready.done():
                    self.ready.set_result(lines)
            case {"answer": number, "guess": guess}:
                answer = self._waiting.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(_guess_of(guess) if guess else None)


def _guess_of(fields: FrameMessage) -> Guess:
    """The guess of an answer; JSON has lists where a guess has tuples."""
    return Guess(**{**fields, "ends": tuple(fields.get("ends", ()))})
