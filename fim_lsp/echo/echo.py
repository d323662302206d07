"""Echo for one workspace folder, as the rest of the program uses it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from ..privacy import redact
from ..text import Document, Place, bare_line, path_of
from .candidates import question_at
from .corpus import ReadLimits, is_workspace
from .guess import Guess
from .manners import FEWEST_LINES, Manners, Memory, nowhere
from .place import is_silent
from .process import Link, Spawn, spawn_child

_log = logging.getLogger(__name__)

# Seconds without a change after which open documents become searchable.
_IDLE = 1.0
# How often a child process that has crashed is started again; then echo is silent.
_RESTARTS = 2
# Seconds of that silence, from the last start.
_SILENCE = 600.0


class Echo:
    """Completes from the text in the files of `folder`.

    may_read: whether a file may be read, or a folder entered; called on the event loop.
    memory: keeps the manners of this workspace between runs of the server.
    limits: how much is read.
    home: the user's home folder, which is never read.

    Nothing is read and no process runs before the first `guess` or `ready`.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        may_read: Callable[[Path], bool],
        memory: Memory | None = None,
        limits: ReadLimits | None = None,
        home: Path | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        spawn: Spawn = spawn_child,
    ) -> None:
        home = home or Path.home()
        self._folder = folder if folder and is_workspace(folder, home) else None
        self._may_read = may_read
        self._memory = memory or nowhere()
        self._manners = self._memory.load()
        self._limits = limits or ReadLimits()
        self._sleep = sleep
        self._clock = clock
        self._spawn = spawn
        self._open: dict[str, Document] = {}
        self._stale: set[str] = set()
        self._starts = 0
        self._started_at = 0.0
        self._link: Link | None = None
        self._starting: asyncio.Task[None] | None = None
        self._idling: asyncio.Task[None] | None = None
        self._closed = False

    async def guess(
        self, document: Document, place: Place, *, invoked: bool
    ) -> Guess | None:
        """What most likely follows at `place`.

        None where no guess is sure enough, while the index is being built, where echo
        is silent, and where the line would look like a secret.
        """
        path = self._path_in_folder(document.uri)
        if path is None or self.is_resting or is_silent(document, place):
            return None
        self._ensure_started(path)
        link = self._link
        if link is None or not _is_enough(link):
            return None
        threshold = self._manners.threshold(invoked=invoked)
        guess = await link.guess(question_at(document, place, path, threshold))
        if guess is None:
            return None
        whole = document.lines[place.line][: place.column] + guess.text
        return guess if redact(whole) == whole else None

    @property
    def reads(self) -> bool:
        """Whether the folder may be read: home folders and drives never are."""
        return self._folder is not None

    @property
    def building(self) -> bool:
        """Whether the files of the folder are being read now."""
        link = self._link
        if link is None:
            return self._starting is not None and not self._starting.done()
        return not link.ready.done()

    @property
    def is_small(self) -> bool:
        """Whether the folder is read and has too few lines to hold repetitions."""
        link = self._link
        if link is None or link.ended or not link.ready.done():
            return False
        return not _is_enough(link)

    @property
    def is_resting(self) -> bool:
        """Whether echo is silent today, because too many guesses were wrong."""
        return self._manners.off_on == self._today()

    async def ready(self, near: Path | None = None) -> bool:
        """Wait until the folder is read; False where there will be no guesses.

        near: the file that the user edits; files around it are read first.
        """
        self._ensure_started(near)
        if self._starting is not None:
            await asyncio.shield(self._starting)
        if self._link is None:
            return False
        await asyncio.shield(self._link.ready)
        return _is_enough(self._link)

    @property
    def lines(self) -> int:
        """How many lines of files can be searched; 0 while that is not known."""
        ready = self._link and self._link.ready
        return ready.result() if ready and ready.done() else 0

    def overlay(self, document: Document) -> None:
        """A document was opened or changed: once typing rests, it is searched as it is
        in the editor.
        """
        if self._path_in_folder(document.uri) is None:
            return
        self._open[document.uri] = document
        self._stale.add(document.uri)
        if self._link is not None:
            self._rest()

    def forget(self, uri: str) -> None:
        """A document was closed: from now on, its file is searched."""
        self._open.pop(uri, None)
        self._stale.discard(uri)
        path = self._path_in_folder(uri)
        if self._link is not None and path is not None:
            self._link.forget(str(path))

    def accepted(self) -> None:
        """A guess was accepted."""
        self._learn(self._manners.after_accepted())

    def typed_against(self) -> None:
        """A guess was shown, and something else was typed."""
        self._learn(self._manners.after_typed_against(self._today()))

    async def aclose(self) -> None:
        """End the child process."""
        self._closed = True
        for task in (self._starting, self._idling):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        if self._link is not None:
            await self._link.aclose()
            self._link = None

    def _ensure_started(self, near: Path | None) -> None:
        """Start the child process, unless it runs or has crashed too often."""
        crashed = self._link is not None and self._link.ended
        if self._closed or self._folder is None:
            return
        if self._starting is None or (crashed and self._starting.done()):
            if self._starts > _RESTARTS:
                if self._clock() - self._started_at < _SILENCE:
                    return
                self._starts = 0
            self._starts += 1
            self._started_at = self._clock()
            self._starting = asyncio.create_task(self._start(self._folder, near))

    async def _start(self, folder: Path, near: Path | None) -> None:
        if self._link is not None:
            crashed, self._link = self._link, None
            await crashed.aclose()
        try:
            process = await self._spawn()
        except OSError as error:
            _log.warning("echo: no child process: %s", error)
            return
        self._link = Link(process, self._may_read)
        self._link.start(folder, near, self._limits)
        self._stale.update(self._open)
        self._rest()

    def _rest(self) -> None:
        """Send changed documents to the child process once typing rests."""
        if self._idling is None or self._idling.done():
            self._idling = asyncio.create_task(self._send_when_idle())

    async def _send_when_idle(self) -> None:
        while self._stale:
            before = dict(self._open)
            await self._sleep(_IDLE)
            if before == self._open and self._link is not None:
                for uri in self._stale:
                    self._send(self._link, self._open[uri])
                self._stale.clear()

    def _send(self, link: Link, document: Document) -> None:
        path = self._path_in_folder(document.uri)
        size = sum(map(len, document.lines))
        if path and size <= self._limits.file_bytes and self._may_read(path):
            link.overlay(str(path), [bare_line(line) for line in document.lines])

    def _today(self) -> str:
        return datetime.fromtimestamp(self._clock()).astimezone().date().isoformat()

    def _learn(self, manners: Manners) -> None:
        self._manners = manners
        self._memory.save(manners)

    def _path_in_folder(self, uri: str) -> Path | None:
        path = path_of(uri)
        if path is None or self._folder is None:
            return None
        return path if path.is_relative_to(self._folder) else None


def _is_enough(link: Link) -> bool:
    """Whether the index is ready and has enough lines to hold repetitions."""
    return link.ready.done() and link.ready.result() >= FEWEST_LINES
