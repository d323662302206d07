"""Replies still streaming: each a task of its own, joined by requests.

A request is a waiter on a flight, never its owner: cancelling a request leaves
the stream running, so that the next key can join it.  Only this file closes
streams: when an edit contradicts what has streamed, at the flight's own stop,
when its document closes, at shutdown, or `GRACE` after its last waiter was
cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from ..api.requests import Usage
from ..errors import FimError
from ..text import Document, Place, bare_line
from .edits import Change
from .replies import MAX_TYPED, End, Match, Reply, match, tail_agrees
from .stop import Piece
from .window import Window

# Seconds a flight outlives its last waiter, if that one was cancelled.
GRACE = 0.500
# Seconds that shutting down waits for the usage of streams whose text is whole.
LAST_USAGE = 0.500
# How a reply ended, by the endpoint's finish reason.  Reasons that are missing here
# (a filter, a stop text of the user's own) may have cut the reply anywhere.
ENDS: Mapping[str, End] = {"stop": "natural", "length": "cap"}
# Characters per token, for estimating the pace of a stream.
CHARS_PER_TOKEN = 4


class Flight:
    """One stream and the reply it has brought so far.

    place: where the reply's cursor stands in the document as it is now.
    following: what stood after the cursor at the latest edit since, if any.
    chars: how many characters the model wrote; `reply.text` holds those of them that
        start at the cursor.
    model, usage: the model that answers, and the tokens, where the endpoint tells them.
    first_token: seconds from `started` to the first text.
    line_at: when the first whole line had come, on the clock of `started`.
    landed: when the text was whole.  Its usage may follow later.
    contradicted: whether the document has gone another way than the reply.
    """

    def __init__(self, reply: Reply, started: float) -> None:
        self.reply = reply
        self.started = started
        self.landed = started
        self.place = reply.window.place
        self.following: str | None = None
        self.chars = 0
        self.model: str | None = None
        self.usage: Usage | None = None
        self.first_token: float | None = None
        self.line_at: float | None = None
        self.error: FimError | None = None
        self.contradicted = False
        self.waiters = 0
        self.ended = False
        self.task: asyncio.Task[None] | None = None
        self._fresh = False
        self._waiting: list[asyncio.Future[None]] = []

    def news(self) -> asyncio.Future[None]:
        """Done as soon as something has changed since the last look."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._fresh:
            future.set_result(None)
        else:
            self._waiting.append(future)
        return future

    def seen(self) -> None:
        """Mark what has come as looked at, so that `news` waits for more."""
        self._fresh = self.ended

    def tell(self) -> None:
        self._fresh = True
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def end(self) -> None:
        """Wait until the text is whole."""
        while not self.ended:
            self.seen()
            await self.news()

    def seconds_per_token(self, now: float) -> float:
        """How fast the model writes, judged by what has streamed so far."""
        if self.first_token is None or not self.chars:
            return 0.0
        since = now - self.started - self.first_token
        return since * CHARS_PER_TOKEN / self.chars


class Errand(Protocol):
    """What a flight asks for, and what becomes of its reply."""

    def stream(self) -> AsyncGenerator[Piece, None]:
        """Open the stream."""

    def keep(self, flight: Flight) -> None:
        """Keep the reply of a flight that ended, before waiting requests resume."""

    def count(self, flight: Flight) -> None:
        """The flight has ended and its stream is closed: count what it used."""


