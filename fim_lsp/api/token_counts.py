"""Estimates the tokens of a request if the endpoint's own count is missing or wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .requests import Usage

# Characters of one token, until an endpoint's own counts say otherwise.
CHARS_PER_TOKEN = 4.0
# The most tokens that an endpoint's template or system prompt adds to a request.
AROUND = 2000
# The most tokens of an answer, the model's thoughts included.
LONGEST = 400_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one request; `estimated` if the endpoint did not count them."""

    usage: Usage
    estimated: bool = False

    def data(self) -> dict[str, Any]:
        """The counts as JSON."""
        return {
            "prompt": self.usage.prompt,
            "cacheHit": self.usage.cache_hit,
            "completion": self.usage.completion,
            "estimated": self.estimated,
        }


def estimate(sent: int, got: int, chars_per_token: float) -> Usage:
    """The estimated tokens of a prompt and an answer of so many characters.

    sent, got: characters of the prompt and of the answer.
    """
    return Usage(round(sent / chars_per_token), math.ceil(got / chars_per_token))


def believable(usage: Usage, sent: int, got: int, limit: int | None) -> bool:
    """Whether an endpoint's count of tokens can be true.

    sent, got: characters of the prompt and of the answer, each at most four tokens.
    limit: the most tokens of the answer that were asked for; None without a limit.
    """
    if (sent and not usage.prompt) or (got and not usage.completion):
        return False
    longest = LONGEST if limit is None else 4 * max(limit, got) + AROUND
    return usage.prompt <= 4 * sent + AROUND and usage.completion <= longest
