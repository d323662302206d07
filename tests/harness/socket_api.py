"""The fake endpoint on a loopback socket, in this process or in one of its own.

    async with SocketApi(answer="42") as api:  # api.url
    with SocketApi(answer="42").threaded() as api:

    python -m tests.harness.socket_api --port 0 --answer TEXT [--log FILE] …

The process prints its URL on one line, and ends when its standard input does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import sys
import threading
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import Future
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from .model_script import CutOff, Play, Script, Seen


@dataclass(eq=False)
class SocketApi(Script):
    """A `Script` behind a listening socket.

    `tls` is a server's context.  `connections` counts what was accepted; `log`
    receives a line of JSON for each request and each abort.
    """

    port: int = 0
    tls: ssl.SSLContext | None = None
    log: Path | None = None
    connections: int = 0
    _server: asyncio.Server | None = field(default=None, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._accepted, "127.0.0.1", self.port, ssl=self.tls
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @contextmanager
    def threaded(self) -> Iterator[Self]:
        """The same with an event loop of its own, for tests that have none."""
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

        async def serve() -> None:
            leave = asyncio.Event()
            async with self:
                started.set_result((asyncio.get_running_loop(), leave))
                await leave.wait()
            await asyncio.sleep(0)  # what was closed is gone one round later

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        loop, leave = started.result(timeout=10)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(leave.set)
            thread.join()

    def drop(self) -> None:
        """Close every connection, as an endpoint does with those that are idle."""
        for task in self._tasks:
            task.cancel()

    async def _accepted(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, CutOff):
                first = b""
                while True:
                    seen = await _request(reader, first)
                    self._note(method=seen.method, path=seen.path, body=seen.body)
                    first = await self._answered(seen, reader, writer)
        except asyncio.CancelledError:
            pass  # the server is going down
        finally:
            writer.transport.abort()

    async def _answered(
        self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes:
        """Answers, unless the other side leaves; the first byte of what comes next."""
        gone = asyncio.create_task(reader.read(1))
        sending = asyncio.create_task(self._send(seen, writer))
        try:
            await asyncio.wait((gone, sending), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
                first = await gone
                if first:
                    return first
                raise asyncio.IncompleteReadError(b"", 1)
            self.aborted += 1
            self._note(aborted=seen.path)
            raise ConnectionResetError
        finally:
            for task in (gone, sending):
                task.cancel()
            await asyncio.gather(gone, sending, return_exceptions=True)

    async def _send(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        play = await self.play(seen, self.fault)
        writer.write(_head(play))
        async with aclosing(_framed(play)) as chunks:
            async for chunk in chunks:
                writer.write(chunk)
                await writer.drain()

    def _note(self, **entry: Any) -> None:
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")


async def _request(reader: asyncio.StreamReader, first: bytes) -> Seen:
    head = first + await reader.readuntil(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = line.split(" ")
    headers = {}
    for entry in fields:
        name, _, value = entry.partition(":")
        headers[name.lower()] = value.strip()
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    body = json.loads(content) if content else None
    return Seen(method, path.partition("?")[0], headers, body)


def _head(play: Play) -> bytes:
    headers = {**play.headers, "transfer-encoding": "chunked"}
    lines = [f"HTTP/1.1 {play.status} Fake"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _framed(play: Play) -> AsyncGenerator[bytes, None]:
    async with aclosing(play.chunks) as chunks:
        async for chunk in chunks:
            if chunk:
                yield f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n"
    yield b"0\r\n\r\n"


async def _serve(options: argparse.Namespace) -> None:
    api = SocketApi(
        answer=list(options.answer),
        port=options.port,
        log=options.log,
        key=options.key,
        fault=options.fault,
        status=options.status,
        first_delay=options.first_delay,
        piece_delay=options.piece_delay,
    )
    async with api:
        print(api.url, flush=True)  # noqa: T201 - the caller reads it
        await asyncio.to_thread(sys.stdin.buffer.read)


def main() -> None:
    parser = argparse.ArgumentParser(description="A fake model endpoint on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--answer", action="append", default=[], help="one piece")
    parser.add_argument("--log", type=Path)
    parser.add_argument("--key")
    parser.add_argument("--fault")
    parser.add_argument("--status", type=int, default=200)
    parser.add_argument("--first-delay", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--piece-delay", type=float, default=0.0, metavar="SECONDS")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
