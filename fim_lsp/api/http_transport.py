"""HTTP over connections of httpcore that are kept open, and one opened ahead.

Beside `sending.py` and `sockets.py` the only file that may import the HTTP libraries.
httpcore speaks HTTP/1.1 and knows proxies.  Its pool is not used: it costs a request
twice the time of the connection itself, and all that is needed is a free connection.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import cast

import httpcore
import httpx

from .sockets import Sockets, Spare

# Connections that are open at a time, and how many of them are kept while nobody uses
# them.
_MOST_CONNECTIONS, _MOST_IDLE = 100, 20
# Seconds that a connection is kept while nobody uses it.
_KEEPALIVE = 120.0
# Seconds after a request was written, until a connection for the next one is opened.
_SPARE_AFTER = 0.010
# What httpcore raises where a request fails.
_CORE_ERRORS = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)


class HttpTransport(httpx.AsyncBaseTransport):
    """Connections to one provider, direct or through a proxy.

    context: the certificates that count; with plain http it is never used.
    proxy: the proxy's URL; a user name and a password in it are sent to the proxy.

    A request may carry the extensions `trace`, which is called where the request
    failed on a connection that was opened for it, and `keep_spare`: whether a
    connection is to be there for the next request.
    """

    def __init__(self, url: str, context: ssl.SSLContext, proxy: str | None) -> None:
        context.set_alpn_protocols(["http/1.1"])
        self._origin = httpx.URL(url)
        self._proxy = None if proxy is None else _proxy(proxy, context)
        self._context = context
        self._spare = Spare()
        self._connections: list[HttpConnection] = []
        self._room = asyncio.Semaphore(_MOST_CONNECTIONS)
        self._opening: asyncio.Task[None] | None = None
        self._is_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        extensions, core = request.extensions, _core(request)
        await self._room.acquire()
        connection = self._taken(core.url.origin)
        if extensions.get("keep_spare"):
            connection.sockets.on_sent = self._sent
        response: httpcore.Response | None = None
        try:
            response = await connection.http.handle_async_request(core)
        except _CORE_ERRORS as error:
            if connection.sockets.is_fresh and extensions.get("trace"):
                await extensions["trace"]("connection.connect_tcp.started", {})
            raise _as_httpx(error) from error
        finally:
            # A request that is cancelled while it connects leaves its socket open.
            if response is None:
                self._release(connection)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, partial(self._release, connection)),
            extensions={"http_version": response.extensions["http_version"]},
        )

    @property
    def has_free(self) -> bool:
        """Whether a connection is open that nobody uses."""
        return self._spare.is_there or any(
            connection.is_free for connection in self._connections
        )

    def keep_spare(self) -> None:
        """Open a connection in the background, unless one is free.

        A stream that is closed early takes its connection with it; the next request
        finds this one.  Nothing is sent over it but the handshakes.
        """
        opening = self._opening is not None and not self._opening.done()
        if not (self._is_closed or opening or self.has_free):
            self._opening = asyncio.create_task(self._open_spare())

    async def aclose(self) -> None:
        """Close all connections.  A request that comes later is still answered, but its
        connection is not kept.
        """
        self._is_closed = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        self._spare.drop()
        for connection in self._connections:
            connection.sockets.abort()
        self._connections.clear()

    def _taken(self, origin: httpcore.Origin) -> HttpConnection:
        """A free connection, else a new one, which connects when it is used."""
        for connection in tuple(self._connections):
            if connection.is_busy:
                continue
            if not connection.is_free:
                self._drop(connection)
            elif connection.http.can_handle_request(origin):
                break
        else:
            connection = HttpConnection(self._spare, origin, self._context, self._proxy)
            self._connections.append(connection)
        connection.is_busy, connection.sockets.is_fresh = True, False
        return connection

    def _release(self, connection: HttpConnection) -> None:
        """The request is over; its connection is kept if it can serve again."""
        self._room.release()
        connection.is_busy = False
        idle = sum(not other.is_busy for other in self._connections)
        if self._is_closed or idle > _MOST_IDLE or not connection.is_free:
            self._drop(connection)

    def _drop(self, connection: HttpConnection) -> None:
        connection.sockets.abort()
        if connection in self._connections:
            self._connections.remove(connection)

    def _sent(self) -> None:
        asyncio.get_running_loop().call_later(_SPARE_AFTER, self.keep_spare)

    async def _open_spare(self) -> None:
        """Open the spare connection; with a proxy it leads only to the proxy."""
        if self._proxy is not None:
            host, port = self._proxy.url.host.decode(), self._proxy.url.port
            secure = self._proxy.url.scheme == b"https"
        else:
            host, port = self._origin.raw_host.decode(), self._origin.port
            secure = self._origin.scheme == "https"
        port = port or (443 if secure else 80)
        with suppress(OSError):
            context = self._context if secure and self._proxy is None else None
            await self._spare.open(host, port, context)


class HttpConnection:
    """One connection of httpcore, direct or through a proxy; open once it was used."""

    def __init__(
        self,
        spare: Spare,
        origin: httpcore.Origin,
        context: ssl.SSLContext,
        proxy: httpcore.Proxy | None,
    ) -> None:
        self.is_busy = False
        self.sockets = Sockets(spare)
        maker = httpcore.AsyncConnectionPool(
            ssl_context=context,
            proxy=proxy,
            keepalive_expiry=_KEEPALIVE,
            network_backend=self.sockets,
        )
        self.http = maker.create_connection(origin)

    @property
    def is_free(self) -> bool:
        """Whether the next request can be sent over it."""
        return not (self.is_busy or self.http.has_expired()) and self.http.is_idle()


class _Body(httpx.AsyncByteStream):
    """The bytes of a response as they came, with httpx's errors."""

    def __init__(
        self, response: httpcore.Response, on_closed: Callable[[], None]
    ) -> None:
        self._response = response
        self._on_closed: Callable[[], None] | None = on_closed
        self._chunks = aiter(cast("AsyncGenerator[bytes, None]", response.stream))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._chunks)
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        on_closed, self._on_closed = self._on_closed, None
        if on_closed is None:
            return
        try:
            await self._response.aclose()
        finally:
            on_closed()


def _core(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        request.method,
        _url(request.url),
        headers=request.headers.raw,
        content=request.content,
        extensions={"timeout": request.extensions["timeout"]},
    )


def _proxy(url: str, context: ssl.SSLContext) -> httpcore.Proxy:
    proxy = httpx.Proxy(url)
    return httpcore.Proxy(
        _url(proxy.url),
        auth=proxy.raw_auth,
        headers=proxy.headers.raw,
        ssl_context=context if proxy.url.scheme == "https" else None,
    )


def _url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _as_httpx(error: Exception) -> httpx.TransportError:
    """An error of httpcore as the error of the same name of httpx."""
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))
