"""Requests to providers: the account they go to, the budget they keep, the cost."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace

from ..api.prices import Money
from ..api.providers import Providers
from ..api.requests import ChatRequest, Delta, FimRequest
from ..completion.decision import Decision
from ..completion.sources import ECHO, Landing
from ..errors import SettingsError
from ..money.budget import Standing
from ..money.meter import Bill, Meter
from ..reasons import Refusal
from ..settings import BudgetSettings, Settings

Stream = AsyncGenerator[Delta, None]


class Gateway:
    """Accounts with their books.  `announce` is awaited before a provider is asked."""

    def __init__(
        self,
        accounts: Providers,
        books: Meter,
        announce: Callable[[str], Awaitable[object]],
    ) -> None:
        self._accounts = accounts
        self._books = books
        self._announce = announce
        # Hears every completion as the model wrote it, with how it ended.
        self.on_answer: Callable[[str, str | None], None] | None = None

    def refusal(
        self, name: str, budget: BudgetSettings, *, invoked: bool
    ) -> Refusal | None:
        """Why nothing is sent to a provider now."""
        try:
            refusal = self._accounts.refusal(name, invoked=invoked)
            provider = self._accounts.get(name).provider
        except SettingsError as error:
            return Refusal("settings", error.sentence)
        return refusal or self._books.refusal(budget, provider)

    def trouble(self, name: str, budget: BudgetSettings) -> Refusal | None:
        """The refusal as the user is told of it."""
        refusal = self.refusal(name, budget, invoked=False)
        if refusal and refusal.reason == "back-off" and self._accounts.is_quiet(name):
            return replace(refusal, reason="unreachable")
        return refusal

    def standing(self, name: str, budget: BudgetSettings) -> Standing | None:
        """How today's budget stands, where it holds for a provider."""
        with suppress(SettingsError):
            return self._books.standing(budget, self._accounts.get(name).provider)
        return None

    async def stream_fim(
        self, name: str, settings: Settings, request: FimRequest
    ) -> Stream:
        """Raises FimError; what it has cost is for `landed` to count."""
        await self._announce(name)
        model = await self._accounts.model(name, settings.completion.model, chat=False)
        bill = Bill(settings.budget, self._accounts.get(name).provider, model)
        async with (
            self._books.spending(bill, request),
            aclosing(self._accounts.stream_fim(name, model, request)) as deltas,
        ):
            answer, finish = "", None
            try:
                async for delta in deltas:
                    answer, finish = answer + delta.text, delta.finish_reason
                    yield delta
            finally:
                if self.on_answer:
                    self.on_answer(answer, finish)

    async def stream_chat(self, bill: Bill, request: ChatRequest) -> Stream:
        """Raises FimError; counts itself.  The bill names the model wished for."""
        name = bill.provider.name
        await self._announce(name)
        model = await self._accounts.model(name, bill.model, chat=True)
        bill = replace(bill, model=model)
        deltas = self._accounts.stream_chat(name, model, request)
        async with (
            self._books.spending(bill, request),
            aclosing(self._books.chat(bill, request, deltas)) as counted,
        ):
            async for delta in counted:
                yield delta

    def landed(
        self, name: str, budget: BudgetSettings, landing: Landing
    ) -> Money | None:
        """Count a completion that ended; what it has cost."""
        account = self._accounts.get(name)
        model = landing.model or account.model
        bill = Bill(budget, account.provider, model, language=landing.language)
        return self._books.landed(bill, landing)

    def offered(self, decision: Decision, reply: str | None) -> None:
        """`reply` is the id of what the decision offers."""
        self._books.offered(self._named(decision), reply)

    def accepted(self, decision: Decision, reply: str | None, chars: int) -> None:
        self._books.accepted(self._named(decision), reply, chars)

    def _named(self, decision: Decision) -> Decision:
        """With the model's own name, where only the wish for one is known."""
        if decision.model not in (None, "", "auto") or decision.source in (None, ECHO):
            return decision
        with suppress(SettingsError):
            model = self._accounts.get(decision.source).model
            return replace(decision, model=model)
        return decision
