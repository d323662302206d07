"""One request over HTTP and its response: tries, deadlines, refusals, errors.

Only this file, `http_transport.py` and `sockets.py` may import the HTTP libraries.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from http import HTTPStatus
from typing import Any, cast

import httpx

from ..errors import RequestRefused, StreamBroken
from . import failures, keys, network, refusals
from .calls import Exchange, HttpCall
from .choice import ModelChoice
from .http_transport import HttpTransport
from .keys import Key
from .presets import Provider

# The most bytes of an answer that does not stream.
_LONGEST_BODY = 32 * 1024 * 1024
# The most bytes that are read of a refusal.
_LONGEST_REFUSAL = 16 * 1024

# Seconds between two tries while a server on this machine loads its model.
LOADING_PAUSE = 0.5

_HEADERS = {
    "content-type": "application/json",
    "accept": "text/event-stream, application/json",
    "accept-encoding": "identity",
    "user-agent": "fim-lsp",
}

# The interface of what sends requests; tests pass one of their own.
Transport = httpx.AsyncBaseTransport


class OpenResponse:
    """A response with status 200 whose body has not been read yet."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    @property
    def content_type(self) -> str:
        """The type in lower case without parameters, such as `text/event-stream`."""
        return _content_type(self._response)

    @property
    def chunks(self) -> AsyncIterable[bytes]:
        """The body as it came, not decompressed, so that its size cannot explode."""
        return _chunks(self._response)

    async def text(self) -> str:
        """The whole body; raises StreamBroken where it is far too long."""
        return (await _read(self._response, _LONGEST_BODY)).decode("utf-8", "replace")


