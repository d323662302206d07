"""One provider's calls, and their answers as they come.

Every call raises errors of `errors.py` and no others.  Every stream is an async
generator: hold it with `contextlib.aclosing`; closing it closes the request.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from ..errors import ApiError
from . import answers, calls
from .calls import Exchange, HttpCall
from .choice import ModelChoice
from .dialects import DIALECTS
from .incoming import Incoming
from .keys import Key
from .presets import Provider
from .reading import Reading, checked
from .requests import Balance, ChatRequest, Delta, EditRequest, FimRequest, Model
from .sending import Sender, Transport
from .streams import NdjsonDecoder, SseDecoder, StreamDecoder, WholeDecoder

# Seconds to wait for the end of a body, so that its connection can be kept.
_AFTER_DONE = 0.2

# Decoders by content type; for all others the dialect's own.
_DECODERS: Mapping[str, Callable[[], StreamDecoder]] = {
    "text/event-stream": SseDecoder,
    "application/x-ndjson": NdjsonDecoder,
    "application/json": WholeDecoder,
}

Stream = AsyncGenerator[Delta, None]


class ApiClient:
    """One provider and its connections.

    transport: what sends requests; if None, connections of our own.
    clock: gives seconds.
    """

    def __init__(
        self,
        provider: Provider,
        key: Key | None,
        *,
        transport: Transport | None = None,
        clock: Callable[[], float] = time.monotonic,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.provider = provider
        self.key = key
        self._dialect = DIALECTS[provider.dialect]
        self._choice = ModelChoice(provider, self.models, clock)
        self._sender = Sender(
            provider, key, self._choice, transport=transport, environ=environ
        )

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

    async def exchange(self, call: HttpCall) -> Exchange:
        """One request and its whole response, whatever the status; for probing.

        Makes no second try and opens no spare connection, so that it is one request to
        the endpoint.  Raises ApiError where no whole response comes in time.
        """
        return await self._sender.exchange(call)

    # Connections.

    @property
    def server_date(self) -> str | None:
        """The `Date` header of the last response."""
        return self._sender.server_date

    def warm(self) -> None:
        """Open a connection in the background, if none is free.

        Does nothing before the first request: nothing connects before it was allowed.
        """
        self._sender.warm()

    def has_idle(self) -> bool:
        """Whether a connection is open that nobody uses."""
        return self._sender.has_idle

    async def aclose(self) -> None:
        await self._sender.aclose()

    # Reading answers.

    async def _stream(
        self,
        call: HttpCall,
        parse: Callable[[Mapping[str, Any]], Delta],
        usual_decoder: Callable[[], StreamDecoder],
    ) -> Stream:
        now = asyncio.get_running_loop().time
        started = now()
        first_token = started + call.limits.first_token
        async with self._sender.response(call, first_token) as response:
            decoder = _DECODERS.get(response.content_type, usual_decoder)()
            reading = Reading(
                self.provider,
                self.key,
                call,
                decoder=decoder,
                parse=parse,
                started=started,
            )
            async with aclosing(Incoming(response.chunks)) as incoming:
                while not reading.is_over:
                    try:
                        with self._sender.translated(call):
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
        async with (
            self._sender.response(call, end) as response,
            asyncio.timeout_at(end),
        ):
            text = await response.text()
        return checked(self.provider, call, text, self.key)
