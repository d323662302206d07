"""The counts of the ledger and their keys.  Pure values; sums are exact."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from typing import Any

COMPLETION = "completion"
NEXT_EDIT = "next-edit"
# The upper end of a histogram's bucket, as a multiple of its lower end.
RATIO = 1.1
# Days that are kept separately; older ones are merged into months, without latencies.
KEPT_DAYS = 90
SECONDS_OF_A_DAY = 86_400.0
_NAME = re.compile(r"[\w.+#:@-]{1,80}")

Histogram = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CountKey:
    """What the counts are grouped by.

    `day` is local, as YYYY-MM-DD; `kind` is "completion", "next-edit" or an action's
    id; `local` tells that the endpoint is this machine; `currency` is empty without a
    price.
    """

    day: str
    provider: str
    model: str
    language: str
    kind: str
    currency: str = ""
    local: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums.  `prompt` includes `cache_hit`; `characters` are the accepted ones.

    `charged` is what the budget counts: for an estimated stream, a prompt without any
    cache hit.
    `first` and `total` are histograms of milliseconds to the first token and the end.
    """

    requests: int = 0
    failed: int = 0
    estimated: int = 0
    unpriced: int = 0
    prompt: int = 0
    cache_hit: int = 0
    completion: int = 0
    shown: int = 0
    accepted: int = 0
    characters: int = 0
    cost: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    first: Histogram = field(default_factory=dict)
    total: Histogram = field(default_factory=dict)

    @property
    def is_unpriced(self) -> bool:
        """Whether tokens were used and nothing is known of what they cost."""
        return self.unpriced > 0 and not self.cost

    def __add__(self, other: Counts) -> Counts:
        both: dict[str, Any] = {
            name: getattr(self, name) + getattr(other, name) for name in NUMBERS
        }
        for name in HISTOGRAMS:
            both[name] = merged(getattr(self, name), getattr(other, name))
        return Counts(**both)


HISTOGRAMS = ("first", "total")
AMOUNTS = ("cost", "charged")
NUMBERS = tuple(field.name for field in fields(Counts) if field.name not in HISTOGRAMS)

Table = Mapping[CountKey, Counts]


def summed(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for part in counts:
        total += part
    return total


def added(*tables: Table) -> dict[CountKey, Counts]:
    """The sum of tables, key by key."""
    result: dict[CountKey, Counts] = {}
    for table in tables:
        for key, counts in table.items():
            result[key] = result[key] + counts if key in result else counts
    return result


def merged(one: Histogram, other: Histogram) -> Histogram:
    if not one or not other:
        return one or other
    return {
        bucket: one.get(bucket, 0) + other.get(bucket, 0) for bucket in {*one, *other}
    }


def bucket(milliseconds: float) -> Histogram:
    """The histogram of one time."""
    return {math.floor(math.log(max(milliseconds, 0.01), RATIO)): 1}


def percentile(histogram: Histogram, percent: float) -> float | None:
    """The milliseconds that `percent` of the times do not exceed, within 5 %."""
    left = sum(histogram.values()) * percent / 100
    for index in sorted(histogram):
        left -= histogram[index]
        if left <= 0:
            return float(RATIO ** (index + 0.5))
    return None


def day_of(now: float) -> str:
    """The local day of a time in seconds since the epoch."""
    return _day_of_second(math.floor(now))


# A request asks for the day several times.
@lru_cache(16)
def _day_of_second(second: int) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(second))


def name(text: str | None) -> str:
    """The last part of a model's or a language's name: a path could tell too much."""
    text = re.split(r"[/\\]", text or "")[-1]
    return text if _NAME.fullmatch(text) else ""
