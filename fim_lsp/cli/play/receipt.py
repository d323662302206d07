"""What came of the keys, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any


@dataclass(slots=True)
class Receipt:
    """Counts of one session.

    keys: characters that were typed.
    offered, right: places at which something was offered, and at which it was right.
    seconds: of each answer that offered something.
    """

    keys: int = 0
    offered: int = 0
    right: int = 0
    seconds: list[float] = field(default_factory=list)

    def line(self, decisions: Iterable[Mapping[str, Any]]) -> str:
        """As in `keys 84 · requests 3 · offered 9 · right 8 · median 0.4 ms · $0.0009`.

        decisions: those of the server, with what each request was and cost.
        """
        requests = [decision for decision in decisions if decision["tokens"]]
        parts = [f"keys {self.keys}", f"requests {len(requests)}"]
        parts += [f"offered {self.offered}", f"right {self.right}"]
        if self.seconds:
            parts.append(f"median {median(self.seconds) * 1000:.1f} ms")
        costs = [request["cost"] for request in requests if request["cost"]]
        return " · ".join([*parts, money(costs)])


def money(costs: Iterable[Mapping[str, Any]]) -> str:
    """The sum of `costs`, whose amounts are decimal strings of one currency."""
    costs = list(costs)
    total = sum((Decimal(cost["amount"]) for cost in costs), Decimal(0))
    currency = costs[0]["currency"] if costs else "USD"
    sign = {"USD": "$", "CNY": "¥"}.get(currency, f"{currency} ")
    places = max(4, -total.adjusted())  # a digit at least, however little it is
    return f"{sign}{total:.{places}f}" if total else f"{sign}0"
