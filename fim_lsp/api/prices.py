"""The cost of an answer, by the prices in `prices.toml` or the user's own prices."""

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
    """An amount of money; `currency` is a code such as "USD"."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.currency}"

    def data(self) -> dict[str, str]:
        """The amount as JSON, with a decimal string because floats lose digits."""
        return {"amount": plain(self.amount), "currency": self.currency}


def plain(amount: Decimal) -> str:
    """`amount` without an exponent and without trailing zeros."""
    return format(amount.normalize(), "f") if amount else "0"


def readable(money: Money) -> str:
    """An amount for people: to cents, or to two digits if it is less than 1."""
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
    """The cost of `usage` of a model; None if the model has no known price.

    when: seconds since the epoch, as prices may depend on the time of day.
    overrides: the user's own prices by model, each in its own currency.  They come
        before those of the table.
    currency: the currency of the table's prices, if the table has it.
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
    """The prices of a million tokens of a model, with the parameters of `cost`."""
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
    """Whether the model has no price of its own, and another model's is taken."""
    row = None if overrides and model in overrides else _row(model)
    return row is not None and model not in row["names"]


def table_date() -> str:
    """The day of the price table, as YYYY-MM-DD."""
    return str(_table()["date"])


def _row(model: str) -> Mapping[str, Any] | None:
    """The row of the price table for a model; None if there is none."""
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
