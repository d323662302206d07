"""The ledger's figures: as data for other programs, as Markdown, as a bar chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ..api.prices import is_assumed, plain, table_date
from .counts import CountKey, Counts, Table, percentile, summed

By = Literal["day", "model", "language", "kind"]
# What rows are called in the data.
PLURALS: Mapping[By, str] = {
    "day": "days",
    "model": "models",
    "language": "languages",
    "kind": "kinds",
}
PERCENTILES = (50, 90, 99)
BAR = 40  # characters of the longest bar

_BY: Mapping[By, Callable[[CountKey], str]] = {
    "day": lambda key: key.day,
    "model": lambda key: key.model or key.provider or "unknown",
    "language": lambda key: key.language or "unknown",
    "kind": lambda key: key.kind,
}


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of some days; `currency` is the one that amounts are told in."""

    table: Table
    currency: str

    def rows(self, by: By) -> dict[str, Counts]:
        """Sums by day (newest first), or by name (most asked for first)."""
        groups: dict[str, list[Counts]] = {}
        for key, counts in self.table.items():
            groups.setdefault(_BY[by](key), []).append(counts)
        rows = {name: summed(counts) for name, counts in sorted(groups.items())}
        if by == "day":
            return dict(reversed(rows.items()))
        return dict(sorted(rows.items(), key=lambda row: -row[1].requests))

    def costs(self, by: By | None = None, name: str = "") -> dict[str, Decimal]:
        """Amounts by currency, of one row or of all."""
        costs: dict[str, Decimal] = {}
        for key, counts in self.table.items():
            if key.currency and (by is None or _BY[by](key) == name):
                costs[key.currency] = costs.get(key.currency, Decimal(0)) + counts.cost
        return costs

    def data(self, by: By = "day") -> dict[str, Any]:
        """The rows, and their total."""
        named = "date" if by == "day" else by
        rows = [
            {named: name, **self._row(counts, self.costs(by, name))}
            for name, counts in self.rows(by).items()
        ]
        total = self._row(summed(self.table.values()), self.costs())
        models = {key.model for key, counts in self.table.items() if counts.cost}
        total["assumedPrices"] = sorted(filter(is_assumed, models))
        return {PLURALS[by]: rows, "total": total}

    def _row(self, counts: Counts, costs: Mapping[str, Decimal]) -> dict[str, Any]:
        cost = costs.get(self.currency, Decimal(0))
        others = {
            currency: plain(amount)
            for currency, amount in costs.items()
            if currency != self.currency
        }
        return {
            "requests": counts.requests,
            "failed": counts.failed,
            "estimated": counts.estimated,
            "unpriced": counts.unpriced,
            "shown": counts.shown,
            "accepted": counts.accepted,
            "acceptedCharacters": counts.characters,
            "acceptanceRate": _share(counts.accepted, counts.shown),
            "promptTokens": counts.prompt,
            "cacheHitTokens": counts.cache_hit,
            "completionTokens": counts.completion,
            "cacheHitShare": _share(counts.cache_hit, counts.prompt),
            "cost": None if counts.is_unpriced else plain(cost),
            "currency": self.currency,
            "otherCosts": others,
            "costPerAccepted": (
                plain(_rounded(cost / counts.accepted))
                if counts.accepted and not counts.is_unpriced
                else None
            ),
            "milliseconds": {
                "firstToken": _percentiles(counts.first),
                "total": _percentiles(counts.total),
            },
        }


