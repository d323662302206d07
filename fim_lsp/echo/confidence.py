"""How likely a guess is right: the features, and their calibrated coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Features:
    """What a guess's confidence is judged by."""

    share: float  # of the candidates' weight, by the last token
    match: float  # log2 of 1 + tokens before the cursor that agree
    support: float  # log2 of the places that say so
    known: float  # share of its identifiers that the file already has
    length: float  # log2 of its tokens
    line_end: float  # 1 when it reaches the end of its line
    line_start: float  # 1 when nothing but indentation stands before the cursor
    typed: float  # log2 of 1 + characters of its first token that are typed
    size: float  # log2 of 1 + its characters
    repeats: float  # 1 when it completes a whole line that stands elsewhere
    spread: float  # 1 when more than one file says so


# Fitted by `python -m bench.echo --calibrate` on held-out lines of the standard
# library that stand nowhere else.
# What is added to the weighted features.
BIAS = -3.92
# What each feature is multiplied by.  `repeats` is fitted so that the other
# coefficients are unbiased, then set to 0: the held-out lines contain no repetition,
# real files do.
COEFFICIENTS = Features(
    share=3.919,
    match=0.366,
    support=0.562,
    known=1.347,
    length=-0.814,
    line_end=0.263,
    line_start=-0.348,
    typed=0.267,
    size=-0.608,
    repeats=0.0,
    spread=0.26,
)


def confidence(features: Features) -> float:
    """A logistic function of the features, between 0 and 1."""
    logit = BIAS + sum(
        getattr(COEFFICIENTS, name) * getattr(features, name)
        for name in Features.__slots__
    )
    return 1 / (1 + math.exp(-logit))
