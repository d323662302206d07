"""Text that goes in circles: where its first round ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

# The most lines of one round.
MOST_LINES = 8
# How many times a round of one line must come; a comment must come twice, and of longer
# rounds the second one and one line more.
EQUAL_LINES = 3
# Lines of characters that draw rules and tables, which may be repeated.
SEPARATOR = r"[-=*#_~/.+|:\s]+"
# Pairs: pieces of at least this many characters must come at least this many times.
CIRCLES = ((3, 6), (10, 4))
# Characters that stand between two rounds, and are left out after the last one.
BETWEEN = " \t,;|&+"


def lines_of_first_round(lines: Sequence[str], comments: tuple[str, ...]) -> int | None:
    """How many of `lines`, none of them blank, stand before the second round.

    None where they do not end in circles.
    """
    texts = [line.rstrip() for line in lines]
    for size in range(1, min(MOST_LINES, len(texts) - 1) + 1):
        equal = _equal_at_end(texts, size)
        start = len(texts) - equal - size
        round_ = texts[start : start + size]
        if not all(re.search(r"\w", line) for line in round_):
            continue
        comment = bool(comments) and round_[0].lstrip().startswith(comments)
        least = (1 if comment else EQUAL_LINES - 1) if size == 1 else size + 1
        if equal >= least:
            return start + size
    return None


def may_repeat_from(lines: Sequence[str]) -> int:
    """How many of `lines`, none of them blank, stand before what may be a second round.

    All of them, where the last line is none of the lines shortly above it.
    """
    texts = [line.rstrip() for line in lines]
    if not texts or not re.search(r"\w", texts[-1]):
        return len(texts)
    sizes = range(1, min(MOST_LINES, len(texts) - 1) + 1)
    ends = (len(texts) - _equal_at_end(texts, size) for size in sizes)
    return min(ends, default=len(texts))


def _equal_at_end(texts: Sequence[str], size: int) -> int:
    """How many lines at the end equal the ones `size` lines above."""
    equal = 0
    while equal + size < len(texts) and texts[-1 - equal] == texts[-1 - equal - size]:
        equal += 1
    return equal


def first_circle(text: str) -> str:
    """`text` up to the end of the first of the equal pieces that it ends with."""
    body = text.rstrip("\n")
    for least, times in CIRCLES:
        for size in range(least, len(body) // times + 1):
            equal = 0
            # Most sizes are ruled out by comparing the last characters.
            if body[-1] != body[-1 - size]:
                continue
            while (
                equal + size < len(body) and body[-1 - equal] == body[-1 - equal - size]
            ):
                equal += 1
            start = len(body) - equal - size
            piece = body[start : start + size]
            if equal + size >= size * times and not re.fullmatch(SEPARATOR, piece):
                return body[: start + size].rstrip(BETWEEN)
    return text
