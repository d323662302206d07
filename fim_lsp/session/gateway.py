"""The one way to a provider: announced, kept within the budget, and counted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from ..api.client import Stream
from ..api.presets import Provider
from ..api.prices import Money
from ..api.providers import Providers
from ..api.requests import ChatRequest, EditRequest, FimRequest
from ..errors import SettingsError
from ..money.bill import Bill, Spend, Tally
from ..money.meter import Meter
from ..reasons import Refusal
from ..settings import BudgetSettings, Settings


class Gateway:
    """Sends requests to providers.

    announce: called with a provider's name and the wanted model, before anything is
        sent to the provider.
    on_answer: called with the text of each completion, unchanged, and with its finish
        reason.
    """

    def __init__(
        self,
        providers: Providers,
        money: Meter,
        announce: Callable[[str, str], None],
    ) -> None:
        self._providers = providers
        self._money = money
        self._announce = announce
        self.on_answer: Callable[[str, str | None], None] | None = None

    def provider(self, name: str) -> Provider:
        """Raises SettingsError for a provider that does not exist."""
        return self._providers.get(name).provider

    def refusal(
        self,
        name: str,
        budget: BudgetSettings,
        *,
        invoked: bool,
        probing: bool = True,
    ) -> Refusal | None:
        """Why nothing is sent to a provider now; None if it may be asked.

        invoked: whether the user asked for the completion.
        probing: whether a request follows, which may try a provider that was out of
            reach.
        """
        try:
            refusal = self._providers.refusal(name, invoked=invoked, probing=probing)
            provider = self.provider(name)
        except SettingsError as error:
            return Refusal("settings", error.sentence)
        return refusal or self._money.refusal(budget, provider)

    def trouble(self, name: str, budget: BudgetSettings) -> Refusal | None:
        """Why the provider is not asked, as the status of the editor shows it."""
        refusal = self.refusal(name, budget, invoked=False, probing=False)
        if refusal and refusal.reason == "back-off":
            if not self._providers.is_down(name):
                return None
            if self._providers.is_quiet(name):
                return replace(refusal, reason="unreachable")
        return refusal

    async def stream_fim(
        self, name: str, settings: Settings, request: FimRequest
    ) -> Stream:
        """The answer in pieces.  Raises FimError.

        The caller reports the end of the stream to `landed`, which counts it.
        """
        opened = await self._providers.open(
            name, settings.completion.model, chat=False, announce=self._announce
        )
        bill = Bill(settings.budget, opened.provider, opened.model)
        async with (
            self._money.spending(bill, request),
            aclosing(opened.client.stream_fim(request, opened.model)) as deltas,
        ):
            answer, finish = "", None
            try:
                with self._providers.watching(opened) as named:
                    async for delta in deltas:
                        answer += delta.text
                        finish = delta.finish_reason or finish
                        yield named(delta)
            finally:
                if self.on_answer:
                    self.on_answer(answer, finish)

    async def stream_chat(
        self, bill: Bill, request: ChatRequest | EditRequest, tally: Tally
    ) -> Stream:
        """The answer to a chat or an edit in pieces.  Raises FimError.

        What the request used is counted, and added to `tally`.  `bill.model` may be
        "auto".
        """
        opened = await self._providers.open(
            bill.provider.name,
            bill.model,
            chat=isinstance(request, ChatRequest),
            announce=self._announce,
        )
        bill = replace(bill, model=opened.model)
        client = opened.client
        stream = (
            client.stream_chat(request, opened.model)
            if isinstance(request, ChatRequest)
            else client.stream_edit(request, opened.model)
        )
        async with self._money.spending(bill, request), aclosing(stream) as deltas:
            with (
                self._money.counting_chat(bill, request, tally) as count,
                self._providers.watching(opened) as named,
            ):
                async for delta in deltas:
                    count(named_delta := named(delta))
                    yield named_delta

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
