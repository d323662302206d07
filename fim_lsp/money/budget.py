"""Whether today's budget allows another request.  Pure.

The default budget spares endpoints on this machine; a budget that the user set counts
everywhere.  Requests without a price, or priced in another currency, do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..api.presets import Provider
from ..api.prices import plain, price_of
from ..settings import BudgetSettings
from .counts import Table

# The share of the budget from which the status warns.
WARNED_AT = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Standing:
    """Today's spending against the daily limit."""

    spent: Decimal
    budget: BudgetSettings

    @property
    def is_over(self) -> bool:
        return self.budget.daily is not None and self.spent >= self.budget.daily

    @property
    def is_low(self) -> bool:
        daily = self.budget.daily
        return daily is not None and self.spent >= daily * WARNED_AT

    @property
    def sentence(self) -> str:
        """A sentence for the user; it does not change with every request."""
        daily, currency = self.budget.daily, self.budget.currency
        amount = f"Today's budget of {plain(daily or Decimal(0))} {currency}"
        if self.is_over:
            return (
                f"{amount} is used up; fim-lsp.continueToday goes on until midnight, "
                "budget.daily sets another."
            )
        return f"{amount} is used up to four fifths."


def binds(budget: BudgetSettings, *, local: bool) -> bool:
    """Whether the budget limits an endpoint; `local` means one on this machine."""
    return budget.daily is not None and (budget.is_set or not local)


def standing(today: Table, budget: BudgetSettings) -> Standing:
    charged = (
        counts.charged
        for key, counts in today.items()
        if key.currency == budget.currency and binds(budget, local=key.local)
    )
    return Standing(sum(charged, Decimal(0)), budget)


def unstoppable(budget: BudgetSettings, provider: Provider, model: str) -> str | None:
    """A sentence where the budget binds and cannot stop a model, as it has no price."""
    if not binds(budget, local=provider.loopback):
        return None
    if price_of(model, 0, provider.prices) is not None:
        return None
    return (
        f"The budget cannot stop {model or provider.name}, because its price is not "
        "known; give the price of a million tokens in config.toml, as in "
        f'[providers.{provider.name}.prices."{model}"] input = "0.15", output = "0.60".'
    )