class Sender:
    """Sends one provider's requests.

    choice: tells where a refusal means that the endpoint does not have the model.
    transport: what sends; if None, connections of our own.

    `server_date` is the `Date` header of the last response.
    """

    def __init__(
        self,
        provider: Provider,
        key: Key | None,
        choice: ModelChoice,
        *,
        transport: Transport | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.server_date: str | None = None
        self._provider = provider
        self._key = key
        self._choice = choice
        self._secrets = keys.secrets(provider, key)
        self._transport = transport
        self._environ = os.environ if environ is None else environ
        self._proxy: str | None = None
        self._own: HttpTransport | None = None  # the transport, if none was given
        self._is_closed = False
        self._headers = _headers(provider, key)
        self._url = cache(httpx.URL)  # parsed addresses, kept for later requests
        self._opening = asyncio.Lock()
        self._keeps_spare = network.is_slow_to_connect(provider)

    @asynccontextmanager
    async def response(
        self, call: HttpCall, deadline: float
    ) -> AsyncIterator[OpenResponse]:
        """A response with status 200, closed on leaving; all errors become ApiErrors.

        `deadline` is the loop's time by which the response must have begun.
        """
        if not self._provider.trusted:
            raise failures.not_trusted(self._provider)
        if self._provider.key_needed and self._key is None:
            raise keys.missing(self._provider)
        with self.translated(call):
            async with asyncio.timeout_at(deadline):
                response = await self._send(call)
                while self._is_loading(response, call):
                    await response.aclose()
                    await asyncio.sleep(LOADING_PAUSE)
                    response = await self._send(call)
            self.server_date = response.headers.get("date")
            try:
                await self._check_status(response, call)
                yield OpenResponse(response)
            finally:
                await response.aclose()

    async def exchange(self, call: HttpCall) -> Exchange:
        """One request and its whole response, whatever the status; for probing.

        Makes no second try and opens no spare connection, so that it is one request to
        the endpoint.  Raises ApiError where no whole response comes in time.
        """
        end = asyncio.get_running_loop().time() + call.limits.total
        with self.translated(call):
            async with asyncio.timeout_at(end):
                response = await self._send(call, is_probe=True)
                try:
                    body = await _read(response, _LONGEST_BODY)
                finally:
                    await response.aclose()
        return Exchange(response.status_code, response.headers, body)

    @contextmanager
    def translated(self, call: HttpCall) -> Iterator[None]:
        """Turn the errors of the HTTP library, and no others, into ours."""
        try:
            yield
        except TimeoutError:
            raise failures.too_slow(self._provider, call) from None
        except httpx.TimeoutException:
            raise network.no_connection_in_time(
                self._provider, call.limits.connect, self._proxy
            ) from None
        except httpx.ProxyError as error:
            raise network.proxy_refused(
                self._provider, self._proxy, self._words_of(error)
            ) from None
        except httpx.ConnectError as error:
            raise network.unreachable(
                self._provider, self._proxy, error, self._words_of(error)
            ) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise failures.broken_off(self._provider, self._words_of(error)) from None

    @property
    def has_idle(self) -> bool:
        """Whether a connection is open that nobody uses."""
        return self._own is not None and self._own.has_free

    def warm(self) -> None:
        """Open a connection in the background, if none is free.

        Does nothing before the first request: nothing connects before it was allowed.
        """
        if self._own is not None:
            self._own.keep_spare()

    async def aclose(self) -> None:
        """Close all connections; the connections of later requests are not kept."""
        self._is_closed = True
        if self._transport is not None:
            await self._transport.aclose()

    async def _opened(self) -> Transport:
        """The transport.  Made at the first call: reading certificates takes time."""
        if self._transport is not None:
            return self._transport
        async with self._opening:
            if self._transport is None:
                self._proxy = network.proxy_for(self._provider, self._environ)
                context = await asyncio.to_thread(
                    network.trust, self._provider, self._environ
                )
                url = self._provider.base_url
                self._transport = self._own = HttpTransport(url, context, self._proxy)
                if self._is_closed:
                    await self._own.aclose()
            return self._transport

    async def _send(self, call: HttpCall, *, is_probe: bool = False) -> httpx.Response:
        """Send a request, and send it again where it cannot have reached a model.

        A probe is sent once, and no connection is opened ahead for the next request.
        """
        transport = await self._opened()
        is_new_connection = False

        async def trace(_event: str, _: Mapping[str, Any]) -> None:
            nonlocal is_new_connection
            is_new_connection = True

        extensions = {
            "timeout": {"connect": call.limits.connect, "write": call.limits.total},
            "trace": trace,
            "keep_spare": bool(call.body) and self._keeps_spare and not is_probe,
        }
        try:
            return await transport.handle_async_request(self._request(call, extensions))
        except httpx.TimeoutException:
            raise
        except httpx.TransportError as error:
            await self._check_certificate(error)
            could_not_connect = isinstance(error, httpx.ConnectError)
            if is_probe or (is_new_connection and not could_not_connect):
                raise
        return await transport.handle_async_request(self._request(call, extensions))

    def _request(self, call: HttpCall, extensions: dict[str, Any]) -> httpx.Request:
        content = None
        if call.body is not None:
            text = json.dumps(call.body, ensure_ascii=False, separators=(",", ":"))
            # An editor may cut a surrogate pair; half of one cannot be encoded.
            content = text.encode("utf-8", "replace")
        return httpx.Request(
            "GET" if content is None else "POST",
            self._url(call.url),
            headers=self._headers,
            content=content,
            extensions=extensions,
        )

    def _is_loading(self, response: httpx.Response, call: HttpCall) -> bool:
        """Whether a server on this machine asks to wait while it loads its model."""
        unavailable = response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        return unavailable and call.fim and self._provider.loopback

    async def _check_status(self, response: httpx.Response, call: HttpCall) -> None:
        """Raises the ApiError for a response that is not an answer."""
        status = response.status_code
        encoding = response.headers.get("content-encoding", "identity")
        is_encoded = encoding.lower() not in ("identity", "")
        if status == HTTPStatus.OK:
            if is_encoded:
                raise failures.encoded(self._provider, encoding)
            if _content_type(response) == "text/html":
                raise failures.web_page(self._provider)
            return
        body = b""
        with suppress(TimeoutError, httpx.TransportError, StreamBroken):
            async with asyncio.timeout(call.limits.connect):
                # The words of an encoded body cannot be read, so none are quoted.
                if not is_encoded:
                    body = await _read(response, _LONGEST_REFUSAL)
        detail, headers = failures.words_of(body, self._secrets), response.headers
        error = refusals.from_status(
            self._provider, status, call, key=self._key, detail=detail, headers=headers
        )
        if call.model and type(error) is RequestRefused:
            missing, address = "", call.url.partition("?")[0]
            if status == HTTPStatus.NOT_FOUND:
                missing = f" (or there is no call at {address})"
            unknown = await self._choice.refused(
                call.model, failures.quoting(error.detail), missing
            )
            if unknown is not None:
                unknown.status, unknown.detail = status, error.detail
                error = unknown
        raise error

    async def _check_certificate(self, error: Exception) -> None:
        """Raises CertificateRefused where a certificate is why `error` was raised."""
        refused = network.certificate_error(error)
        if refused is not None:
            raise await network.certificate_refused(
                self._provider, refused, self._proxy
            ) from None

    def _words_of(self, error: Exception) -> str:
        words = f"{type(error).__name__}: {error}"
        return failures.clean_words(words, self._secrets)


def _headers(provider: Provider, key: Key | None) -> httpx.Headers:
    """The headers of every request; the user's own ones come last."""
    headers = httpx.Headers(_HEADERS)
    if key is not None and provider.api_key_header:
        headers[provider.api_key_header] = key.value
    elif key is not None:
        headers["authorization"] = f"Bearer {key.value}"
    headers.update(provider.headers)
    return headers


async def _read(response: httpx.Response, longest: int) -> bytes:
    """A whole body; raises StreamBroken where it has more than `longest` bytes."""
    body = bytearray()
    async for chunk in _chunks(response):
        body += chunk
        if len(body) > longest:
            raise StreamBroken("The answer is far too long.")
    return bytes(body)


def _chunks(response: httpx.Response) -> AsyncIterable[bytes]:
    return cast("AsyncIterable[bytes]", response.stream)


def _content_type(response: httpx.Response) -> str:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower()
