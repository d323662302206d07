"""Counts: their names, their sums and their percentiles."""

from __future__ import annotations

from dataclasses import astuple, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.money.counts import (
    CountKey,
    Counts,
    added,
    bucket,
    day_of,
    merged,
    name,
    percentile,
    summed,
)

NOON = 1_795_000_000.0
ONE = Counts(
    requests=1,
    prompt=100,
    cache_hit=60,
    completion=7,
    cost=Decimal("0.0000123"),
    charged=Decimal("0.0000123"),
    first={50: 1},
    total={60: 1},
)


def key(now: float = NOON, model: str = "fast") -> CountKey:
    return CountKey(day_of(now), "deepseek", model, "python", "completion", "USD")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deepseek-flash", "deepseek-flash"),
        ("Qwen/Qwen2.5-Coder", "Qwen2.5-Coder"),
        (r"C:\models\secret.gguf", "secret.gguf"),
        ("a b; drop table", ""),
        ("x" * 500, ""),
        (None, ""),
    ],
)
def test_names_are_names(text: str | None, expected: str) -> None:
    assert name(text) == expected


numbers = st.integers(0, 10**9)
histograms = st.dictionaries(st.integers(-40, 200), st.integers(1, 1000), max_size=4)
counts = st.builds(
    Counts,
    requests=numbers,
    prompt=numbers,
    shown=numbers,
    cost=st.decimals(0, 1000, places=9),
    first=histograms,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(counts, max_size=6), st.randoms())
def test_the_order_of_sums_does_not_matter(each: list[Counts], random: object) -> None:
    shuffled = sorted(each, key=lambda _: random.random())  # type: ignore[attr-defined]  # hypothesis' own Random
    assert summed(each) == summed(shuffled)
    one, other = each[: len(each) // 2], each[len(each) // 2 :]
    tables = [{key(): summed(part)} for part in (one, other)]
    assert added(*tables)[key()] == summed(each)
    assert sum(merged(ONE.first, ONE.total).values()) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.05, 60_000), min_size=1, max_size=60))
def test_percentiles_are_right_within_a_tenth(times: list[float]) -> None:
    histogram: dict[int, int] = {}
    for each in times:
        histogram = dict(merged(histogram, bucket(each)))
    for percent in (50, 90, 99):
        rank = max(1, -(-len(times) * percent // 100))
        expected = sorted(times)[rank - 1]
        found = percentile(histogram, percent)
        assert found is not None
        assert abs(found / expected - 1) < 0.1


def test_a_row_is_the_same_after_the_file() -> None:
    assert astuple(replace(ONE)) == astuple(ONE + Counts())
    assert percentile({}, 50) is None
