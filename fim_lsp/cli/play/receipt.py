"""What came of the keys, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any


@dataclass(slots=True)
class Receipt:
    """Counts of keys; `seconds` of every answer that offered something."""

    keys: int = 0
    right: int = 0
    wrong: int = 0
    quiet: int = 0
    seconds: list[float] = field(default_factory=list)

    def line(self, decisions: Sequence[dict[str, Any]]) -> str:
        """As in `keys 84 · requests 3 · right 5 · wrong 1 · quiet 78 · $0`."""
        paid = [each for each in decisions if each["tokens"]]
        costs = [each["cost"] for each in decisions if each["cost"]]
        parts = [
            f"keys {self.keys}",
            f"requests {len(paid)}",
            f"right {self.right}",
            f"wrong {self.wrong}",
            f"quiet {self.quiet}",
        ]
        if self.seconds:
            parts.append(f"median {median(self.seconds) * 1000:.1f} ms")
        return " · ".join([*parts, money(costs)])


def money(costs: Sequence[dict[str, Any]]) -> str:
    """The sum; amounts are decimal strings of one currency."""
    total = sum((Decimal(cost["amount"]) for cost in costs), Decimal(0))
    currency = costs[0]["currency"] if costs else "USD"
    sign = {"USD": "$", "CNY": "¥"}.get(currency, f"{currency} ")
    return f"{sign}{total.quantize(Decimal('0.0001'))}" if total else f"{sign}0"
