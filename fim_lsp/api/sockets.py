"""How httpcore reaches the network: sockets of asyncio, and one opened ahead.

Beside `sending.py` and `http_transport.py` the only file that may import the HTTP
libraries.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpcore

from .connection import Connection, connect

# Seconds that opening a spare connection may take, and that it is kept.
_SPARE_CONNECT = 10.0
_SPARE_KEPT = 120.0
# The bytes that end the head of a request.
_END_OF_HEAD = b"\r\n\r\n"


class Spare:
    """At most one connection that was opened before anybody asked for it."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._leads_to: tuple[str, int] | None = None
        self._is_secure = False  # whether TLS is set up
        self._expiry: asyncio.TimerHandle | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is a connection that is alive."""
        return self._connection is not None and self._connection.is_quiet

    async def open(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        """Connect, with TLS where there is a context; nothing is asked.

        Raises OSError, TimeoutError among them.
        """
        connection = await connect(host, port, _SPARE_CONNECT)
        if context is not None:
            await connection.start_tls(context, host, _SPARE_CONNECT)
        self.drop()
        self._connection, self._leads_to = connection, (host, port)
        self._is_secure = context is not None
        self._expiry = asyncio.get_running_loop().call_later(_SPARE_KEPT, self.drop)

    def take(self, host: str, port: int) -> tuple[Connection, bool] | None:
        """The connection, if it leads to this address, and whether TLS is set up."""
        if not self.is_there or self._leads_to != (host, port):
            return None
        connection, self._connection = self._connection, None
        self.drop()
        assert connection is not None
        return connection, self._is_secure

    def drop(self) -> None:
        """Close the connection."""
        if self._expiry is not None:
            self._expiry.cancel()
        if self._connection is not None:
            self._connection.abort()
        self._connection = self._expiry = None


class Sockets(httpcore.AsyncNetworkBackend):
    """The sockets of one connection of httpcore, and what a request did to them.

    is_fresh: whether a connection was opened for the running request.
    on_sent: called once, when the running request has been written.
    """

    def __init__(self, spare: Spare) -> None:
        self.is_fresh = False
        self.on_sent: Callable[[], None] | None = None
        self._spare = spare
        self._connection: Connection | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del local_address, socket_options
        spare = self._spare.take(host, port)
        if spare is not None:
            self._connection, is_secure = spare
            return _Stream(self, self._connection, is_secure=is_secure)
        with _core_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            self._connection = await connect(host, port, timeout)
        self.is_fresh = True
        return _Stream(self, self._connection, is_secure=False)

    def sent(self) -> None:
        on_sent, self.on_sent = self.on_sent, None
        if on_sent is not None:
            on_sent()

    def abort(self) -> None:
        """Close what is open, at once."""
        if self._connection is not None:
            self._connection.abort()


class _Stream(httpcore.AsyncNetworkStream):
    """A connection as httpcore uses it, with httpcore's errors.

    httpcore writes the head of a request and then its body or, where there is none, no
    bytes; the head waits for those, so that both are sent at once.

    is_secure: TLS was set up before anybody asked for the connection.
    """

    def __init__(
        self, sockets: Sockets, connection: Connection, *, is_secure: bool
    ) -> None:
        self._sockets = sockets
        self._connection = connection
        self._is_secure = is_secure
        self._head = b""  # what is still to be sent before the next bytes

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> bytes:
        with _core_errors(httpcore.ReadTimeout, httpcore.ReadError):
            return await self._connection.read(max_bytes, timeout)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> None:
        if not self._head and buffer.endswith(_END_OF_HEAD):
            self._head = buffer
            return
        data, self._head = self._head + buffer, b""
        if not data:
            return
        with _core_errors(httpcore.WriteTimeout, httpcore.WriteError):
            await self._connection.write(data, timeout)
        self._sockets.sent()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> Self:
        if not self._is_secure:
            with _core_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
                await self._connection.start_tls(ssl_context, server_hostname, timeout)
        return self

    async def aclose(self) -> None:
        self._connection.abort()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return not self._connection.is_quiet
        return self._connection.about(info)


@contextmanager
def _core_errors(
    late: type[httpcore.TimeoutException], failed: type[httpcore.NetworkError]
) -> Iterator[None]:
    """Translate the system's errors into httpcore's."""
    try:
        yield
    except TimeoutError as error:
        raise late from error
    except OSError as error:
        raise failed(str(error)) from error
