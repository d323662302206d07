"""Bytes in and out: standard input and output, or one TCP client on loopback.

pygls' own loops block a thread for each line, miss lower-case headers and let a second
TCP client take over the first one's answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import signal
import stat
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from queue import SimpleQueue

from ..errors import InputError
from .protocol import FimProtocol, Writer
from .server import FimServer

_CHUNK = 65_536
_LIMIT = 1_048_576
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Anywhere before the line's end: a body that was not counted stands before it.
_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,18})[ \t\r]*\n\Z", re.IGNORECASE)


def run_stdio(server: FimServer) -> int:
    """Serve the client on standard input and output; the exit code."""
    # What anything prints by mistake must not end up between the messages.
    with contextlib.redirect_stdout(sys.stderr):
        return asyncio.run(_serve_stdio(server))


def run_tcp(
    server: FimServer,
    host: str,
    port: int,
    on_listening: Callable[[str, int], None],
) -> int:
    """Serve the first client that connects to `host:port`, a loopback address."""
    if host not in _LOOPBACK:
        raise InputError(
            f"TCP is for debugging on this machine: use 127.0.0.1 instead of {host}."
        )
    return asyncio.run(serve_tcp(server, host, port, on_listening))


async def converse(
    server: FimServer, reader: asyncio.StreamReader, writer: Writer
) -> int:
    """Talk to one client until either side ends it; the exit code."""
    server.begin(writer)
    tasks = {
        asyncio.create_task(receive_all(server.protocol, reader)),
        asyncio.create_task(server.ended.wait()),
    }
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.close()
    return server.exit_code


async def receive_all(protocol: FimProtocol, reader: asyncio.StreamReader) -> None:
    while (body := await read_message(reader)) is not None:
        protocol.receive(body)
        # What this message started takes its snapshot before the next is applied.
        await asyncio.sleep(0)


async def read_message(reader: asyncio.StreamReader) -> bytes | None:
    """The body of the next message; None at the end of the stream.

    Headers may be in any case.  Bytes that are no message are skipped.
    """
    length: int | None = None
    try:
        while True:
            try:
                line = await reader.readline()
            except ValueError:  # longer than the limit, and dropped by the reader
                continue
            if not line:
                return None
            if found := _LENGTH.search(line):
                length = int(found[1])
            elif length is not None and not line.strip():
                return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def _serve_stdio(server: FimServer) -> int:
    # A descriptor of our own, since `sys.stdout` may be None or redirected.
    with _closing(os.dup(0)) as source, _closing(os.dup(1)) as sink:
        writer = _ThreadWriter(sink)
        try:
            async with _reader(source) as reader:
                _end_on_signals(server)
                return await converse(server, reader, writer)
        finally:
            writer.close()


async def serve_tcp(
    server: FimServer,
    host: str,
    port: int,
    on_listening: Callable[[str, int], None],
) -> int:
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    clients: list[asyncio.StreamWriter] = []

    async def connected(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        clients.append(writer)
        with contextlib.closing(writer):
            if len(clients) == 1:
                done.set_result(await converse(server, reader, writer))

    async with await asyncio.start_server(connected, host, port, limit=_LIMIT) as tcp:
        on_listening(*tcp.sockets[0].getsockname()[:2])
        _end_on_signals(server)
        return await done


def _end_on_signals(server: FimServer) -> None:
    """End in order when asked to: reports are deleted and streams closed."""
    if os.name == "posix":
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.end)


@contextlib.contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.asynccontextmanager
async def _reader(descriptor: int) -> AsyncIterator[asyncio.StreamReader]:
    """A reader of `descriptor`: by the event loop for pipes, else by a thread.

    The loop cannot wait for regular files and devices, nor for anything on Windows.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_LIMIT)
    mode = os.fstat(descriptor).st_mode
    if os.name == "posix" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        pipe = open(descriptor, "rb", buffering=0, closefd=False)  # noqa: SIM115, ASYNC230  the transport closes it
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        with contextlib.closing(transport):
            yield reader
        return
    threading.Thread(
        target=_feed, args=(descriptor, loop, reader), name="stdin", daemon=True
    ).start()
    yield reader


def _feed(
    descriptor: int, loop: asyncio.AbstractEventLoop, reader: asyncio.StreamReader
) -> None:
    """Read `descriptor` to its end; stops quietly when the loop is gone."""
    with contextlib.suppress(RuntimeError, OSError):
        while chunk := os.read(descriptor, _CHUNK):
            loop.call_soon_threadsafe(reader.feed_data, chunk)
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(reader.feed_eof)


class _ThreadWriter:
    """Writes at once where there is room, else in a thread: a client that does not
    read blocks nothing.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queue: SimpleQueue[bytes] = SimpleQueue()
        self._given = 0  # to the thread, and counted by the loop's own one
        self._written = 0  # by the thread
        self._thread = threading.Thread(target=self._run, name="stdout", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        if self._given == self._written and self._has_room(len(data)):
            with contextlib.suppress(OSError):  # the thread will meet it too
                data = data[os.write(self._descriptor, data) :]
        if data:
            self._given += 1
            self._queue.put(data)

    def _has_room(self, size: int) -> bool:
        """Whether so many bytes can be written without waiting, as far as is known."""
        if size > getattr(select, "PIPE_BUF", 0):  # Windows has none
            return False
        return bool(select.select((), (self._descriptor,), (), 0)[1])

    def close(self) -> None:
        """Wait for what is under way, but not for a client that does not read."""
        self._queue.put(b"")
        self._thread.join(timeout=1)

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # the client is gone: so is the need
            while data := self._queue.get():
                self._write_all(memoryview(data))
                self._written += 1

    def _write_all(self, data: memoryview) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                # Standard input and output may be one socket, which does not block.
                select.select((), (self._descriptor,), ())
