"""Handshakes on the way of a request, after the one before it was closed early.

A TLS endpoint behind a relay that holds every piece for half a round trip.  A
request is streamed, closed after its first token, and followed by the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import trustme

from fim_lsp.api.client import ApiClient
from fim_lsp.api.keys import Key
from fim_lsp.api.presets import resolve
from fim_lsp.api.requests import FimRequest
from fim_lsp.settings import Layer, parse
from tests.harness.socket_api import SocketApi

from .tables import NoAnswersError, Part, Table, at_most, median, milliseconds

ROUND_TRIP = 0.050
REQUESTS = 12
PAUSE = 0.4  # seconds between requests: a fast typist's next one
PIECES = ["first ", *("more " for _ in range(400))]

Ask = Callable[[], Awaitable[None]]


def run(requests: int = REQUESTS) -> Part:
    return asyncio.run(_run(requests))


async def _run(requests: int) -> Part:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with tempfile.TemporaryDirectory() as folder:
        certificate = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(certificate))
        api = SocketApi(answer=PIECES, piece_delay=0.01, tls=context)
        rows, late = [], {}
        async with api, _relay(api.port) as relay:
            url = f"https://127.0.0.1:{relay.port}"
            async with (
                _ours(url, certificate) as ours,
                _naive(url, certificate) as naive,
            ):
                for name, ask in (("fim-lsp", ours), ("naive", naive)):
                    times, late[name] = await _measured(ask, relay, requests)
                    row = (name, f"{late[name]} of {len(times)}", milliseconds(times))
                    rows.append((*row, f"{median(times) / ROUND_TRIP:.1f}"))
    head = ("client", "waited for a handshake", "to the first token, ms", "round trips")
    title = f"After early closes, TLS, {1000 * ROUND_TRIP:.0f} ms round trip"
    goal = at_most("requests that waited for a handshake", 0, late["fim-lsp"])
    return Part((Table(title, head, tuple(rows)),), (goal,))


async def _measured(ask: Ask, relay: _Relay, requests: int) -> tuple[list[float], int]:
    """Seconds to the first token, and how many connections those waited for."""
    times, waited = [], 0
    await ask()
    for _ in range(requests):
        await asyncio.sleep(PAUSE)
        relay.opened.clear()
        start = time.perf_counter()
        await ask()
        seconds = time.perf_counter() - start
        times.append(seconds)
        # A new connection costs two round trips before the request's own; one that
        # is opened beside it costs the request nothing.
        waited += bool(relay.opened) and seconds > 2 * ROUND_TRIP
    if not times:
        raise NoAnswersError
    return times, waited


@contextlib.asynccontextmanager
async def _ours(url: str, certificate: Path) -> AsyncIterator[Ask]:
    said = {"baseUrl": url, "caFile": str(certificate), "model": "fake"}
    layer = Layer("user", {"providers": {"bench": said}})
    provider = resolve("bench", parse([layer]).settings)
    client = ApiClient(provider, Key("key", "bench"), environ={})
    request = FimRequest("x = ", "", max_tokens=1000)

    async def ask() -> None:
        async with contextlib.aclosing(client.stream_fim(request, "fake")) as deltas:
            async for delta in deltas:
                if delta.text:
                    return
        raise NoAnswersError

    try:
        yield ask
    finally:
        await client.aclose()


@contextlib.asynccontextmanager
async def _naive(url: str, certificate: Path) -> AsyncIterator[Ask]:
    verify = ssl.create_default_context(cafile=str(certificate))
    body = {"model": "fake", "prompt": "x = ", "max_tokens": 1000, "stream": True}
    async with httpx.AsyncClient(verify=verify) as client:

        async def ask() -> None:
            async with client.stream("POST", f"{url}/completions", json=body) as got:
                async for line in got.aiter_lines():
                    data = line.removeprefix("data: ")
                    if data != line and json.loads(data)["choices"][0]["text"]:
                        return
            raise NoAnswersError

        yield ask


class _Relay:
    """Passes bytes on after half a round trip; `opened` collects new connections."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.opened: list[float] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.writers: list[asyncio.StreamWriter] = []

    async def accepted(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.opened.append(time.perf_counter())
        # The handshake of TCP, which loopback does in no time.
        await asyncio.sleep(ROUND_TRIP)
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self.writers += (writer, back)
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(_pass_on(source, sink))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            loop.call_later(ROUND_TRIP / 2, _write, sink, data)
    loop.call_later(ROUND_TRIP / 2, sink.close)


def _write(sink: asyncio.StreamWriter, data: bytes) -> None:
    if not sink.is_closing():
        sink.write(data)


@contextlib.asynccontextmanager
async def _relay(target: int) -> AsyncIterator[_Relay]:
    relay = _Relay(target)
    server = await asyncio.start_server(relay.accepted, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        for task in tuple(relay.tasks):
            task.cancel()
        await asyncio.gather(*relay.tasks, return_exceptions=True)
        for writer in relay.writers:
            writer.transport.abort()
        closing = (writer.wait_closed() for writer in relay.writers)
        await asyncio.gather(*closing, return_exceptions=True)
