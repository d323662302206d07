"""A connection over TCP, with or without TLS, as one object of asyncio."""

from __future__ import annotations

import asyncio
import ssl
from ipaddress import ip_address
from typing import Any, cast

# Seconds between attempts to reach the addresses of one name (RFC 8305).
_NEXT_ADDRESS = 0.250
# Bytes that are kept for a reader; the sender waits while there are more.
_MOST_UNREAD = 256 * 1024


async def connect(host: str, port: int, seconds: float | None) -> Connection:
    """A connection to a host, by name or address; raises OSError or TimeoutError."""
    loop = asyncio.get_running_loop()
    delay = None if _is_address(host) else _NEXT_ADDRESS
    async with asyncio.timeout(seconds):
        _, connection = await loop.create_connection(
            Connection, host, port, happy_eyeballs_delay=delay
        )
    return connection


class Connection(asyncio.Protocol):
    """Reads and writes with at most one future per wait, and no buffers in between.

    Every method that waits raises OSError, TimeoutError among them.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._unread = bytearray()
        self._is_over = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._is_full = False  # more is waiting to be sent than should
        self._is_paused = False  # reading is paused

    async def read(self, max_bytes: int, seconds: float | None) -> bytes:
        """The next bytes, at most `max_bytes`; waits for some.  Empty at the end."""
        if not (self._unread or self._is_over):
            self._reader = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(seconds):
                await self._reader
        if not self._unread and self._error is not None:
            raise ConnectionError(str(self._error)) from self._error
        data = bytes(self._unread[:max_bytes])
        del self._unread[:max_bytes]
        if self._is_paused and not self._unread:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def write(self, data: bytes, seconds: float | None) -> None:
        """Send `data`; waits only while too much is waiting to be sent."""
        if self._is_over:
            raise ConnectionError("The connection was closed.")
        self._transport.write(data)
        if self._is_full:
            self._writer = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(seconds):
                await self._writer

    async def start_tls(
        self, context: ssl.SSLContext, host: str | None, seconds: float | None
    ) -> None:
        """Set up TLS; the connection is closed where that fails."""
        loop = asyncio.get_running_loop()
        transport: asyncio.Transport | None = None
        try:
            async with asyncio.timeout(seconds):
                transport = await loop.start_tls(
                    self._transport, self, context, server_hostname=host
                )
        finally:
            if transport is None:
                self.abort()
        if transport is None:
            raise ConnectionError("The connection was closed.")
        self._transport = transport

    @property
    def is_quiet(self) -> bool:
        """Whether the connection is open and has no bytes that nobody asked for."""
        return not (self._unread or self._is_over or self._transport.is_closing())

    def about(self, name: str) -> Any:
        """A fact about the connection by its asyncio name, such as `ssl_object`."""
        return self._transport.get_extra_info(name)

    def abort(self) -> None:
        """Close the connection without waiting for the other side."""
        self._transport.close()
        asyncio.get_running_loop().call_soon(self._transport.abort)

    # Called by asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if len(self._unread) > _MOST_UNREAD and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        self._is_over = True
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._error = exc
        _wake(self._reader)
        _wake(self._writer)

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        _wake(self._writer)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _wake(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)
