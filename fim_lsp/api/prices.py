"""The cost of an answer, by the dated table `prices.toml` or the user's own prices."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from ..settings.values import PriceSettings
from .requests import Usage

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.currency}"

    def data(self) -> dict[str, str]:
        """The amount as JSON: a decimal text, as floats lose digits."""
        return {"amount": plain(self.amount), "currency": self.currency}


def plain(amount: Decimal) -> str:
    """`amount` without an exponent and without zeros at its end."""
    return format(amount.normalize(), "f") if amount else "0"


def readable(money: Money) -> str:
    """An amount for people: to cents, or to two digits where it is less than one."""
    amount = money.amount
    if amount and abs(amount) < 1:
        places = 1 - amount.adjusted()
        amount = round(amount, places)
        return f"{plain(amount)} {money.currency}"
    return f"{amount:,.2f} {money.currency}"


def cost(
    model: str,
    usage: Usage,
    when: float,
    overrides: Mapping[str, PriceSettings] | None = None,
    *,
    currency: str = "USD",
) -> Money | None:
    """What `usage` costs at `when` (seconds since the epoch); None without a price.

    `overrides` are the user's own prices by model and come first, in their own
    currency; the table's prices come in `currency` where it has them.
    """
    price = price_of(model, when, overrides, currency=currency)
    if price is None:
        return None
    hit = price.input if price.cache_hit is None else price.cache_hit
    amount = (
        hit * usage.cache_hit
        + price.input * (usage.prompt - usage.cache_hit)
        + price.output * usage.completion
    ) / _MILLION
    return Money(amount, price.currency)


def price_of(
    model: str,
    when: float,
    overrides: Mapping[str, PriceSettings] | None = None,
    *,
    currency: str = "USD",
) -> PriceSettings | None:
    """What a million tokens of `model` cost at `when`, or None."""
    if overrides and model in overrides:
        return overrides[model]
    row = _row(model)
    if row is None:
        return None
    peak = row.get("peak", {})
    if peak and _is_peak(_table()["hours"][peak["hours"]], when):
        row = peak
    if currency not in row:
        currency = "USD"
    return PriceSettings(
        input=Decimal(row[currency]["input"]),
        output=Decimal(row[currency]["output"]),
        cache_hit=Decimal(row[currency]["cache_hit"]),
        currency=currency,
    )


def is_assumed(
    model: str, overrides: Mapping[str, PriceSettings] | None = None
) -> bool:
    """Whether the price of `model` is that of another model, for want of its own."""
    row = None if overrides and model in overrides else _row(model)
    return row is not None and model not in row["names"]


def table_date() -> str:
    """The day of the price table, as YYYY-MM-DD."""
    return str(_table()["date"])


def _row(model: str) -> Mapping[str, Any] | None:
    """The row of the table that holds for a model."""
    rows: list[dict[str, Any]] = _table()["models"]
    return next(
        (row for row in rows if model in (*row["names"], *row.get("assumed", ()))),
        None,
    )


def _is_peak(hours: Mapping[str, Any], when: float) -> bool:
    zone = timezone(timedelta(hours=hours["utc_offset"]))
    there = datetime.fromtimestamp(when, UTC).astimezone(zone)
    return there.weekday() in hours["weekdays"] and any(
        start <= there.hour < end for start, end in hours["spans"]
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(
        (resources.files(__package__) / "prices.toml").read_text("utf-8")
    )
