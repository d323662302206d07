from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.cli.play.receipt import Receipt, money


def decision(cost: str | None = None) -> dict[str, Any]:
    return {
        "tokens": cost and {"prompt": 9},
        "cost": cost and {"amount": cost, "currency": "USD"},
    }


def test_the_receipt_is_one_line() -> None:
    receipt = Receipt(keys=84, offered=9, right=8, seconds=[0.0003, 0.0004, 0.2])
    assert receipt.line([decision(), decision("0.0004"), decision("0.0005")]) == (
        "keys 84 · requests 2 · offered 9 · right 8 · median 0.4 ms · $0.0009"
    )


def test_where_nothing_was_offered_there_is_no_median() -> None:
    assert Receipt().line([]) == "keys 0 · requests 0 · offered 0 · right 0 · $0"


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
