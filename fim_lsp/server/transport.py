"""Bytes in and out: standard input and output, or one TCP client on loopback.

pygls' own loops block a thread for each line, miss lower-case headers and let a second
TCP client take over the first one's answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import stat
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from queue import SimpleQueue

from ..errors import InputError
from .framing import LONGEST_LINE, Framer, TooLong
from .protocol import Writer
from .server import FimServer

# Bytes that are read at once where the loop does not read by itself.
_CHUNK = 65_536
# The addresses at which TCP may listen.
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Seconds that threads have to end once the conversation is over: a thread that reads
# files may be held up by a file system that does not answer.
_LEAVING = 2.0


def run_stdio(server: FimServer) -> int:
    """Serve the client on standard input and output; the exit code."""
    # Text that something prints by mistake must not end up between the messages.
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


# What hands the bytes of a client to the inbox until the context is left.
Attach = Callable[["Inbox"], AbstractAsyncContextManager[None]]


async def converse(server: FimServer, writer: Writer, attach: Attach) -> int:
    """Talk to one client until either side ends it; the exit code."""
    server.begin(writer)
    try:
        async with attach(Inbox(server)):
            await server.ended.wait()
    finally:
        await server.close()
    return server.exit_code


class Inbox(asyncio.Protocol):
    """Hands the messages of one client to the server, one in each step of the loop.

    What a message starts takes its snapshot before the next message is applied: tasks
    that are ready run in order, and the next message is taken behind them.
    """

    def __init__(self, server: FimServer) -> None:
        self._server = server
        self._framer = Framer()
        self._is_waiting = self._is_over = False

    def data_received(self, data: bytes) -> None:
        """Take bytes; the first message in them is handled at once."""
        self._framer.feed(data)
        if not self._is_waiting:
            self._take()

    def eof_received(self) -> None:
        """The client is gone, once what it has sent is handled."""
        self._is_over = True
        if not self._is_waiting:
            self._server.end()

    def connection_lost(self, _error: Exception | None) -> None:
        """As `eof_received`."""
        self.eof_received()

    def _take(self) -> None:
        self._is_waiting = False
        if self._server.ended.is_set():
            return
        try:
            body = self._framer.body()
        except TooLong:
            self._server.protocol.refuse_too_long()
            self._server.end()
            return
        if body is not None:
            self._server.protocol.receive(body)
            self._is_waiting = True
            asyncio.get_running_loop().call_soon(self._take)
        elif self._is_over:
            self._server.end()


async def _serve_stdio(server: FimServer) -> int:
    # A descriptor of our own, since `sys.stdout` may be None or redirected.
    with _closing(os.dup(0)) as source, _closing(os.dup(1)) as sink:
        writer = _ThreadWriter(sink)
        try:
            _end_on_signals(server)
            return await converse(server, writer, partial(_reading, source))
        finally:
            writer.close()
            _leave_soon(server)


def _leave_soon(server: FimServer) -> None:
    """End the process in a moment, even if a thread does not end."""
    timer = threading.Timer(_LEAVING, lambda: os._exit(server.exit_code))
    timer.daemon = True
    timer.start()


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
                attach = partial(_pumping, reader)
                done.set_result(await converse(server, writer, attach))

    async with await asyncio.start_server(
        connected, host, port, limit=LONGEST_LINE
    ) as tcp:
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
async def _reading(descriptor: int, inbox: Inbox) -> AsyncIterator[None]:
    """Read `descriptor`: by the event loop for pipes, else by a thread.

    The loop cannot wait for regular files and devices, nor for anything on Windows.
    """
    loop = asyncio.get_running_loop()
    mode = os.fstat(descriptor).st_mode
    if os.name == "posix" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        pipe = open(descriptor, "rb", buffering=0, closefd=False)  # noqa: SIM115, ASYNC230  the transport closes it
        transport, _ = await loop.connect_read_pipe(lambda: inbox, pipe)
        with contextlib.closing(transport):
            yield
        return
    threading.Thread(
        target=_feed, args=(descriptor, loop, inbox), name="stdin", daemon=True
    ).start()
    yield


@contextlib.asynccontextmanager
async def _pumping(reader: asyncio.StreamReader, inbox: Inbox) -> AsyncIterator[None]:
    """Hand on what `reader` gets."""

    async def pump() -> None:
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(_CHUNK):
                inbox.data_received(chunk)
        inbox.eof_received()

    task = asyncio.create_task(pump())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _feed(descriptor: int, loop: asyncio.AbstractEventLoop, inbox: Inbox) -> None:
    """Read `descriptor` to its end; stops quietly when the loop is gone."""
    with contextlib.suppress(RuntimeError, OSError):
        while chunk := os.read(descriptor, _CHUNK):
            loop.call_soon_threadsafe(inbox.data_received, chunk)
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(inbox.eof_received)


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
        """Whether `size` bytes can surely be written without waiting."""
        if size > getattr(select, "PIPE_BUF", 0):  # Windows has none
            return False
        return bool(select.select((), (self._descriptor,), (), 0)[1])

    def close(self) -> None:
        """Wait for what is under way, but not for a client that does not read."""
        self._queue.put(b"")
        self._thread.join(timeout=1)

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # the client is gone
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
