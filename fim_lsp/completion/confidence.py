"""How sure a model was of its answer, where the endpoint gives log-probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..api.requests import TokenProb


@dataclass(frozen=True, slots=True)
class Confidence:
    """`mean` and `lowest` log-probability of the tokens of an offer, at most 0."""

    mean: float
    lowest: float

    @property
    def probability(self) -> float:
        """The mean token probability, from 0 to 1."""
        return math.exp(self.mean)

    @property
    def lowest_probability(self) -> float:
        return math.exp(self.lowest)


def confidence(tokens: Sequence[TokenProb], chars: int) -> Confidence | None:
    """The confidence in the first `chars` characters of an answer, or None."""
    logprobs: list[float] = []
    start = 0
    for token in tokens:
        if start >= chars:
            break
        logprobs.append(token.logprob)
        start += len(token.token)
    if not logprobs:
        return None
    return Confidence(sum(logprobs) / len(logprobs), min(logprobs))
