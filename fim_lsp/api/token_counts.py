"""The tokens of a stream whose endpoint does not count them, or not credibly."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .requests import Usage

# Characters a token, until an endpoint's own counts say otherwise.
CHARS_PER_TOKEN = 4.0
# What a template or a system prompt may add to what was sent.
AROUND = 2000
# The longest answer there is, thoughts included.
LONGEST = 400_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one request used; `estimated` where the endpoint did not count it."""

    usage: Usage
    estimated: bool = False


def estimate(sent: int, got: int, chars_per_token: float) -> Usage:
    """The estimated tokens of `sent` characters of prompt and `got` of answer."""
    return Usage(round(sent / chars_per_token), math.ceil(got / chars_per_token))


def believable(usage: Usage, sent: int, got: int, limit: int | None) -> bool:
    """Whether an endpoint's count can be true: of so many characters sent and got.

    A character may be up to four tokens.  `limit` is what was asked for at most.
    """
    if (sent and not usage.prompt) or (got and not usage.completion):
        return False
    longest = LONGEST if limit is None else 4 * max(limit, got) + AROUND
    return usage.prompt <= 4 * sent + AROUND and usage.completion <= longest
