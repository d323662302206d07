"""HTTP over httpcore's pool, with sockets of our own and a connection opened ahead.

Beside `client.py` the only file that may import the HTTP libraries.  httpcore frames
requests and pools connections; `_Sockets` gives it connections that read and write
through asyncio directly, or one that was opened before anybody asked for it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Self, cast

import httpcore
import httpx

from .connection import Connection, connect

# Connections to one host, and how many of them are kept while nobody uses them.
_MOST_CONNECTIONS, _MOST_IDLE = 100, 20
# Seconds that a connection is kept while nobody uses it.
_KEEPALIVE = 120.0
# Seconds after a request was written, until a connection for the next one is opened.
_SPARE_AFTER = 0.010
# Seconds that opening a spare connection may take.
_SPARE_CONNECT = 10.0


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
        with suppress(OSError):
            context = self._context if secure and self._proxy is None else None
            await self._sockets.open_spare(host, port, context)


class _Attempt:
    """What one request has done to the network so far."""

    def __init__(self, on_sent: Callable[[], None] | None) -> None:
        self.fresh = False  # whether a connection was opened for the request
        self.has_answer = False
        self._opened: list[Connection] = []
        self._on_sent = on_sent

    def opened(self, connection: Connection, *, fresh: bool) -> None:
        self._opened.append(connection)
        self.fresh = fresh

    def sent(self) -> None:
        if self._on_sent is not None:
            asyncio.get_running_loop().call_later(_SPARE_AFTER, self._on_sent)
            self._on_sent = None

    def close(self) -> None:
        """A request that is cancelled while it connects would leave its socket open."""
        if not self.has_answer:
            for connection in self._opened:
                connection.abort()


# The request that the running task sends, for the sockets it uses.
_ATTEMPT: ContextVar[_Attempt | None] = ContextVar("_ATTEMPT", default=None)


class _Sockets(httpcore.AsyncNetworkBackend):
    """Opens connections for the pool, and keeps a spare one."""

    def __init__(self) -> None:
        self._spare: Connection | None = None
        self._spare_to: tuple[str, int] | None = None
        self._is_secure = False  # whether the spare connection has TLS
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
        connection = self._taken(host, port)
        is_spare = connection is not None
        if connection is None:
            with _core_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
                connection = await connect(host, port, timeout)
        if attempt := _ATTEMPT.get():
            attempt.opened(connection, fresh=not is_spare)
        return _Stream(connection, is_ready=is_spare and self._is_secure)

    async def open_spare(
        self, host: str, port: int, context: ssl.SSLContext | None
    ) -> None:
        """Connect, with TLS where there is a context, for whoever comes next.

        Raises OSError, TimeoutError among them.
        """
        connection = await connect(host, port, _SPARE_CONNECT)
        if context is not None:
            await connection.start_tls(context, host, _SPARE_CONNECT)
        self.drop_spare()
        self._spare, self._spare_to = connection, (host, port)
        self._is_secure = context is not None
        loop = asyncio.get_running_loop()
        self._expiry = loop.call_later(_KEEPALIVE, self.drop_spare)

    def drop_spare(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        if self._spare is not None:
            self._spare.abort()
        self._spare = self._expiry = None

    def _taken(self, host: str, port: int) -> Connection | None:
        """The spare connection, if it leads there and is alive."""
        if not self.has_spare or self._spare_to != (host, port):
            return None
        spare, self._spare = self._spare, None
        self.drop_spare()
        return spare


class _Stream(httpcore.AsyncNetworkStream):
    """A connection as httpcore uses it, with httpcore's errors.

    is_ready: TLS was set up before anybody asked for the connection.
    """

    def __init__(self, connection: Connection, *, is_ready: bool = False) -> None:
        self.connection = connection
        self._is_ready = is_ready

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> bytes:
        with _core_errors(httpcore.ReadTimeout, httpcore.ReadError):
            return await self.connection.read(max_bytes, timeout)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> None:
        with _core_errors(httpcore.WriteTimeout, httpcore.WriteError):
            await self.connection.write(buffer, timeout)
        if attempt := _ATTEMPT.get():
            attempt.sent()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> Self:
        if not self._is_ready:
            with _core_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
                await self.connection.start_tls(ssl_context, server_hostname, timeout)
        return self

    async def aclose(self) -> None:
        self.connection.abort()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return not self.connection.is_quiet
        return self.connection.about(info)


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


@contextmanager
def _core_errors(
    late: type[httpcore.TimeoutException], failed: type[httpcore.NetworkError]
) -> Iterator[None]:
    """The system's errors become httpcore's."""
    try:
        yield
    except TimeoutError as error:
        raise late from error
    except OSError as error:
        raise failed(str(error)) from error


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
