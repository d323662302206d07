"""What a request is billed to, what it has cost, and what was spent today."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..api.presets import Provider
from ..api.prices import Money
from ..api.requests import Usage
from ..api.token_counts import Tokens
from ..errors import FimError
from ..settings import BudgetSettings
from .counts import (
    COMPLETION,
)


@dataclass(frozen=True, slots=True)
class Bill:
    """Who is paid for a request, under which budget, and what for.

    `kind` is "completion", the id of an action of ours, or "own" for all actions of the
    user, whose names are not recorded.  `spare` lets the request exceed the budget.
    """

    budget: BudgetSettings
    provider: Provider
    model: str
    kind: str = COMPLETION
    language: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Spend:
    """What one request used, and how it ended.

    `first_token` and `total` are in seconds from its start.
    """

    tokens: Tokens
    first_token: float | None
    total: float
    error: FimError | None


@dataclass(slots=True)
class Tally:
    """What the requests of one chat action have used so far.

    tokens: None before the first request has ended.
    cost: None where a request had no known price.
    """

    tokens: Tokens | None = None
    cost: Money | None = None

    def add(self, tokens: Tokens, cost: Money | None) -> None:
        """Count one request that has ended."""
        if self.tokens is None:
            self.tokens, self.cost = tokens, cost
            return
        old, new = self.tokens.usage, tokens.usage
        usage = Usage(
            prompt=old.prompt + new.prompt,
            completion=old.completion + new.completion,
            cache_hit=old.cache_hit + new.cache_hit,
        )
        estimated = self.tokens.estimated or tokens.estimated
        self.tokens = Tokens(usage, estimated=estimated)
        if self.cost is None or cost is None or self.cost.currency != cost.currency:
            self.cost = None
        else:
            self.cost = replace(cost, amount=self.cost.amount + cost.amount)


@dataclass(frozen=True, slots=True)
class Today:
    """The requests since midnight, and their cost in `currency`.

    cost: None where it is not known, because no model that was asked has a price.
    """

    requests: int = 0
    cost: str | None = "0"
    currency: str = "USD"
