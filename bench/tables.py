"""What a measurement hands back, and how it becomes a section of `README.md`."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).with_name("README.md")


class NoAnswersError(Exception):
    """A run that was not answered has measured nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` have as many cells as `head`."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach, and what was measured."""

    what: str
    wanted: str
    measured: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one measurement found."""

    tables: tuple[Table, ...]
    goals: tuple[Goal, ...] = ()


def at_most(what: str, limit: float, value: float, unit: str = "") -> Goal:
    return Goal(what, f"≤ {limit:g}{unit}", f"{value:.3g}{unit}", value <= limit)


def at_least(what: str, limit: float, value: float, unit: str = "") -> Goal:
    return Goal(what, f"≥ {limit:g}{unit}", f"{value:.3g}{unit}", value >= limit)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie."""
    if not values:
        raise NoAnswersError
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median(values: Sequence[float]) -> float:
    if not values:
        raise NoAnswersError
    return statistics.median(values)


def milliseconds(values: Sequence[float]) -> str:
    """Seconds, as `p50 / p95 / p99` in milliseconds."""
    shares = (0.50, 0.95, 0.99)
    return " / ".join(f"{1000 * percentile(values, share):.2f}" for share in shares)


def markdown(part: Part) -> str:
    goals = [
        (goal.what, goal.wanted, goal.measured, "yes" if goal.reached else "**no**")
        for goal in part.goals
    ]
    tables = list(part.tables)
    if goals:
        head = ("goal", "wanted", "measured", "reached")
        tables.append(Table("Goals", head, tuple(goals)))
    return "\n\n".join(map(_markdown, tables))


def _markdown(table: Table) -> str:
    lines = [table.head, tuple("---" for _ in table.head), *table.rows]
    rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"**{table.title}**\n\n{rows}"


def write(name: str, part: Part, readme: Path = README) -> None:
    """Put `part` between the marks of its section; the text around it stays."""
    text = readme.read_text("utf-8")
    section = (
        f"{_mark(name)}\n\n{markdown(part)}\n\n{_note()}\n\n{_mark(name, end=True)}"
    )
    pattern = f"{re.escape(_mark(name))}.*?{re.escape(_mark(name, end=True))}"
    new, count = re.subn(pattern, lambda _: section, text, flags=re.DOTALL)
    if not count:
        new = f"{text.rstrip()}\n\n## {name}\n\n{section}\n"
    readme.write_text(new, "utf-8")


def _mark(name: str, *, end: bool = False) -> str:
    return f"<!-- {'end of ' if end else ''}{name} -->"


def _note() -> str:
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    return (
        f"Python {platform.python_version()}, {platform.system()}, "
        f"{os.cpu_count()} cores, load {busy} at the end."
    )


def shares(part: float, whole: float) -> str:
    if not whole:
        raise NoAnswersError
    return f"{100 * part / whole:.1f} %"


def joined(parts: Iterable[Part]) -> Part:
    """Several parts as one."""
    every = list(parts)
    return Part(
        tuple(table for part in every for table in part.tables),
        tuple(goal for part in every for goal in part.goals),
    )
