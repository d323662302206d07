from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.cli.play.receipt import Receipt, money


def decision(time: float, cost: str | None = None) -> dict[str, Any]:
    return {
        "time": time,
        "tokens": cost and {"prompt": 9},
        "cost": cost and {"amount": cost, "currency": "USD"},
    }


def test_every_key_is_counted_once() -> None:
    receipt = Receipt(keys=84, right=5, wrong=1, seconds=[0.0003, 0.0004, 0.2])
    receipt.remember([decision(1), decision(2, "0.0004"), decision(3, "0.0005")])
    assert receipt.line == (
        "keys 84 · requests 2 · right 5 · wrong 1 · quiet 78 · median 0.4 ms · $0.0009"
    )


def test_a_cost_that_comes_late_is_counted_once() -> None:
    receipt = Receipt()
    receipt.remember([decision(1)])
    receipt.remember([decision(1, "0.01")])
    receipt.remember([decision(1, "0.01")])
    assert receipt.line == (
        "keys 0 · requests 1 · right 0 · wrong 0 · quiet 0 · $0.0100"
    )


@pytest.mark.parametrize(
    ("amounts", "currency", "text"),
    [
        ([], "USD", "$0"),
        (["0"], "USD", "$0"),
        (["0.5", "0.25"], "USD", "$0.7500"),
        (["0.00000123"], "USD", "$0.000001"),
        (["0.5"], "CNY", "¥0.5000"),
        (["0.5"], "EUR", "EUR 0.5000"),
    ],
)
def test_little_money_keeps_its_digits(
    amounts: list[str], currency: str, text: str
) -> None:
    assert money({"amount": each, "currency": currency} for each in amounts) == text