class Flights:
    """All streams that are open."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._open: list[Flight] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._graces: dict[Flight, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def start(self, reply: Reply, errand: Errand) -> Flight:
        """Open a stream, which runs on whether or not a request waits for it."""
        flight = Flight(reply, self._clock())
        self._open.append(flight)
        flight.task = asyncio.create_task(self._fly(flight, errand))
        self._tasks.add(flight.task)
        flight.task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its first step never runs: nothing was sent,
        # so nothing is kept or counted.
        flight.task.add_done_callback(lambda _: self._land(flight))
        return flight

    def matches(self, window: Window) -> Iterator[tuple[Flight, Match]]:
        for flight in self._open:
            if not flight.contradicted and (served := match(flight.reply, window)):
                yield flight, served

    def joined(self, flight: Flight) -> None:
        flight.waiters += 1
        if grace := self._graces.pop(flight, None):
            grace.cancel()

    def left(self, flight: Flight, *, cancelled: bool) -> None:
        flight.waiters -= 1
        if cancelled and not flight.waiters and not flight.ended:
            self._graces[flight] = asyncio.create_task(self._after_grace(flight))

    def edited(self, after: Document, changes: Sequence[Change]) -> None:
        """Close what the edits of a document contradict."""
        for flight in self._of(after.uri):
            if not _survives(flight, after, changes):
                self._contradict(flight)

    def closed(self, uri: str) -> None:
        for flight in self._of(uri):
            self._contradict(flight)

    def clear(self) -> None:
        for flight in list(self._open):
            self._contradict(flight)

    async def aclose(self) -> None:
        """Close every stream, and wait until each has ended and is counted."""
        self.clear()
        for grace in self._graces.values():
            grace.cancel()
        await asyncio.gather(*self._graces.values(), return_exceptions=True)
        await self.counted()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def counted(self) -> None:
        """Wait for the usage of streams whose text is whole, at most `LAST_USAGE`."""
        reading = {flight.task for flight in self._open}
        if landed := [task for task in self._tasks if task not in reading]:
            await asyncio.wait(landed, timeout=LAST_USAGE)

    def _of(self, uri: str) -> list[Flight]:
        return [
            flight
            for flight in self._open
            if flight.reply.window.uri == uri and not flight.contradicted
        ]

    def _contradict(self, flight: Flight) -> None:
        flight.contradicted = True
        flight.tell()
        if flight.task:
            flight.task.cancel()

    async def _after_grace(self, flight: Flight) -> None:
        await self._sleep(GRACE)
        self._graces.pop(flight, None)
        if not flight.waiters:
            self._contradict(flight)

    async def _fly(self, flight: Flight, errand: Errand) -> None:
        """Read the stream.  Requests that wait for its text get it before the stream is
        closed; what the stream used is counted last.
        """
        try:
            async with aclosing(errand.stream()) as pieces:
                async for piece in pieces:
                    flight.usage = piece.delta.usage or flight.usage
                    if flight.ended:
                        continue
                    if end := self._take(flight, piece):
                        self._land(flight, errand, end)
                        if piece.delta.finish_reason is None:
                            break
                self._land(flight, errand, "natural")
        except FimError as error:
            # An error after the text is whole does not spoil the reply.
            flight.error = None if flight.ended else error
        finally:
            self._land(flight, errand)
            errand.count(flight)

    def _land(
        self, flight: Flight, errand: Errand | None = None, end: End = "ours"
    ) -> None:
        """End a flight, once: its reply is kept before the waiting requests resume."""
        if flight.ended:
            return
        flight.ended = True
        flight.landed = self._clock()
        flight.reply = replace(flight.reply, end=end)
        self._open.remove(flight)
        if grace := self._graces.pop(flight, None):
            grace.cancel()
        if errand:
            errand.keep(flight)
        flight.tell()

    def _take(self, flight: Flight, piece: Piece) -> End | None:
        """Add a piece to the reply, and return how the reply ends; None while open."""
        delta, now = piece.delta, self._clock()
        flight.model = delta.model or flight.model
        flight.chars += len(delta.text)
        if delta.text and flight.first_token is None:
            flight.first_token = now - flight.started
        text, rules = flight.reply.text + piece.text, piece.rules
        if point := piece.point:
            text, rules = text[: point.index], (*rules, point.rule)
        tokens = (*flight.reply.tokens, *delta.logprobs)
        flight.reply = replace(flight.reply, text=text, rules=rules, tokens=tokens)
        if point:
            return "ours"
        if flight.following and not tail_agrees(flight.reply, flight.following):
            flight.contradicted = True
            return "ours"
        if delta.finish_reason:
            return ENDS.get(delta.finish_reason, "ours")
        # Of a stream that is still open only whole lines are shown.
        if "\n" in piece.text:
            if flight.line_at is None and "\n" in text.lstrip("\n"):
                flight.line_at = now
            flight.tell()
        return None


def _survives(flight: Flight, after: Document, changes: Sequence[Change]) -> bool:
    """Whether what stands after the flight's place can still become its reply."""
    for change in changes:
        if change.start < flight.place:
            end = _old_end(change)
            if end.line >= flight.reply.window.first_line or end >= flight.place:
                return False
            moved = change.end.line - end.line
            flight.place = Place(flight.place.line + moved, flight.place.column)
    length = MAX_TYPED + len(flight.reply.window.suffix)
    flight.following = _following(after, flight.place, length)
    return flight.following is not None and tail_agrees(flight.reply, flight.following)


def _old_end(change: Change) -> Place:
    return replace(change, new=change.old).end


def _following(document: Document, place: Place, length: int) -> str | None:
    """About `length` characters after `place`, with LF line ends; None where the
    document has no such place.
    """
    if place.line >= len(document.lines):
        return None
    line = bare_line(document.lines[place.line])
    if place.column > len(line):
        return None
    pieces, size = [line[place.column :]], 0
    below = place.line + 1
    for text in document.lines[below : below + length]:
        if size > length:
            break
        pieces.append(bare_line(text))
        size += len(pieces[-1]) + 1
    return "\n".join(pieces)
