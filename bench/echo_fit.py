"""Fit echo's confidence: `python -m bench.echo_fit PATH` prints its constants.

`PATH` has projects by language, as for `echo_corpora.py`, but other ones than those by
which the result is judged.  What is printed belongs into `fim_lsp/echo/confidence.py`.

Each continuation that echo considers in a line that stands nowhere else is a row: its
features, and whether it is right.  All languages together weigh the same, however many
rows they have.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from fim_lsp.echo.candidates import FEWEST_CHARACTERS
from fim_lsp.echo.confidence import Features, is_habit

from .echo_corpora import cases_in
from .echo_lines import Case

# Other ones than those of the lines by which the result is judged.
_SEEDS = (11, 12, 13)
_NAMES = tuple(Features.__slots__)
# Its coefficient is fitted for the sake of the others, and then set to 0.
_NEUTRAL = "repeats"
# Continuations that are a little too short to be shown are rows, too.
_SHORTER = 2
# Steps of Newton's method; the coefficients no longer change after six.
_STEPS = 8

# Features after a constant 1, whether they were right, and the weight of the row.
Row = tuple[tuple[float, ...], float, float]


def rows_of(found: Sequence[Case]) -> list[Row]:
    """The rows of one language, which weigh 1 together."""
    cuts = [
        cut
        for case in found
        for cut in case.cuts
        if case.unseen and cut.raw.characters >= FEWEST_CHARACTERS - _SHORTER
    ]
    return [
        (
            (1.0, *(getattr(cut.features, name) for name in _NAMES)),
            float(cut.raw.right),
            1 / len(cuts),
        )
        for cut in cuts
    ]


def identifiers_right(found: Sequence[Case]) -> float:
    """How often the only identifier nearby is right in lines that are unseen."""
    shown = [case.identifier for case in found if case.unseen and case.identifier]
    return sum(identifier.right for identifier in shown) / max(1, len(shown))


def habits_right(found: Sequence[Case]) -> float:
    """How often a habit is right, in all lines."""
    shown = [cut.raw for case in found for cut in case.cuts if is_habit(cut.features)]
    return sum(habit.right for habit in shown) / max(1, len(shown))


def fitted(rows: Sequence[Row], *, ridge: float) -> dict[str, float]:
    """The coefficients by name, the constant term as `bias`: a logistic regression."""
    size = len(_NAMES) + 1
    weights = [0.0] * size
    for _ in range(_STEPS):
        gradient = [-ridge * weight for weight in weights]
        curve = [[ridge * (i == j) for j in range(size)] for i in range(size)]
        for values, right, counts in rows:
            logit = sum(w * v for w, v in zip(weights, values, strict=True))
            p = 1 / (1 + math.exp(-logit))
            miss, bend = counts * (right - p), counts * p * (1 - p)
            for i, value in enumerate(values):
                if not value:
                    continue
                gradient[i] += miss * value
                line, scaled = curve[i], bend * value
                for j in range(size):
                    line[j] += scaled * values[j]
        step = _solved(curve, gradient)
        weights = [weight + by for weight, by in zip(weights, step, strict=True)]
    return dict(zip(("bias", *_NAMES), weights, strict=True))


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the matrix is symmetric and positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for row in rows[:at] + rows[at + 1 :]:
            factor = row[at] / pivot[at]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def main() -> None:
    """Print the constants as they stand in the source."""
    rows: list[Row] = []
    identifiers, habits = [], []
    for language, found in cases_in(Path(sys.argv[1]), _SEEDS):
        of_language = rows_of(found)
        rows += of_language
        identifiers.append(identifiers_right(found))
        habits.append(habits_right(found))
        print(
            f"# {language}: {len(of_language):,} rows, right: "
            f"identifiers {identifiers[-1]:.2f}, habits {habits[-1]:.2f}"
        )
    # As a ridge of 1 would be, if each row weighed 1.
    coefficients = fitted(rows, ridge=len(habits) / len(rows))
    print(f"IDENTIFIER = {fmean(identifiers):.2f}")
    print(f"HABIT = {fmean(habits):.2f}")
    print(f"BIAS = {coefficients.pop('bias'):.3f}")
    print("COEFFICIENTS = Features(")
    for name, value in coefficients.items():
        print(f"    {name}={0.0 if name == _NEUTRAL else round(value, 3)},")
    print(")")


if __name__ == "__main__":
    main()
