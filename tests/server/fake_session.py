"""The real session over a fake endpoint, with an engine that answers by script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fim_lsp.api.requests import ChatRequest, Delta, EditRequest
from fim_lsp.completion.decision import (
    Acceptance,
    Decision,
    Offer,
    Outcome,
    Suggestion,
)
from fim_lsp.completion.engine import Engine
from fim_lsp.completion.on_screen import Seen, Verdict
from fim_lsp.completion.request import Ask, Setup
from fim_lsp.errors import OverBudget
from fim_lsp.money.bill import Bill, Tally
from fim_lsp.session.gateway import Gateway
from fim_lsp.session.session import Session
from fim_lsp.settings import user_file
from fim_lsp.text import Document, Edit, Span
from tests.harness.fake_api import FakeApi

Answer = Callable[[Ask], Awaitable[tuple[Suggestion, ...]]]
Happened = list[tuple[Any, ...]]

# An endpoint on this machine: nothing is announced, and no budget counts.
USER_FILE = 'providers.deepseek.baseUrl = "http://127.0.0.1:1"\nfallback = []\n'


async def nothing(ask: Ask) -> tuple[Suggestion, ...]:
    del ask
    return ()


def answering(text: str, id_: str = "s1") -> Answer:
    """Offer `text` at the cursor."""

    async def answer(ask: Ask) -> tuple[Suggestion, ...]:
        return (Suggestion(text, Span(ask.place, ask.place), id_),)

    return answer


async def never_refused(_uri: str, _folder: Path | None) -> str | None:
    return None


class FakeEngine(Engine):
    """Answers by script, and notes in `happened` what it is told."""

    def __init__(self, happened: Happened) -> None:
        super().__init__(
            now=lambda: 0.0,
            clock=lambda: 0.0,
            sleep=asyncio.sleep,
            may_read=lambda _path, _folder: True,
            refusal_of=never_refused,
        )
        self.answer: Answer = nothing
        self.asks: list[Ask] = []
        self.failure: Exception | None = None
        self._happened = happened
        self._decisions: list[Decision] = []

    def warm_model(self, document: Document, folder: Path | None) -> None:
        """Nothing is to be warmed up."""

    def opened(self, document: Document) -> None:
        self._happened.append(("opened", document))

    def changed(
        self, before: Document, after: Document, edits: Sequence[Edit]
    ) -> tuple[Seen, Acceptance | None]:
        self._happened.append(("changed", before, after, edits))
        return Seen(Verdict.NOTHING), None

    def closed(self, uri: str) -> None:
        self._happened.append(("closed", uri))

    async def suggest(self, ask: Ask, setup: Setup) -> Offer:
        del setup
        self.asks.append(ask)
        if self.failure is not None:
            raise self.failure
        suggestions = await self.answer(ask)
        decision = Decision(
            id="d1",
            time=0.0,
            uri=ask.document.uri,
            language=ask.document.language,
            place=ask.place,
            trigger=ask.trigger,
            outcome=Outcome.NETWORK if suggestions else Outcome.SILENT,
            reason=None if suggestions else "nothing-follows",
        )
        self._decisions.append(decision)
        return Offer(suggestions, decision)

    def accepted(self, suggestion: str) -> Acceptance | None:
        self._happened.append(("accepted", suggestion))
        return None

    def decisions(
        self, uri: str | None = None, limit: int = 10
    ) -> tuple[Decision, ...]:
        found = [each for each in self._decisions if uri in (None, each.uri)]
        return tuple(found[-limit:][::-1])


@dataclass
class ChatScript:
    """The answer of a chat model: pieces, errors, and events that it waits for.

    asked: set when the model is asked.
    """

    answer: Sequence[str | asyncio.Event | Exception] = ()
    requests: list[ChatRequest] = field(default_factory=list)
    closed: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        self.asked.set()
        try:
            for piece in self.answer:
                if isinstance(piece, Exception):
                    raise piece
                if isinstance(piece, asyncio.Event):
                    await piece.wait()
                else:
                    yield Delta(text=piece)
            yield Delta(finish_reason="stop")
        finally:
            self.closed += 1


class ScriptedGateway(Gateway):
    """Chat answers come from `chat`, unless `over_budget` holds a refusal."""

    chat: ChatScript
    over_budget: str | None = None

    async def stream_chat(
        self, bill: Bill, request: ChatRequest | EditRequest, tally: Tally
    ) -> AsyncGenerator[Delta, None]:
        del tally
        assert isinstance(request, ChatRequest)
        if self.over_budget and not bill.spare:
            raise OverBudget(self.over_budget)
        async with aclosing(self.chat.stream(request)) as deltas:
            async for delta in deltas:
                yield delta


class FakeSession(Session):
    """`happened` lists what was called, in order."""

    engine: FakeEngine
    gateway: ScriptedGateway

    def __init__(self) -> None:
        user_file().parent.mkdir(parents=True, exist_ok=True)
        user_file().write_text(USER_FILE)
        self.api = FakeApi(balance="10.00")
        super().__init__(
            environ={"DEEPSEEK_API_KEY": "sk-of-nobody"}, transport=self.api
        )
        self.happened: Happened = []
        self.engine = FakeEngine(self.happened)
        self.chat = ChatScript()
        self.gateway = ScriptedGateway(
            self.providers, self.money, self.announcements.destination
        )
        self.gateway.chat = self.chat
        self.is_open = True

    def _tell_status(self) -> None:
        """Tests of the status call `on_status` themselves."""

    async def warm_up(self) -> None:
        self.happened.append(("warm_up",))
        await asyncio.sleep(0)

    async def aclose(self) -> None:
        await super().aclose()
        self.is_open = False
