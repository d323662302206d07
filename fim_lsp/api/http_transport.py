"""HTTP over httpcore's pool, with sockets of our own and a connection opened ahead.

Beside `client.py` the only file that may import the HTTP libraries.  httpcore frames
requests and pools connections; how bytes reach a socket is asked of `_Sockets`, which
reads and writes through asyncio directly and can hand over a connection that was
opened before anybody asked for it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any, Self, cast

import httpcore
import httpx

# Connections to one host, and how many of them are kept while nobody uses them.
_MOST_CONNECTIONS, _MOST_IDLE = 100, 20
# Seconds that a connection is kept while nobody uses it.
_KEEPALIVE = 120.0
# Seconds after a request was written, until a connection for the next one is opened.
_SPARE_AFTER = 0.010
# Seconds that opening a spare connection may take.
_SPARE_CONNECT = 10.0
# Seconds between attempts to reach the addresses of one name (RFC 8305).
_NEXT_ADDRESS = 0.250
# Bytes that are kept for a reader; the sender waits while there are more.
_MOST_UNREAD = 256 * 1024


class HttpTransport(httpx.AsyncBaseTransport):
    """One pool of connections, direct or through a proxy.

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
        self._sockets = _Sockets()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            proxy=self._proxy,
            max_connections=_MOST_CONNECTIONS,
            max_keepalive_connections=_MOST_IDLE,
            keepalive_expiry=_KEEPALIVE,
            network_backend=self._sockets,
        )
        self._opening: asyncio.Task[None] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        extensions = request.extensions
        attempt = _Attempt(self.keep_spare if extensions.get("keep_spare") else None)
        token = _ATTEMPT.set(attempt)
        try:
            with _httpx_errors():
                response = await self._pool.handle_async_request(_core(request))
            attempt.has_answer = True
        except httpx.TransportError:
            if attempt.fresh and extensions.get("trace"):
                await extensions["trace"]("connection.connect_tcp.started", {})
            raise
        finally:
            _ATTEMPT.reset(token)
            attempt.close()
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions={"http_version": response.extensions["http_version"]},
        )

    @property
    def has_free(self) -> bool:
        """Whether a connection is open that nobody uses."""
        return self._sockets.has_spare or any(
            connection.is_idle() and not connection.has_expired()
            for connection in self._pool.connections
        )

    def keep_spare(self) -> None:
        """Open a connection in the background, unless one is free.

        A stream that is closed early takes its connection with it; the next request
        finds this one.  Nothing is sent over it but the handshakes.
        """
        opening = self._opening is not None and not self._opening.done()
        if not (opening or self.has_free):
            self._opening = asyncio.create_task(self._open_spare())

    async def aclose(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        self._sockets.drop_spare()
        await self._pool.aclose()

    async def _open_spare(self) -> None:
        """Through a proxy only the proxy itself is reached ahead."""
        if self._proxy is not None:
            host, port = self._proxy.url.host.decode(), self._proxy.url.port
            secure = self._proxy.url.scheme == b"https"
        else:
            host, port = self._origin.raw_host.decode(), self._origin.port
            secure = self._origin.scheme == "https"
        port = port or (443 if secure else 80)
        with suppress(httpcore.NetworkError, httpcore.TimeoutException):
            context = self._context if secure and self._proxy is None else None
            await self._sockets.open_spare(host, port, context)


class _Attempt:
    """What one request has done to the network so far."""

    def __init__(self, on_sent: Callable[[], None] | None) -> None:
        self.fresh = False  # whether a connection was opened for the request
        self.has_answer = False
        self._opened: list[_Socket] = []
        self._on_sent = on_sent

    def opened(self, socket: _Socket, *, fresh: bool) -> None:
        self._opened.append(socket)
        self.fresh = fresh

    def sent(self) -> None:
        if self._on_sent is not None:
            asyncio.get_running_loop().call_later(_SPARE_AFTER, self._on_sent)
            self._on_sent = None

    def close(self) -> None:
        """A request that is cancelled while it connects would leave its socket open."""
        if not self.has_answer:
            for socket in self._opened:
                socket.abort()


# The request that the running task sends, for the sockets it uses.
_ATTEMPT: ContextVar[_Attempt | None] = ContextVar("_ATTEMPT", default=None)


class _Sockets(httpcore.AsyncNetworkBackend):
    """Opens connections for the pool, and keeps a spare one."""

    def __init__(self) -> None:
        self._spare: _Socket | None = None
        self._spare_to: tuple[str, int] | None = None
        self._expiry: asyncio.TimerHandle | None = None

    @property
    def has_spare(self) -> bool:
        return self._spare is not None and self._spare.is_quiet

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del local_address, socket_options
        attempt = _ATTEMPT.get()
        socket = self._taken(host, port)
        fresh = socket is None
        if socket is None:
            socket = await _connected(host, port, timeout)
        if attempt is not None:
            attempt.opened(socket, fresh=fresh)
        return socket

    async def open_spare(
        self, host: str, port: int, context: ssl.SSLContext | None
    ) -> None:
        """Connect, with TLS where there is a context, for whoever comes next."""
        socket = await _connected(host, port, _SPARE_CONNECT)
        if context is not None:
            await socket.start_tls(context, host, _SPARE_CONNECT)
            socket.is_secure_ahead = True
        self.drop_spare()
        self._spare, self._spare_to = socket, (host, port)
        loop = asyncio.get_running_loop()
        self._expiry = loop.call_later(_KEEPALIVE, self.drop_spare)

    def drop_spare(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        if self._spare is not None:
            self._spare.abort()
        self._spare = self._expiry = None

    def _taken(self, host: str, port: int) -> _Socket | None:
        """The spare connection, if it leads there and is alive."""
        if not self.has_spare or self._spare_to != (host, port):
            return None
        spare, self._spare = self._spare, None
        self.drop_spare()
        return spare


async def _connected(host: str, port: int, seconds: float | None) -> _Socket:
    loop = asyncio.get_running_loop()
    delay = None if _is_address(host) else _NEXT_ADDRESS
    with _connect_errors():
        async with asyncio.timeout(seconds):
            _, socket = await loop.create_connection(
                _Socket, host, port, happy_eyeballs_delay=delay
            )
    return socket


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class _Socket(httpcore.AsyncNetworkStream, asyncio.Protocol):
    """One connection: asyncio's protocol on one side, httpcore's stream on another."""

    def __init__(self) -> None:
        self.is_secure_ahead = False  # TLS was set up before anybody asked for it
        self._transport: asyncio.Transport
        self._unread = bytearray()
        self._is_over = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._is_full = False  # more is waiting to be sent than should
        self._is_paused = False  # reading is paused

    # What asyncio calls.

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

    # What httpcore calls.

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> bytes:
        if not (self._unread or self._is_over):
            self._reader = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._reader
            except TimeoutError as error:
                raise httpcore.ReadTimeout from error
        if not self._unread and self._error is not None:
            raise httpcore.ReadError(str(self._error)) from self._error
        data = bytes(self._unread[:max_bytes])
        del self._unread[:max_bytes]
        if self._is_paused and not self._unread:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> None:
        if self._is_over:
            raise httpcore.WriteError("The connection was closed.")
        self._transport.write(buffer)
        if attempt := _ATTEMPT.get():
            attempt.sent()
        if self._is_full:
            self._writer = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._writer
            except TimeoutError as error:
                raise httpcore.WriteTimeout from error

    async def aclose(self) -> None:
        self.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> Self:
        if self.is_secure_ahead:
            return self
        loop = asyncio.get_running_loop()
        transport: asyncio.Transport | None = None
        try:
            with _connect_errors():
                async with asyncio.timeout(timeout):
                    transport = await loop.start_tls(
                        self._transport,
                        self,
                        ssl_context,
                        server_hostname=server_hostname,
                    )
        finally:
            if transport is None:
                self.abort()
        if transport is None:
            raise httpcore.ConnectError("The connection was closed.")
        self._transport = transport
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return not self.is_quiet
        return self._transport.get_extra_info(info)

    # What this file calls.

    @property
    def is_quiet(self) -> bool:
        """Whether it is open, and nothing has come that nobody asked for."""
        return not (self._unread or self._is_over or self._transport.is_closing())

    def abort(self) -> None:
        """Close it, and do not wait until the other side agrees."""
        self._transport.close()
        asyncio.get_running_loop().call_soon(self._transport.abort)


class _Body(httpx.AsyncByteStream):
    """The bytes of a response as they came, with httpx's errors."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response
        self._chunks = aiter(cast("AsyncIterable[bytes]", response.stream))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        with _httpx_errors():
            return await anext(self._chunks)

    async def aclose(self) -> None:
        await self._response.aclose()


def _core(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.content,
        extensions={"timeout": request.extensions["timeout"]},
    )


def _proxy(url: str, context: ssl.SSLContext) -> httpcore.Proxy:
    proxy = httpx.Proxy(url)
    return httpcore.Proxy(
        httpcore.URL(
            scheme=proxy.url.raw_scheme,
            host=proxy.url.raw_host,
            port=proxy.url.port,
            target=proxy.url.raw_path,
        ),
        auth=proxy.raw_auth,
        headers=proxy.headers.raw,
        ssl_context=context if proxy.url.scheme == "https" else None,
    )


def _wake(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)


@contextmanager
def _connect_errors() -> Iterator[None]:
    """The system's errors while connecting become httpcore's."""
    try:
        yield
    except TimeoutError as error:
        raise httpcore.ConnectTimeout from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Httpcore's errors become those of the same name of httpx."""
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.TimeoutException,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise kind(str(error)) from error
