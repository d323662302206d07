"""Who answers a typist: the product's engine, and two simpler policies beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from fim_lsp.api.requests import Delta, FimRequest
from fim_lsp.api.token_counts import Tokens
from fim_lsp.completion.decision import Trigger
from fim_lsp.completion.engine import Engine
from fim_lsp.completion.request import Ask, Setup
from fim_lsp.completion.sources import CompletionModel
from fim_lsp.settings import parse
from fim_lsp.text import Document, Edit, Place, Span, apply, document

from .model import Model
from .virtual import clock

URI = "file:///project/main.py"
# The naive server's window: the last characters, sliding with every key.
PREFIX, SUFFIX = 4000, 2000
# The prototype's: its start moves in such steps.
STEP = 4000
MAX_TOKENS = 128


async def never_refused(_uri: str, _folder: Path | None) -> str | None:
    return None


class Policy(Protocol):
    """`shown` names the streams of which something was shown, from 1 on."""

    shown: set[int]

    def type(self, text: str) -> None:
        """A key: `text` comes to stand before the cursor."""

    async def suggest(self) -> str:
        """What is offered at the cursor; cancelled when the user types on."""

    async def aclose(self) -> None: ...


class Product:
    """The engine as the server runs it, without protocol and network.

    endpoint: who is asked instead of `model` itself.
    """

    def __init__(self, model: Model, endpoint: CompletionModel | None = None) -> None:
        self.shown: set[int] = set()
        self._settings = parse([]).settings.completion
        self._model = model
        trace = model.trace
        self._document = document(URI, "python", 1, trace.head + trace.tail)
        lines = trace.head.split("\n")
        self._place = Place(len(lines) - 1, len(lines[-1]))
        self._engine = Engine(
            now=clock,
            clock=clock,
            sleep=asyncio.sleep,
            may_read=lambda _path, _folder: True,
            refusal_of=never_refused,
        )
        self._source = self._engine.network(endpoint or BenchModel(model))
        self._engine.opened(self._document)

    @property
    def document(self) -> Document:
        return self._document

    def type(self, text: str) -> None:
        edit = Edit(Span(self._place, self._place), text)
        before = self._document
        self._document = apply(before, [edit], before.version + 1)
        self._engine.changed(before, self._document, [edit])
        breaks = text.count("\n")
        column = len(text) - breaks if breaks else self._place.column + len(text)
        self._place = Place(self._place.line + breaks, column)

    def move(self, place: Place) -> None:
        """The cursor goes elsewhere; no text changes."""
        self._place = place

    async def suggest(self) -> str:
        ask = Ask(self._document, self._place, Trigger.AUTOMATIC)
        setup = Setup(self._settings, (self._source,))
        offer = await self._engine.suggest(ask, setup)
        if not offer.suggestions:
            return ""
        if reply := offer.decision.reply:
            self.shown.add(int(reply.removeprefix("r")))
        return offer.suggestions[0].text

    async def aclose(self) -> None:
        await self._engine.aclose()


@dataclass(frozen=True)
class BenchModel:
    """The model as the engine asks it; what a stream costs is of no interest here."""

    script: Model
    name: str = "bench"
    model: str = "fake"
    body: str = ""
    loopback: bool = False

    def refusal(self, *, invoked: bool) -> None:
        del invoked

    def stream(self, request: FimRequest) -> AsyncGenerator[Delta, None]:
        return self.script.stream(request)

    def landed(self, tokens: Tokens, **_about: Any) -> None:
        del tokens


@dataclass
class _Stream:
    """`start` is how much was typed when it was asked for."""

    number: int
    start: int
    text: str = ""
    ended: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Prototype:
    """Joining and nothing else: no debounce, no rules, all that has come is shown."""

    def __init__(self, model: Model) -> None:
        self.shown: set[int] = set()
        self._model = model
        self._typed = ""
        self._streams: list[_Stream] = []

    def type(self, text: str) -> None:
        self._typed += text
        for stream in self._streams:
            if not self._agrees(stream) and stream.task:
                stream.task.cancel()

    async def suggest(self) -> str:
        while True:
            agreeing = [each for each in self._streams if self._agrees(each)]
            best = max(agreeing, key=lambda each: len(self._rest(each)), default=None)
            if best and self._rest(best):
                self.shown.add(best.number)
                return self._rest(best)
            running = next((each for each in agreeing if not each.ended), None)
            stream = running or self._start()
            stream.news.clear()
            await stream.news.wait()
            if stream.ended and not self._rest(stream):
                return ""

    def _agrees(self, stream: _Stream) -> bool:
        typed = self._typed[stream.start :]
        if stream.text.startswith(typed):
            return True
        return not stream.ended and typed.startswith(stream.text)

    def _rest(self, stream: _Stream) -> str:
        """What is left of a reply after what was typed, to the end of its line."""
        rest = stream.text[len(self._typed) - stream.start :]
        head = rest[: len(rest) - len(rest.lstrip("\n"))]
        return head + rest[len(head) :].partition("\n")[0]

    def _start(self) -> _Stream:
        stream = _Stream(len(self._model.prompts) + 1, len(self._typed))
        stream.task = asyncio.create_task(self._read(stream))
        self._streams = [*self._streams[-20:], stream]
        return stream

    async def _read(self, stream: _Stream) -> None:
        request = _request(self._model, self._typed, anchored=True)
        try:
            async with aclosing(self._model.stream(request)) as deltas:
                async for delta in deltas:
                    stream.text += delta.text
                    stream.news.set()
        finally:
            stream.ended = True
            stream.news.set()

    async def aclose(self) -> None:
        tasks = [each.task for each in self._streams if each.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Naive:
    """A request for every key, ended by the next one."""

    def __init__(self, model: Model) -> None:
        self.shown: set[int] = set()
        self._model = model
        self._typed = ""

    def type(self, text: str) -> None:
        self._typed += text

    async def suggest(self) -> str:
        text = ""
        request = _request(self._model, self._typed, anchored=False)
        number = len(self._model.prompts) + 1
        async with aclosing(self._model.stream(request)) as deltas:
            async for delta in deltas:
                text += delta.text
        self.shown.add(number)
        return text

    async def aclose(self) -> None:
        """Its streams end with their requests."""


def _request(model: Model, typed: str, *, anchored: bool) -> FimRequest:
    before, after = model.trace.head + typed, model.trace.tail
    start = max(0, len(before) - PREFIX)
    if anchored:
        start = start // STEP * STEP
    request = FimRequest(before[start:], after[:SUFFIX], max_tokens=MAX_TOKENS)
    return replace(request, language="python")
