"""A user at an editor, in front of a real engine and a model that a test drives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from fim_lsp.api.requests import Delta, FimRequest, Usage
from fim_lsp.api.token_counts import Tokens
from fim_lsp.completion.decision import Offer, Trigger
from fim_lsp.completion.engine import Engine
from fim_lsp.completion.request import AnswerBy, Ask, Selected, Setup, Source
from fim_lsp.completion.sources import Repeater, Repetition
from fim_lsp.errors import FimError
from fim_lsp.reasons import Refusal
from fim_lsp.settings import CompletionSettings, parse
from fim_lsp.text import Document, Edit, Place, Span, apply, text_between

from . import marked
from .clock import Clock, settle


@dataclass
class Stream:
    """One request to the model: the test says what it answers, and when."""

    request: FimRequest
    pieces: asyncio.Queue[Delta | FimError | None] = field(
        default_factory=asyncio.Queue
    )
    closed: bool = False

    async def say(self, text: str) -> None:
        self.pieces.put_nowait(Delta(text=text))
        await settle()

    async def end(self, finish: str = "stop", usage: Usage | None = None) -> None:
        self.pieces.put_nowait(Delta(finish_reason=finish, usage=usage))
        self.pieces.put_nowait(None)
        await settle()

    async def fail(self, error: FimError) -> None:
        self.pieces.put_nowait(error)
        await settle()


class Model:
    """Every stream that was asked for, in order; `answer` makes them answer at once."""

    model = "auto"
    body = ""
    loopback = False

    def __init__(self, name: str = "model", answer: str | None = None) -> None:
        self.name = name
        self.answer = answer
        self.streams: list[Stream] = []
        self.counted: list[Tokens] = []
        self.refused: Refusal | None = None

    @property
    def last(self) -> Stream:
        return self.streams[-1]

    @property
    def open(self) -> list[Stream]:
        return [stream for stream in self.streams if not stream.closed]

    def refusal(self, *, invoked: bool) -> Refusal | None:
        del invoked
        return self.refused

    def landed(self, tokens: Tokens, **_about: Any) -> None:
        self.counted.append(tokens)

    async def stream(self, request: FimRequest) -> AsyncGenerator[Delta, None]:
        stream = Stream(request)
        self.streams.append(stream)
        if self.answer is not None:
            stream.pieces.put_nowait(Delta(text=self.answer))
            stream.pieces.put_nowait(Delta(finish_reason="stop"))
            stream.pieces.put_nowait(None)
        try:
            while (piece := await stream.pieces.get()) is not None:
                if isinstance(piece, FimError):
                    raise piece
                yield piece
        finally:
            stream.closed = True


class Typist:
    """Types into a document and asks as an editor does.

    `made` holds every typist of a test, so that its streams end with it.
    """

    made: ClassVar[list[Typist]] = []

    def __init__(
        self,
        text: str = "x = 1  # some text\n$0",
        *,
        model: Model | None = None,
        echo: Repeater | None = None,
        language: str = "python",
        **settings: Any,
    ) -> None:
        found = marked.parse(text)
        self.document: Document = replace(found.document, language=language)
        self.place: Place = found.place
        self.clock = Clock()
        self.model = model or Model()
        self.settings = replace(default_settings(), **settings)
        self.refusal: str | None = None
        # What reading the project's ignore files waits for.
        self.slow_files: list[Awaitable[object]] = []
        self.folder: Path | None = None
        # What was asked and answered, and the document at the time of the answer.
        self.sent: list[tuple[Ask, Offer, Document]] = []
        self.engine = Engine(
            now=self.clock,
            clock=self.clock,
            sleep=self.clock.sleep,
            may_read=lambda _path, _folder: True,
            refusal_of=self._refusal_of,
        )
        self.sources: tuple[Source, ...] = (self.engine.network(self.model),)
        if echo:
            self.sources += (self.engine.echo(echo),)
        self.engine.opened(self.document)
        self.made.append(self)

    async def _refusal_of(self, _uri: str, _folder: Path | None) -> str | None:
        for turn in self.slow_files:
            await turn
        return self.refusal

    @property
    def decisions(self) -> list[str]:
        """Outcome or reason of every decision, oldest first."""
        return [
            decision.reason or decision.outcome.value
            for decision in reversed(self.engine.decisions(limit=200))
        ]

    @property
    def line(self) -> str:
        return self.document.lines[self.place.line].rstrip("\r\n")

    def edit(self, span: Span, text: str, place: Place | None = None) -> None:
        """Change the text; the cursor goes to the end of it, or to `place`."""
        edit = Edit(span, text)
        before = self.document
        self.document = apply(before, [edit], before.version + 1)
        self.engine.changed(before, self.document, [edit])
        self.place = place or _end(span.start, text)

    def insert(self, text: str) -> None:
        self.edit(Span(self.place, self.place), text)

    def insert_key_by_key(self, text: str) -> None:
        """Type `text`; its keys come as so many changes in one notification."""
        before = self.document
        edits = []
        for char in text:
            edits.append(Edit(Span(self.place, self.place), char))
            self.place = _end(self.place, char)
        self.document = apply(before, edits, before.version + 1)
        self.engine.changed(before, self.document, edits)

    def backspace(self) -> None:
        start = replace(self.place, column=self.place.column - 1)
        self.edit(Span(start, self.place), "")

    def auto_close(self, pair: str) -> None:
        """An opener that the editor closes by itself."""
        inside = replace(self.place, column=self.place.column + 1)
        self.edit(Span(self.place, self.place), pair, inside)

    def start(
        self,
        trigger: Trigger = Trigger.AUTOMATIC,
        *,
        manner: AnswerBy = AnswerBy.INLINE,
        selected: Selected | None = None,
    ) -> asyncio.Task[Offer]:
        """Ask, and go on without the answer."""
        ask = Ask(
            self.document,
            self.place,
            trigger,
            folder=self.folder,
            manner=manner,
            selected=selected,
        )
        setup = Setup(self.settings, self.sources)
        return asyncio.create_task(self._suggest(ask, setup))

    async def _suggest(self, ask: Ask, setup: Setup) -> Offer:
        offer = await self.engine.suggest(ask, setup)
        self.sent.append((ask, offer, self.document))
        return offer

    async def ask(self, trigger: Trigger = Trigger.AUTOMATIC) -> Offer:
        """Ask, wait as long as the engine wants, and give the answer."""
        task = self.start(trigger)
        await self.clock.advance(5.0)
        return await task

    async def offered(self, trigger: Trigger = Trigger.AUTOMATIC) -> str | None:
        offer = await self.ask(trigger)
        return offer.suggestions[0].text if offer.suggestions else None

    def accept(self, offer: Offer) -> None:
        item = offer.suggestions[0]
        self.edit(item.span, item.text)

    def text_at(self, span: Span) -> str:
        return text_between(self.document, span)


@dataclass(frozen=True)
class Parrot:
    """An echo that always says the same."""

    text: str
    ends: tuple[int, ...] = ()

    def refusal(self) -> Refusal | None:
        return None

    async def guess(
        self, document: Document, place: Place, *, invoked: bool
    ) -> Repetition | None:
        del document, place, invoked
        return Repetition(self.text, "other.py:3", self.ends)


def default_settings() -> CompletionSettings:
    return parse([]).settings.completion


def _end(start: Place, text: str) -> Place:
    lines = text.split("\n")
    if len(lines) == 1:
        return Place(start.line, start.column + len(text))
    return Place(start.line + len(lines) - 1, len(lines[-1]))
