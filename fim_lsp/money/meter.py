"""Counts what is asked, shown, accepted and paid, and keeps today's budget.

Knows no document: only counts, and the names of models and languages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from decimal import Decimal

from ..api import prices
from ..api.presets import Provider
from ..api.prices import Money
from ..api.requests import ChatRequest, Delta, EditRequest, FimRequest, Usage
from ..api.token_counts import CHARS_PER_TOKEN, Tokens, believable, estimate
from ..errors import ApiError, FimError, HostNotTrusted, OverBudget
from ..reasons import Refusal
from ..settings import BudgetSettings
from .bill import Bill, Spend, Tally, Today
from .budget import Standing, binds, standing
from .counts import (
    COMPLETION,
    SECONDS_OF_A_DAY,
    CountKey,
    Counts,
    bucket,
    day_of,
    name,
)
from .ledger import Ledger
from .report import Report

# Tokens that a chat answer is taken to cost until it is there.
CHAT_ANSWER = 2000


class Meter:
    """The counts and the budget of one session.

    `now` is in seconds since the epoch, `clock` in seconds for durations.  `on_change`
    is called when today's figures have changed, `on_unpriced` with a request that the
    budget could not have stopped, because the price of its model is not known.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
        on_change: Callable[[], None],
        on_unpriced: Callable[[Bill], None] = lambda _: None,
    ) -> None:
        self.ledger = ledger
        self._now = now
        self._clock = clock
        self._on_change = on_change
        self._on_unpriced = on_unpriced
        self._under_way = Decimal(0)
        self._hit_share = 0.0

    # The budget.

    def refusal(self, budget: BudgetSettings, provider: Provider) -> Refusal | None:
        """Why nothing more is sent today, as far as is known without asking."""
        standing = self.standing(budget, provider)
        if standing is None:
            return None
        expected = replace(standing, spent=standing.spent + self._under_way)
        if not expected.is_over:
            return None
        # Another server may have been told to go on.
        self.ledger.look()
        return Refusal("over-budget", expected.sentence)

    def standing(self, budget: BudgetSettings, provider: Provider) -> Standing | None:
        """How today's budget stands, where it holds and was not lifted."""
        if not binds(budget, local=provider.loopback) or self.ledger.is_allowed():
            return None
        return standing(self.ledger.today(), budget)

    @asynccontextmanager
    async def spending(
        self, bill: Bill, request: FimRequest | ChatRequest | EditRequest
    ) -> AsyncIterator[None]:
        """Hold this around a request.  Raises OverBudget where it may not be sent.

        What others have spent is asked first; what the request may cost counts until
        it has landed, so that those beside it do not run over the budget together.
        """
        if binds(bill.budget, local=bill.provider.loopback) and not bill.spare:
            await self.ledger.fresh()
            if refusal := self.refusal(bill.budget, bill.provider):
                self._on_change()
                raise OverBudget(refusal.sentence)
        expected = self._price(bill, _expected(request))
        share = expected.amount if expected else Decimal(0)
        self._under_way += share
        try:
            yield
        finally:
            self._under_way -= share

    async def continue_today(self) -> None:
        """Lift the budget until midnight."""
        await self.ledger.allow()
        self._on_change()

    # Requests.

    def landed(self, bill: Bill, spend: Spend) -> Money | None:
        """Count a request that has ended, and return its likely cost."""
        if not _was_sent(spend.error):
            return None
        usage = charged = spend.tokens.usage
        guessed = spend.tokens.estimated
        if guessed:
            hit = round(usage.prompt * self._hit_share)
            usage = replace(usage, cache_hit=hit)
        elif usage.prompt:
            self._hit_share = usage.cache_hit / usage.prompt
        cost, spent = self._price(bill, usage), self._price(bill, charged)
        paid = bool(usage.prompt or usage.completion)
        counts = Counts(
            requests=1,
            failed=int(spend.error is not None),
            estimated=int(guessed and paid),
            unpriced=int(cost is None and paid),
            prompt=usage.prompt,
            cache_hit=usage.cache_hit,
            completion=usage.completion,
            cost=cost.amount if cost else Decimal(0),
            charged=spent.amount if spent else Decimal(0),
            first=_times(spend.first_token),
            total=_times(None if spend.error else spend.total),
        )
        # What costs money is written at once: a server that is killed forgets the rest.
        bound = binds(bill.budget, local=bill.provider.loopback)
        free = not bound and not counts.charged
        self.ledger.add(self._key(bill, cost), counts, in_a_while=free)
        if bound and counts.unpriced:
            self._on_unpriced(bill)
        self._on_change()
        return cost

    @contextmanager
    def counting_chat(
        self, bill: Bill, request: ChatRequest | EditRequest, tally: Tally
    ) -> Iterator[Callable[[Delta], None]]:
        """Count a chat stream, in `tally` too, however it ends; hold this around the
        reading.

        Yields a function that is to be called with each delta.
        """
        started, sent, got = self._clock(), _chars(request), 0
        first: float | None = None
        usage: Usage | None = None
        error: FimError | None = None

        def count(delta: Delta) -> None:
            nonlocal bill, got, first, usage
            got += len(delta.text) + len(delta.reasoning)
            got += sum(len(call.arguments) for call in delta.tool_calls)
            if got and first is None:
                first = self._clock() - started
            usage = delta.usage or usage
            bill = replace(bill, model=delta.model or bill.model)

        try:
            yield count
        except FimError as failure:
            error = failure
            raise
        finally:
            if usage and not believable(usage, sent, got, request.max_tokens):
                usage = None
            nothing = Usage(0, 0) if error and not got else None
            guess = nothing or estimate(sent, got, CHARS_PER_TOKEN)
            tokens = Tokens(usage or guess, estimated=usage is None)
            total = self._clock() - started
            cost = self.landed(bill, Spend(tokens, first, total, error))
            if _was_sent(error):
                tally.add(tokens, cost)

    # Suggestions.

    def shown(
        self, provider: str, model: str, language: str, kind: str = COMPLETION
    ) -> None:
        """Count a reply of which something is offered for the first time."""
        self._count(provider, model, language, kind, Counts(shown=1))

    def accepted(
        self,
        provider: str,
        model: str,
        language: str,
        kind: str = COMPLETION,
        *,
        chars: int,
        first: bool,
    ) -> None:
        """Count `chars` that were accepted; only the `first` part of a reply counts as
        an acceptance.
        """
        counts = Counts(accepted=int(first), characters=chars)
        self._count(provider, model, language, kind, counts)

    def _count(
        self, provider: str, model: str, language: str, kind: str, counts: Counts
    ) -> None:
        key = CountKey(
            day=self.ledger.day,
            provider=provider,
            model=name(model),
            language=name(language),
            kind=kind,
        )
        self.ledger.add(key, counts, in_a_while=True)

    # Figures.

    def today(self, currency: str) -> Today:
        table = self.ledger.today()
        costs = [row.cost for key, row in table.items() if key.currency == currency]
        cost = sum(costs, Decimal(0))
        is_unknown = not cost and any(row.is_unpriced for row in table.values())
        return Today(
            requests=sum(row.requests for row in table.values()),
            cost=None if is_unknown else prices.plain(cost),
            currency=currency,
        )

    async def usage(self, days: int, currency: str) -> Report:
        """The counts of the last `days`, today included."""
        first = day_of(self._now() - (days - 1) * SECONDS_OF_A_DAY)
        return Report(await self.ledger.since(first), currency)

    def _price(self, bill: Bill, usage: Usage) -> Money | None:
        return prices.cost(
            bill.model,
            usage,
            self._now(),
            bill.provider.prices,
            currency=bill.budget.currency,
        )

    def _key(self, bill: Bill, cost: Money | None) -> CountKey:
        return CountKey(
            day=self.ledger.day,
            provider=bill.provider.name,
            model=name(bill.model),
            language=name(bill.language),
            kind=bill.kind,
            currency=cost.currency if cost else "",
            local=bill.provider.loopback,
        )


def _was_sent(error: FimError | None) -> bool:
    return error is None or (
        isinstance(error, ApiError) and not isinstance(error, HostNotTrusted)
    )


def _times(seconds: float | None) -> dict[int, int]:
    return {} if seconds is None else dict(bucket(seconds * 1000))


def _chars(request: FimRequest | ChatRequest | EditRequest) -> int:
    if isinstance(request, FimRequest):
        snippets = sum(len(s.path) + len(s.text) for s in request.snippets)
        return len(request.prefix) + len(request.suffix) + snippets
    if isinstance(request, EditRequest):
        return len(request.prompt)
    return sum(len(message.content or "") for message in request.messages)


def _expected(request: FimRequest | ChatRequest | EditRequest) -> Usage:
    """What a request may cost."""
    usage = estimate(_chars(request), 0, CHARS_PER_TOKEN)
    return replace(usage, completion=request.max_tokens or CHAT_ANSWER)
