"""One provider's calls over HTTP, with their deadlines and errors.

Every call raises errors of `errors.py` and no others.  Every stream is an async
generator: hold it with `contextlib.aclosing`; closing it closes the request.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterator,
    Mapping,
)
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
from typing import Any, cast

import httpx

from ..errors import ApiError, RequestRefused, StreamBroken
from . import answers, calls, failures, keys, network, refusals
from .calls import Exchange, HttpCall
from .choice import ModelChoice
from .dialects import DIALECTS
from .http_transport import HttpTransport
from .incoming import Incoming
from .keys import Key
from .presets import Provider
from .reading import Reading, checked
from .requests import Balance, ChatRequest, Delta, EditRequest, FimRequest, Model
from .streams import NdjsonDecoder, SseDecoder, StreamDecoder, WholeDecoder

# Bytes of an answer that does not stream.
_LONGEST_BODY = 32 * 1024 * 1024
# Bytes that are read of a refusal.
_LONGEST_REFUSAL = 16 * 1024

# Seconds between two tries while a server on this machine loads its model.
LOADING_PAUSE = 0.5

# Seconds that the end of a body is waited for, so that its connection is kept.
_AFTER_DONE = 0.2

# Decoders by content type; for all others the dialect's own.
_DECODERS: Mapping[str, Callable[[], StreamDecoder]] = {
    "text/event-stream": SseDecoder,
    "application/x-ndjson": NdjsonDecoder,
    "application/json": WholeDecoder,
}

_HEADERS = {
    "content-type": "application/json",
    "accept": "text/event-stream, application/json",
    "accept-encoding": "identity",
    "user-agent": "fim-lsp",
}

Stream = AsyncGenerator[Delta, None]


class ApiClient:
    """One provider and its connections.

    transport: what sends requests; tests give one, else there is a pool of connections.
    clock: gives seconds.
    """

    def __init__(
        self,
        provider: Provider,
        key: Key | None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.provider = provider
        self.key = key
        self.server_date: str | None = None  # the `Date` header of the last response
        self._dialect = DIALECTS[provider.dialect]
        self._secrets = keys.secrets(provider, key)
        self._transport = transport
        self._environ = os.environ if environ is None else environ
        self._proxy: str | None = None
        self._own: HttpTransport | None = None  # the transport, if none was given
        self._headers = _headers(provider, key)
        self._urls: dict[str, httpx.URL] = {}
        self._opening = asyncio.Lock()
        self._choice = ModelChoice(provider, self.models, clock)
        self._keeps_spare = network.is_slow_to_connect(provider)

    # The calls.

    def stream_fim(self, request: FimRequest, model: str) -> Stream:
        """The text as it comes.

        The delta with the finish_reason is handed on as soon as it is read; the usage
        comes in a later delta.
        """
        call = calls.fim_call(self.provider, request, model)
        return self._stream(call, self._dialect.read_event(), self._dialect.decoder)

    def stream_chat(self, request: ChatRequest, model: str) -> Stream:
        """The answer as it comes, in deltas as those of `stream_fim`."""
        call = calls.chat_call(self.provider, request, model)
        return self._stream(call, answers.openai_delta, SseDecoder)

    def stream_edit(self, request: EditRequest, model: str) -> Stream:
        """The answer as it comes, in deltas as those of `stream_fim`."""
        call = calls.edit_call(self.provider, request, model)
        return self._stream(call, answers.openai_delta, SseDecoder)

    async def models(self) -> tuple[Model, ...]:
        models = answers.models(await self._json(calls.models_call(self.provider)))
        self._choice.learn(models)
        return models

    async def balance(self) -> Balance:
        call = calls.balance_call(self.provider)
        return answers.balance(await self._json(call))

    async def resolve_model(self, wanted: str, *, chat: bool) -> str:
        """The model that `wanted` names; "auto" asks the endpoint once."""
        fixed = self.provider.chat_model if chat else self.provider.model
        for name in (wanted, fixed):
            if name and name != "auto":
                return name
        return await self._choice.chosen()

    def warm(self) -> None:
        """Open a connection in the background, if none is free.

        Only once something was asked: nothing connects before a request was allowed.
        """
        if self._own is not None:
            self._own.keep_spare()

    async def aclose(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()

    # Reading answers.

    async def _stream(
        self,
        call: HttpCall,
        parse: Callable[[Mapping[str, Any]], Delta],
        usual_decoder: Callable[[], StreamDecoder],
    ) -> Stream:
        now = asyncio.get_running_loop().time
        started = now()
        async with self._exchange(call, started + call.limits.first_token) as response:
            decoder = _DECODERS.get(_content_type(response), usual_decoder)()
            reading = Reading(
                self.provider,
                self.key,
                call,
                decoder=decoder,
                parse=parse,
                started=started,
            )
            async with aclosing(Incoming(_chunks(response))) as incoming:
                while not reading.is_over:
                    try:
                        with self._translated(call):
                            chunks = await incoming.take(reading.deadline)
                    except ApiError:
                        if reading.is_whole:
                            break
                        raise
                    for delta in reading.feed(chunks, now()):
                        yield delta
                await incoming.drain(_AFTER_DONE)

    async def _json(self, call: HttpCall) -> Mapping[str, Any]:
        """An answer in one piece, by the call's total deadline."""
        end = asyncio.get_running_loop().time() + call.limits.total
        async with self._exchange(call, end) as response, asyncio.timeout_at(end):
            body = await _read(response, _LONGEST_BODY)
        text = body.decode("utf-8", "replace")
        return checked(self.provider, call, text, self.key)

    # One request and its response.

    async def exchange(self, call: HttpCall) -> Exchange:
        """One request and its whole response, whatever the status; for probing.

        Makes no second try and opens no spare connection, so that it is one request to
        the endpoint.  Raises ApiError where no whole response comes in time.
        """
        end = asyncio.get_running_loop().time() + call.limits.total
        with self._translated(call):
            async with asyncio.timeout_at(end):
                transport = await self._opened()
                try:
                    response = await transport.handle_async_request(
                        self._request(call, None)
                    )
                except httpx.TransportError as error:
                    await self._check_certificate(error)
                    raise
                try:
                    body = await _read(response, _LONGEST_BODY)
                finally:
                    await response.aclose()
        return Exchange(response.status_code, response.headers, body)

    @asynccontextmanager
    async def _exchange(
        self, call: HttpCall, deadline: float
    ) -> AsyncIterator[httpx.Response]:
        """A response with status 200, closed on leaving; all errors become ApiErrors.

        `deadline` is the loop's time by which the response must have begun.
        """
        if not self.provider.trusted:
            raise failures.not_trusted(self.provider)
        if self.provider.key_needed and self.key is None:
            raise keys.missing(self.provider)
        with self._translated(call):
            async with asyncio.timeout_at(deadline):
                response = await self._send(call)
                while self._is_loading(response, call):
                    await response.aclose()
                    await asyncio.sleep(LOADING_PAUSE)
                    response = await self._send(call)
            self.server_date = response.headers.get("date")
            try:
                await self._check_status(response, call)
                yield response
            finally:
                await response.aclose()

    def _is_loading(self, response: httpx.Response, call: HttpCall) -> bool:
        """Whether a server on this machine asks to wait while it loads its model."""
        unavailable = response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        return unavailable and call.fim and self.provider.loopback

    async def _send(self, call: HttpCall) -> httpx.Response:
        """Send a request, and send it again where it cannot have reached a model."""
        transport = await self._opened()
        is_new_connection = False

        async def trace(_event: str, _: Mapping[str, Any]) -> None:
            nonlocal is_new_connection
            is_new_connection = True

        request = self._request(call, trace)
        try:
            return await transport.handle_async_request(request)
        except httpx.TimeoutException:
            raise
        except httpx.TransportError as error:
            await self._check_certificate(error)
            if is_new_connection and not isinstance(error, httpx.ConnectError):
                raise
        return await transport.handle_async_request(self._request(call, trace))

    async def _check_certificate(self, error: Exception) -> None:
        """Raises CertificateRefused where a certificate is why `error` was raised."""
        refused = network.certificate_error(error)
        if refused is not None:
            raise await network.certificate_refused(
                self.provider, refused, self._proxy
            ) from None

    def _request(
        self, call: HttpCall, trace: Callable[..., Any] | None
    ) -> httpx.Request:
        """The request of a call; `trace` hears of connections, None of a lone one."""
        content = None
        if call.body is not None:
            text = json.dumps(call.body, ensure_ascii=False, separators=(",", ":"))
            # Half of a surrogate pair, as an editor may cut one, is no Unicode text.
            content = text.encode("utf-8", "replace")
        return httpx.Request(
            "GET" if content is None else "POST",
            self._url(call.url),
            headers=self._headers,
            content=content,
            extensions={
                "timeout": {"connect": call.limits.connect, "write": call.limits.total},
                "trace": trace,
                "keep_spare": bool(content and trace) and self._keeps_spare,
            },
        )

    def _url(self, url: str) -> httpx.URL:
        """An address, taken apart once."""
        if url not in self._urls:
            self._urls[url] = httpx.URL(url)
        return self._urls[url]

    async def _check_status(self, response: httpx.Response, call: HttpCall) -> None:
        status = response.status_code
        encoding = response.headers.get("content-encoding", "identity")
        is_encoded = encoding.lower() not in ("identity", "")
        if status == HTTPStatus.OK:
            if is_encoded:
                raise failures.encoded(self.provider, encoding)
            if _content_type(response) == "text/html":
                raise failures.web_page(self.provider)
            return
        body = b""
        with suppress(TimeoutError, httpx.TransportError, StreamBroken):
            async with asyncio.timeout(call.limits.connect):
                # The words of an encoded body cannot be read, so none are quoted.
                if not is_encoded:
                    body = await _read(response, _LONGEST_REFUSAL)
        error = refusals.from_status(
            self.provider,
            status,
            call,
            key=self.key,
            detail=failures.words_of(body, self._secrets),
            headers=response.headers,
        )
        if call.model and type(error) is RequestRefused:
            missing = (
                f" (or there is no call at {call.url.partition('?')[0]})"
                if status == HTTPStatus.NOT_FOUND
                else ""
            )
            unknown = await self._choice.refused(
                call.model, failures.quoting(error.detail), missing
            )
            if unknown is not None:
                unknown.status, unknown.detail = status, error.detail
                error = unknown
        raise error

    @contextmanager
    def _translated(self, call: HttpCall) -> Iterator[None]:
        """Turn the errors of the HTTP library, and no others, into ours."""
        try:
            yield
        except TimeoutError:
            raise failures.too_slow(self.provider, call) from None
        except httpx.TimeoutException:
            raise network.no_connection_in_time(
                self.provider, call.limits.connect, self._proxy
            ) from None
        except httpx.ProxyError as error:
            raise network.proxy_refused(
                self.provider, self._proxy, self._words_of(error)
            ) from None
        except httpx.ConnectError as error:
            raise network.unreachable(
                self.provider, self._proxy, error, self._words_of(error)
            ) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise failures.broken_off(self.provider, self._words_of(error)) from None

    def _words_of(self, error: Exception) -> str:
        words = f"{type(error).__name__}: {error}"
        return failures.clean_words(words, self._secrets)

    # Connections.

    async def _opened(self) -> httpx.AsyncBaseTransport:
        """The transport.  Made at the first call: reading certificates takes time."""
        if self._transport is not None:
            return self._transport
        async with self._opening:
            if self._transport is None:
                self._proxy = network.proxy_for(self.provider, self._environ)
                context = await asyncio.to_thread(
                    network.trust, self.provider, self._environ
                )
                url = self.provider.base_url
                self._transport = self._own = HttpTransport(url, context, self._proxy)
            return self._transport

    def _has_idle(self) -> bool:
        """Whether a connection is open that nobody uses."""
        return self._own is not None and self._own.has_free


def _headers(provider: Provider, key: Key | None) -> httpx.Headers:
    """What every request says; the user's own headers come last."""
    headers = httpx.Headers(_HEADERS)
    if key is not None:
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
    """The body as it came: nothing is unpacked, so that its size is what it is."""
    return cast("AsyncIterable[bytes]", response.stream)


def _content_type(response: httpx.Response) -> str:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower()
