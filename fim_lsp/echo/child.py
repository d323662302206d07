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

# The niceness with which the workspace is read, on Unix.
_NICENESS = 10

# The end of the steps that make an open document searchable.
_DONE = object()


def main() -> None:
    """Serve the parent process over stdin and stdout until it closes them."""
    stdin, stdout = os.fdopen(0, "rb"), os.fdopen(1, "wb", buffering=0)
    messages: queue.SimpleQueue[FrameMessage] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(stdin, messages), daemon=True).start()
    Child(messages, stdout).serve()


def _receive(stdin: BinaryIO, messages: queue.SimpleQueue[FrameMessage]) -> None:
    """Queue the messages that come; where the pipe ends, end the process at once.

    This runs in a thread of its own: the end of the parent process must be noticed in
    the middle of a long sort, and Windows cannot poll pipes.
    """
    while len(head := stdin.read(HEAD.size)) == HEAD.size:
        messages.put(unpack(stdin.read(length_of(head))))
    os._exit(0)


class Child:
    """The index, the messages that wait, and the open documents that are not yet in
    the index.
    """

    def __init__(
        self, messages: queue.SimpleQueue[FrameMessage], stdout: BinaryIO
    ) -> None:
        self._messages = messages
        self._stdout = stdout
        self._postponed: deque[FrameMessage] = deque()
        self._sources = Sources()
        self._limits = ReadLimits()
        # What is left to do for the open documents, by path.  A newer text of the same
        # path replaces an older one.
        self._building: dict[str, Iterator[None]] = {}

    def serve(self) -> None:
        """Read the workspace, then answer questions until the process is ended."""
        reading = threading.Thread(target=self._read, args=(self._messages.get(),))
        reading.start()
        reading.join()
        self._send({"ready": sum(self._sources.line_counts.values())})
        while True:
            self._take(self._next())

    def _read(self, start: FrameMessage) -> None:
        """Read the workspace at low priority.

        This runs in a thread of its own, because on Linux each thread has its own
        priority: the reading gives way to other processes, the answers do not.
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
        """The next message.  While there is none, open documents are made searchable,
        step by step.
        """
        if self._postponed:
            return self._postponed.popleft()
        while self._building:
            try:
                return self._messages.get_nowait()
            except queue.Empty:
                path, steps = next(iter(self._building.items()))
                if next(steps, _DONE) is _DONE:
                    del self._building[path]
        return self._messages.get()

    def _take(self, message: FrameMessage) -> None:
        """Do what a message asks for."""
        match message:
            case {"overlay": path, "lines": lines}:
                self._building[path] = self._sources.overlay(path, lines)
            case {"forget": path}:
                self._forget(path)
            case {"guess": number, "question": question}:
                question["before"] = tuple(question["before"])
                answer = guess(self._sources, Question(**question))
                self._send({"answer": number, "guess": answer and asdict(answer)})

    def _forget(self, path: str) -> None:
        """Search the file of a closed document again, if the file was read."""
        self._building.pop(path, None)
        lines = None
        if self._sources.has_on_disk(path):
            lines = lines_of(Path(path), self._limits)
        if lines is None:
            self._sources.forget(path)
        else:
            self._building[path] = self._sources.overlay(path, lines)

    def _may_read(self, path: Path) -> bool:
        """Ask the server, which knows the user's privacy settings."""
        self._send({"ask": str(path)})
        while "may" not in (message := self._messages.get()):
            self._postponed.append(message)
        return bool(message["may"])

    def _send(self, message: FrameMessage) -> None:
        view = memoryview(pack(message))
        while view:
            view = view[self._stdout.write(view) :]
