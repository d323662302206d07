"""The child process: reads the workspace, then answers questions about it."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from .candidates import Question
from .corpus import ReadLimits, lines_of, read
from .files import Sources
from .frames import HEAD, FrameMessage, length_of, pack, unpack
from .guess import guess

_NICENESS = 10


def main() -> None:
    """Serve the parent over stdin and stdout until it closes them."""
    stdin, stdout = os.fdopen(0, "rb"), os.fdopen(1, "wb", buffering=0)
    messages: queue.SimpleQueue[FrameMessage] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(stdin, messages), daemon=True).start()
    Child(messages, stdout).serve()


def _receive(stdin: BinaryIO, messages: queue.SimpleQueue[FrameMessage]) -> None:
    """Queue what comes; the end of the pipe ends the process at once.

    A thread, because it must notice the parent's end in the middle of a long sort,
    and because pipes cannot be polled on Windows.
    """
    while len(head := stdin.read(HEAD.size)) == HEAD.size:
        messages.put(unpack(stdin.read(length_of(head))))
    os._exit(0)


class Child:
    """The index with its two queues: what was asked, and what is being overlaid."""

    def __init__(
        self, messages: queue.SimpleQueue[FrameMessage], stdout: BinaryIO
    ) -> None:
        self._messages = messages
        self._stdout = stdout
        self._postponed: deque[FrameMessage] = deque()
        self._sources = Sources()
        self._limits = ReadLimits()
        # Overlays being built, by path: a newer text of the same path replaces one.
        self._building: dict[str, Iterator[None]] = {}

    def serve(self) -> None:
        """Read the workspace, then answer for ever."""
        reading = threading.Thread(target=self._read, args=(self._messages.get(),))
        reading.start()
        reading.join()
        self._send({"ready": sum(self._sources.line_counts.values())})
        while True:
            self._take(self._next())

    def _read(self, start: FrameMessage) -> None:
        """Read the workspace, without haste.

        In a thread of its own, because on Linux niceness is a thread's: only the
        indexing is to wait for others, the answers are not.
        """
        if hasattr(os, "nice"):  # on Windows the parent sets the priority class
            os.nice(_NICENESS)
        self._limits = ReadLimits(**start["limits"])
        read(
            self._sources,
            Path(start["start"]),
            near=start["near"] and Path(start["near"]),
            may_read=self._may_read,
            limits=self._limits,
            clock=time.monotonic,
            now=time.time(),
        )

    def _next(self) -> FrameMessage:
        """The next message; while there is none, overlays are built step by step."""
        if self._postponed:
            return self._postponed.popleft()
        while self._building:
            try:
                return self._messages.get_nowait()
            except queue.Empty:
                path, steps = next(iter(self._building.items()))
                if next(steps, self) is self:
                    del self._building[path]
        return self._messages.get()

    def _take(self, message: FrameMessage) -> None:
        match message:
            case {"overlay": path, "lines": lines}:
                self._building[path] = self._sources.overlay(path, lines)
            case {"forget": path}:
                self._forget(path)
            case {"guess": number, "question": question}:
                question["before"] = tuple(question["before"])
                found = guess(self._sources, Question(**question))
                self._send({"answer": number, "guess": found and asdict(found)})

    def _forget(self, path: str) -> None:
        """A closed document: what was saved of it counts, if its file was read."""
        self._building.pop(path, None)
        lines = None
        if self._sources.has_on_disk(path):
            lines = lines_of(Path(path), self._limits)
        if lines is None:
            self._sources.forget(path)
        else:
            self._building[path] = self._sources.overlay(path, lines)

    def _may_read(self, path: Path) -> bool:
        self._send({"ask": str(path)})
        while "may" not in (message := self._messages.get()):
            self._postponed.append(message)
        return bool(message["may"])

    def _send(self, message: FrameMessage) -> None:
        view = memoryview(pack(message))
        while view:
            view = view[self._stdout.write(view) :]
