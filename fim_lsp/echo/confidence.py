"""How likely a guess is right: a logistic model of what is known about the guess."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Features:
    """What the confidence of a guess is computed from.

    share: the share of all candidates' weight that agrees up to the last token.
    match: log2 of 1 + the tokens before the cursor that agree with the best candidate.
    support: log2 of the number of candidates that agree.
    known: the share of the guess's identifiers that the file already has.
    length: log2 of the guess's tokens.
    line_end: 1 when the guess reaches the end of the line where it was found, else 0.
    line_start: 1 when no whole token stands before the cursor on its line, else 0.
    typed: log2 of 1 + the characters of the guess's first token that are typed.
    size: log2 of 1 + the guess's characters.
    repeats: 1 when the guess completes a whole line that stands elsewhere, else 0.
    spread: 1 when the candidates that agree are in more than one file, else 0.
    literals: the number of strings and numbers in the guess.
    on_line: log2 of 1 + the whole tokens before the cursor on its line.
    same_file: 1 when the best candidate is in the cursor's own file, else 0.
    mid_token: 1 when a part of the guess's first token is typed, else 0.
    """

    share: float
    match: float
    support: float
    known: float
    length: float
    line_end: float
    line_start: float
    typed: float
    size: float
    repeats: float
    spread: float
    literals: float
    on_line: float
    same_file: float
    mid_token: float


# The constants below are printed by `python -m bench.echo_fit PATH`: a logistic
# regression over lines that stand nowhere else, in five languages.  The lines by which
# the result is judged are of other projects, and of further languages.

# How often the rest of the only identifier nearby is right.
IDENTIFIER = 0.91
# How often the rest of a line is right where it is a habit.
HABIT = 0.98
# The constant term of the logistic function.
BIAS = -4.758
# The factor of each feature.  `repeats` takes part in the fit, so that the other
# coefficients are not biased by it, and is then set to 0: lines that stand nowhere else
# never end like another line, but in real work many do.
COEFFICIENTS = Features(
    share=2.971,
    match=0.359,
    support=0.313,
    known=0.934,
    length=-0.57,
    line_end=-0.127,
    line_start=0.602,
    typed=0.071,
    size=-0.313,
    repeats=0.0,
    spread=0.416,
    literals=-0.607,
    on_line=0.445,
    same_file=0.253,
    mid_token=0.574,
)


# The least number of places that make the rest of a line a habit.
_HABIT_PLACES = 12
# The least share of all weight that these places have.
_HABIT_SHARE = 0.9


def confidences(continuations: Sequence[Features]) -> list[float]:
    """The probability that each of some continuations is right, from 0 to 1.

    Each one is the beginning of the next, so none is less sure than the next.
    """
    values = map(_confidence, reversed(continuations))
    return list(accumulate(values, max))[::-1]


def _confidence(features: Features) -> float:
    """The probability by itself that a continuation is right."""
    logit = BIAS + sum(
        getattr(COEFFICIENTS, name) * getattr(features, name)
        for name in Features.__slots__
    )
    probability = 1 / (1 + math.exp(-logit))
    return max(probability, HABIT) if is_habit(features) else probability


def is_habit(features: Features) -> bool:
    """Whether a continuation completes a line that stands in many places like this."""
    return (
        features.repeats > 0
        and features.support >= math.log2(_HABIT_PLACES)
        and features.share >= _HABIT_SHARE
    )
