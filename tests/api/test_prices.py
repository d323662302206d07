from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from fim_lsp.api.choice import choose
from fim_lsp.api.prices import Money, cost, is_assumed, price_of, table_date
from fim_lsp.api.requests import Usage
from fim_lsp.settings import PriceSettings

from .support import provider

MONDAY = datetime(2026, 11, 16, tzinfo=UTC) - timedelta(hours=8)  # midnight, Beijing


def at(hours: float, days: int = 0) -> float:
    return (MONDAY + timedelta(days=days, hours=hours)).timestamp()


USAGE = Usage(prompt=2000, completion=40, cache_hit=1000)


def test_hit_miss_and_output_are_priced_apart() -> None:
    expected = (
        1000 * Decimal("0.003") + 1000 * Decimal("0.15") + 40 * Decimal("0.60")
    ) / 1_000_000
    assert cost("deepseek-flash", USAGE, at(0)) == Money(expected, "USD")


@pytest.mark.parametrize(
    ("when", "peak"),
    [
        (at(8.99), False),
        (at(9), True),
        (at(11.99), True),
        (at(12), False),
        (at(14), True),
        (at(17.99), True),
        (at(18), False),
        (at(10, days=4), True),
        (at(10, days=5), False),
        (at(10, days=6), False),
    ],
)
def test_peak_hours_are_those_of_beijing(when: float, peak: bool) -> None:
    price = price_of("deepseek-v4-pro", when)
    assert price is not None
    assert price.output == Decimal("3.96" if peak else "1.98")


def test_prices_come_in_yuan_too() -> None:
    assert cost("deepseek-flash", USAGE, at(0), currency="CNY") == Money(
        (1000 * Decimal("0.02") + 1000 * Decimal(1) + 40 * Decimal(4)) / 1_000_000,
        "CNY",
    )


def test_a_currency_without_a_price_falls_back_to_dollars() -> None:
    money = cost("deepseek-flash", USAGE, at(0), currency="EUR")
    assert money is not None and money.currency == "USD"


def test_the_users_own_price_comes_first_and_counts_a_hit_as_input() -> None:
    own = {"deepseek-flash": PriceSettings(Decimal(1), Decimal(2), currency="EUR")}
    assert cost("deepseek-flash", USAGE, at(10), own) == Money(
        Decimal("0.00208"), "EUR"
    )


def test_an_unknown_model_has_no_price() -> None:
    assert cost("mystery", USAGE, at(0)) is None


def test_a_name_that_routes_to_a_model_costs_the_same() -> None:
    assert price_of("deepseek-v4-flash", 0) == price_of("deepseek-flash", 0)


def test_the_table_has_a_date() -> None:
    assert table_date() == "2026-11-15"


@pytest.mark.parametrize(
    ("offered", "model"),
    [
        (["deepseek-v4-pro", "deepseek-flash"], "deepseek-flash"),
        (["deepseek-chat", "deepseek-v4-flash"], "deepseek-v4-flash"),
        (["deepseek-chat", "deepseek-reasoner"], "deepseek-chat"),
        (["mystery", "deepseek-v4-pro"], "deepseek-v4-pro"),
        (["mystery", "riddle"], "mystery"),
        ([], "deepseek-flash"),
        (["llama3:8b", "nomic-embed-text", "qwen2.5-coder:7b"], "qwen2.5-coder:7b"),
        (["codellama:7b-instruct", "codellama:7b-code"], "codellama:7b-code"),
        (["bge-code-v1-embed", "llama3:8b"], "llama3:8b"),
    ],
)
def test_auto_takes_a_quick_model_with_a_price(offered: list[str], model: str) -> None:
    assert choose(provider(), offered) == model


def test_auto_counts_the_users_own_prices() -> None:
    own = {"mystery": {"input": "0.01", "output": "0.01"}}
    assert choose(provider(prices=own), ["deepseek-v4-pro", "mystery"]) == "mystery"


@pytest.mark.parametrize("model", ["deepseek-chat", "deepseek-reasoner"])
def test_a_model_of_the_api_without_a_published_price_has_an_assumed_one(
    model: str,
) -> None:
    assert cost(model, USAGE, at(0)) == cost("deepseek-flash", USAGE, at(0))
    assert is_assumed(model) and not is_assumed("deepseek-flash")
    assert not is_assumed(model, {model: PriceSettings(Decimal(1), Decimal(1))})
    assert not is_assumed("nobody-knows")
