"""What came of the keys, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any


@dataclass(slots=True)
class Receipt:
    """Counts of keys.

    `right` and `wrong` are the keys at which a suggestion appeared, `quiet` all the
    others.  `seconds` of every answer that offered something; `decisions` by their
    time, as the server tells them.
    """

    keys: int = 0
    right: int = 0
    wrong: int = 0
    seconds: list[float] = field(default_factory=list)
    decisions: dict[float, dict[str, Any]] = field(default_factory=dict)

    def remember(self, decisions: Iterable[dict[str, Any]]) -> None:
        """Decisions, perhaps known before: their cost may have come since."""
        self.decisions.update((each["time"], each) for each in decisions)

    @property
    def requests(self) -> int:
        return sum(each["tokens"] is not None for each in self.decisions.values())

    @property
    def line(self) -> str:
        """As in `keys 84 · requests 3 · right 5 · wrong 1 · quiet 78 · $0`."""
        parts = [
            f"keys {self.keys}",
            f"requests {self.requests}",
            f"right {self.right}",
            f"wrong {self.wrong}",
            f"quiet {self.keys - self.right - self.wrong}",
        ]
        if self.seconds:
            parts.append(f"median {median(self.seconds) * 1000:.1f} ms")
        return " · ".join([*parts, money(each["cost"] for each in self._paid())])

    def _paid(self) -> list[dict[str, Any]]:
        return [each for each in self.decisions.values() if each["cost"]]


def money(costs: Iterable[dict[str, Any]]) -> str:
    """The sum; amounts are decimal strings of one currency."""
    costs = list(costs)
    total = sum((Decimal(cost["amount"]) for cost in costs), Decimal(0))
    currency = costs[0]["currency"] if costs else "USD"
    sign = {"USD": "$", "CNY": "¥"}.get(currency, f"{currency} ")
    if not total:
        return f"{sign}0"
    places = max(4, -total.adjusted())  # a digit at least, however little it is
    return f"{sign}{total:.{places}f}"
