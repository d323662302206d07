"""Requests to providers: the account that pays, the budget that allows, the cost."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from ..api.presets import Provider
from ..api.prices import Money
from ..api.providers import Providers
from ..api.requests import ChatRequest, Delta, FimRequest
from ..errors import SettingsError
from ..money.meter import Bill, Meter, Spend
from ..reasons import Refusal
from ..settings import BudgetSettings, Settings

Stream = AsyncGenerator[Delta, None]


class Gateway:
    """Providers whose requests are counted and kept within the budget.

    announce: awaited with a provider's name before the provider is asked.
    on_answer: called with each completion as the model wrote it, and its finish reason.
    """

    def __init__(
        self,
        providers: Providers,
        money: Meter,
        announce: Callable[[str], Awaitable[object]],
    ) -> None:
        self._providers = providers
        self._money = money
        self._announce = announce
        self.on_answer: Callable[[str, str | None], None] | None = None

    def provider(self, name: str) -> Provider:
        """Raises SettingsError for a provider that does not exist."""
        return self._providers.get(name).provider

    def refusal(
        self, name: str, budget: BudgetSettings, *, invoked: bool
    ) -> Refusal | None:
        """Why nothing is sent to a provider now."""
        try:
            refusal = self._providers.refusal(name, invoked=invoked)
            provider = self.provider(name)
        except SettingsError as error:
            return Refusal("settings", error.sentence)
        return refusal or self._money.refusal(budget, provider)

    def trouble(self, name: str, budget: BudgetSettings) -> Refusal | None:
        """The refusal as the status shows it."""
        refusal = self.refusal(name, budget, invoked=False)
        if refusal and refusal.reason == "back-off" and self._providers.is_quiet(name):
            return replace(refusal, reason="unreachable")
        return refusal

    async def stream_fim(
        self, name: str, settings: Settings, request: FimRequest
    ) -> Stream:
        """Raises FimError.  Who reads the stream calls `landed` when it has ended."""
        await self._announce(name)
        model = await self._providers.model(name, settings.completion.model, chat=False)
        bill = Bill(settings.budget, self.provider(name), model)
        async with (
            self._money.spending(bill, request),
            aclosing(self._providers.stream_fim(name, model, request)) as deltas,
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
        """Raises FimError.  Counts what it used; `bill.model` may be "auto"."""
        name = bill.provider.name
        await self._announce(name)
        model = await self._providers.model(name, bill.model, chat=True)
        bill = replace(bill, model=model)
        deltas = self._providers.stream_chat(name, model, request)
        async with (
            self._money.spending(bill, request),
            aclosing(self._money.chat(bill, request, deltas)) as counted,
        ):
            async for delta in counted:
                yield delta

    def landed(
        self,
        name: str,
        budget: BudgetSettings,
        spend: Spend,
        *,
        model: str | None,
        language: str,
    ) -> Money | None:
        """Count a completion that has ended, and return its cost."""
        state = self._providers.get(name)
        bill = Bill(budget, state.provider, model or state.model, language=language)
        return self._money.landed(bill, spend)