def lines(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A row in words: what, how much."""
    currency = row["currency"]
    times = [
        (
            f"milliseconds {what}",
            " · ".join(
                f"{percentile_name} {at}" for percentile_name, at in times.items()
            ),
        )
        for what, times in (
            ("to the first token", row["milliseconds"]["firstToken"]),
            ("to the end", row["milliseconds"]["total"]),
        )
        if times
    ]
    characters, rate = row["acceptedCharacters"], _percent(row["acceptanceRate"])
    cached = _percent(row["cacheHitShare"])
    per_accepted = row["costPerAccepted"]
    return [
        ("requests", _with(row["requests"], failed=row["failed"])),
        ("shown", str(row["shown"])),
        ("accepted", f"{row['accepted']} ({rate}), {characters} characters"),
        ("prompt tokens", f"{row['promptTokens']} ({cached} from the cache)"),
        ("answer tokens", str(row["completionTokens"])),
        ("cost", _cost(row)),
        *(("cost", f"{amount} {other}") for other, amount in row["otherCosts"].items()),
        (
            "cost per accepted completion",
            f"{per_accepted} {currency}" if per_accepted else "–",
        ),
        *times,
    ]


def notes(row: Mapping[str, Any]) -> list[str]:
    """What is to be known about the figures."""
    sentences = []
    if row["estimated"]:
        requests = _counted(row["estimated"], "request that was", "requests that were")
        sentences.append(f"Tokens and cost of {requests} closed early are estimated.")
    if row["unpriced"]:
        requests = _counted(row["unpriced"], "request", "requests")
        sentences.append(
            f"{requests} went to a model without a known price: the tokens are "
            "counted, the cost is not; providers.NAME.prices can give one."
        )
    if row["otherCosts"]:
        sentences.append(f"The budget counts {row['currency']} alone.")
    if models := row.get("assumedPrices"):
        sentences.append(
            f"No price of {', '.join(models)} is published; the one of a model of the "
            "same provider is assumed."
        )
    if row["requests"]:
        sentences.append(f"Prices are those of {table_date()} or your own.")
    return sentences


def cells(name: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """A row of the table; `TITLES` names its columns."""
    return (
        name,
        str(row["requests"]),
        str(row["shown"]),
        str(row["accepted"]),
        _percent(row["acceptanceRate"]),
        str(row["promptTokens"]),
        _percent(row["cacheHitShare"]),
        str(row["completionTokens"]),
        _cost(row),
    )


TITLES = (
    *("", "requests", "shown", "accepted", "rate"),
    *("prompt", "cached", "answer", "cost"),
)


def markdown(report: Report, days: int) -> str:
    """The report as an editor shows it."""
    data = report.data()
    total = data["total"]
    parts = [f"# Usage of the last {days} days", ""]
    parts += ["| | |", "| --- | --- |"]
    parts += [f"| {what} | {how_much} |" for what, how_much in lines(total)]
    for by, plural in PLURALS.items():
        rows = report.data(by)[plural]
        parts += ["", f"| {by} | {' | '.join(TITLES[1:])} |"]
        parts += ["| --- " * len(TITLES) + "|"]
        named = "date" if by == "day" else by
        parts += [f"| {' | '.join(cells(row[named], row))} |" for row in rows]
    parts += ["", "```", *chart(data["days"]), "```"]
    parts += [f"\n{note}" for note in notes(total)]
    return "\n".join(parts) + "\n"


def chart(days: Sequence[Mapping[str, Any]]) -> list[str]:
    """A bar for each day, oldest first: its cost, or its requests where all is free."""
    by_cost = any(Decimal(row["cost"] or 0) for row in days)
    values = {
        row["date"]: Decimal(row["cost"] or 0) if by_cost else Decimal(row["requests"])
        for row in reversed(days)
    }
    highest = max(values.values(), default=Decimal(0)) or Decimal(1)
    unit = f" {days[0]['currency']}" if by_cost else " requests"
    return [
        f"{day}  {'█' * round(value / highest * BAR):{BAR}}  {plain(value)}{unit}"
        for day, value in values.items()
    ]


def _cost(row: Mapping[str, Any]) -> str:
    return "unknown" if row["cost"] is None else f"{row['cost']} {row['currency']}"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _with(count: int, *, failed: int) -> str:
    return f"{count} ({failed} failed)" if failed else str(count)


def _percentiles(histogram: Mapping[int, int]) -> dict[str, int]:
    times = {percent: percentile(histogram, percent) for percent in PERCENTILES}
    return {f"p{percent}": round(at) for percent, at in times.items() if at is not None}


def _rounded(amount: Decimal) -> Decimal:
    """To nine places: a token may cost less than a millionth."""
    return round(amount, 9)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
