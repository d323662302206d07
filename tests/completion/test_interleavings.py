"""Keys, requests, cancels, stream pieces and closes in every order.

Whatever happens, every request is answered exactly once, no answer contradicts
the document it was asked for, and no stream or task is left.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.completion.decision import Offer, Trigger
from fim_lsp.completion.request import Ask
from fim_lsp.errors import StreamBroken
from fim_lsp.text import Document, Edit, Place, apply
from tests.harness.clock import settle
from tests.harness.typist import Stream, Typist

LINE = "return first + second"
ANSWER = f"{LINE}\n\n\ndef next_one(x):\n    return x\n"

KINDS = (
    *("key", "wrong", "newline", "back", "move", "accept", "close"),
    *("ask", "invoke", "cancel", "say", "end", "fail", "wait", "rest"),
)
Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), max_size=40)


@dataclass
class Asked:
    task: asyncio.Task[Offer]
    document: Document
    cancelled: bool = False


class World:
    """A typist whose model always means to write `ANSWER` at the first place."""

    def __init__(self) -> None:
        self.typist = Typist("def first_one(first, second):\n    $0\n\n")
        self.asked: list[Asked] = []
        self.said: dict[int, int] = {}

    async def step(self, kind: str, number: int) -> None:
        await getattr(self, kind)(number)
        await settle(number + 1)

    async def key(self, _number: int) -> None:
        typed = self.typist.line[4:]
        if LINE.startswith(typed) and len(typed) < len(LINE):
            self.typist.insert(LINE[len(typed)])

    async def wrong(self, number: int) -> None:
        self.typist.insert("xyz"[number % 3])

    async def newline(self, _number: int) -> None:
        self.typist.insert("\n    ")

    async def back(self, _number: int) -> None:
        if self.typist.place.column > 4:
            self.typist.backspace()

    async def move(self, number: int) -> None:
        line = self.typist.document.lines[number % 2].rstrip("\n")
        self.typist.place = Place(number % 2, len(line))

    async def close(self, _number: int) -> None:
        self.typist.engine.closed(self.typist.document.uri)

    async def accept(self, _number: int) -> None:
        last = next((a for a in reversed(self.asked) if a.task.done()), None)
        if last is None or last.cancelled:
            return
        offer = last.task.result()
        if offer.suggestions and last.document is self.typist.document:
            self.typist.accept(offer)

    async def ask(self, _number: int) -> None:
        self.asked.append(Asked(self.typist.start(), self.typist.document))

    async def invoke(self, _number: int) -> None:
        task = self.typist.start(Trigger.INVOKED)
        self.asked.append(Asked(task, self.typist.document))

    async def cancel(self, _number: int) -> None:
        if self.asked:
            last = self.asked[-1]
            last.cancelled = last.cancelled or not last.task.done()
            last.task.cancel()

    async def wait(self, number: int) -> None:
        await self.typist.clock.advance(number / 20)

    async def rest(self, _number: int) -> None:
        await self.typist.clock.advance(2)

    async def say(self, number: int) -> None:
        if stream := self._stream(number):
            start = self.said.get(id(stream), 0)
            await stream.say(self._answer(stream)[start : start + number])
            self.said[id(stream)] = start + number

    async def end(self, number: int) -> None:
        if stream := self._stream(number):
            await stream.say(self._answer(stream)[self.said.get(id(stream), 0) :])
            await stream.end()

    async def fail(self, number: int) -> None:
        if stream := self._stream(number):
            await stream.fail(StreamBroken("It broke."))

    def _stream(self, number: int) -> Stream | None:
        streams = self.typist.model.open
        return streams[number % len(streams)] if streams else None

    def _answer(self, stream: Stream) -> str:
        """What the model means to write after the prefix it was given."""
        return ANSWER.removeprefix(stream.request.prefix.rpartition("\n")[2].lstrip())


def check_offer(asked: Asked) -> None:
    """Inserting it changes nothing but its own range, on one line."""
    for item in asked.task.result().suggestions:
        document, span = asked.document, item.span
        assert item.text
        assert span.start.line == span.end.line
        after = apply(document, [Edit(span, item.text)], 0).text
        offset = sum(map(len, document.lines[: span.start.line])) + span.start.column
        covered = span.end.column - span.start.column
        assert after[:offset] == document.text[:offset]
        assert after.endswith(document.text[offset + covered :])


def check_sent(ask: Ask, offer: Offer, now: Document) -> None:
    """The text around an offer is still what was asked about."""
    if offer.suggestions:
        place, line = ask.place, now.lines[ask.place.line]
        before = "".join(now.lines[: place.line]) + line[: place.column]
        after = line[place.column :] + "".join(now.lines[place.line + 1 :])
        assert (before + after) == ask.document.text
        assert ask.document.text.startswith(before)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_whatever_the_order_every_request_is_answered_once(steps: list[Step]) -> None:
    async def play() -> None:
        world = World()
        for kind, number in steps:
            await world.step(kind, number)
        await world.typist.clock.advance(20)
        for stream in world.typist.model.open:
            await stream.end()
        await world.typist.clock.advance(20)
        await world.typist.engine.aclose()
        for asked in world.asked:
            with contextlib.suppress(asyncio.CancelledError):
                await asked.task
            if asked.task.cancelled():
                assert asked.cancelled
            else:
                check_offer(asked)
        for ask, offer, document in world.typist.sent:
            check_sent(ask, offer, document)
        assert len(world.typist.decisions) == min(200, len(world.asked))
        assert world.typist.model.open == []
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(play())
    Typist.made.clear()
