"""A session without models, files or settings layers: it records and answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from fim_lsp.api.requests import Balance, BalanceInfo, ChatRequest, Delta, Model
from fim_lsp.completion.decision import Decision, Offer, Outcome, Suggestion
from fim_lsp.completion.request import Ask
from fim_lsp.completion.sources import ECHO
from fim_lsp.errors import OverBudget
from fim_lsp.money.counts import CountKey, Counts
from fim_lsp.money.report import Report
from fim_lsp.session.session import ChatSource
from fim_lsp.settings import Layer, Problem, Settings, parse
from fim_lsp.text import Document, Edit, Span

Answer = Callable[[Ask], Awaitable[tuple[Suggestion, ...]]]


async def nothing(ask: Ask) -> tuple[Suggestion, ...]:
    del ask
    return ()


def answering(text: str, id_: str = "s1") -> Answer:
    """Offer `text` at the cursor."""

    async def answer(ask: Ask) -> tuple[Suggestion, ...]:
        return (Suggestion(text, Span(ask.place, ask.place), id_),)

    return answer


class FakeSession:
    """What `Session` is to the server.  `happened` lists what was called, in order."""

    def __init__(self, answer: Answer = nothing) -> None:
        self.answer = answer
        self.asks: list[Ask] = []
        self.happened: list[tuple[Any, ...]] = []
        self.editor_values: list[Mapping[str, Any]] = []
        self.on_status: Callable[[Any], None] | None = None
        self.on_notice: Callable[[str], None] | None = None
        self.on_problems: Callable[[Sequence[Problem]], None] | None = None
        self.settings: Settings = parse([]).settings
        self.failure: Exception | None = None
        self.is_open = True
        self.over_budget: str | None = None
        self.problems: tuple[Problem, ...] = ()
        self.provider = ECHO
        self.refusals: dict[str, str] = {}
        self.chats: list[ChatRequest] = []
        self.chat_answer: Sequence[str | asyncio.Event | Exception] = ()
        self._decisions: list[Decision] = []

    def configure(self, values: Mapping[str, Any] | None) -> tuple[Problem, ...]:
        self.editor_values.append(dict(values or {}))
        parsed = parse([Layer("editor", values or {})])
        self.settings, self.problems = parsed.settings, parsed.problems
        if self.on_problems and parsed.problems:
            self.on_problems(parsed.problems)
        return parsed.problems

    def settings_for(self, folder: Path | None) -> Settings:
        del folder
        return self.settings

    async def suggest(self, ask: Ask) -> Offer:
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

    def opened(self, document: Document) -> None:
        self.happened.append(("opened", document))

    def changed(
        self, before: Document, after: Document, edits: tuple[Edit, ...]
    ) -> None:
        self.happened.append(("changed", before, after, edits))

    def closed(self, uri: str) -> None:
        self.happened.append(("closed", uri))

    def accepted(self, id_: str) -> None:
        self.happened.append(("accepted", id_))

    def allow(self, uri: str) -> None:
        self.happened.append(("allow", uri))

    def clear_cache(self) -> None:
        self.happened.append(("clear_cache",))

    def toggle(self, on: bool | None = None) -> bool:
        self.happened.append(("toggle", on))
        return bool(on)

    def decisions(
        self, uri: str | None = None, limit: int = 10
    ) -> tuple[Decision, ...]:
        found = [each for each in self._decisions if uri in (None, each.uri)]
        return tuple(found[-limit:][::-1])

    def refusal(self, uri: str, folder: Path | None) -> str | None:
        del folder
        return self.refusals.get(uri)

    def chat_source(
        self, kind: str = "chat", language: str = "", *, over_budget: bool = False
    ) -> ChatSource:
        self.happened.append(("chat_source", kind, language, over_budget))
        if self.over_budget and not over_budget:
            raise OverBudget(self.over_budget)
        return ChatSource("fake", self._stream)

    async def usage(self, days: int = 30) -> Report:
        self.happened.append(("usage", days))
        key = CountKey("2026-11-20", "fake", "fast", "python", "completion", "USD")
        counts = Counts(requests=2, shown=4, accepted=1, cost=Decimal("0.0004"))
        return Report({key: counts}, "USD")

    async def continue_today(self) -> None:
        self.over_budget = None

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        self.chats.append(request)
        try:
            for piece in self.chat_answer:
                if isinstance(piece, Exception):
                    raise piece
                if isinstance(piece, asyncio.Event):
                    await piece.wait()
                else:
                    yield Delta(text=piece)
            yield Delta(finish_reason="stop")
        finally:
            self.happened.append(("closed stream",))

    async def client(self) -> FakeSession:
        return self

    async def models(self) -> tuple[Model, ...]:
        return (Model("fast"), Model("slow"))

    async def resolve_model(self, wish: str, *, chat: bool) -> str:
        return ("slow" if chat else "fast") if wish == "auto" else wish

    async def balance(self) -> Balance:
        if self.failure is not None:
            raise self.failure
        ten = Decimal("10.00")
        return Balance(available=True, infos=(BalanceInfo("USD", ten, ten, ten),))

    async def warm_up(self) -> None:
        self.happened.append(("warm_up",))
        await asyncio.sleep(0)

    async def aclose(self) -> None:
        self.is_open = False
