"""Where in a text a token may stand: the markers of all rules, found line by line.

A text around a cursor is looked at again at every key, and hardly a line of it is new.
So the markers of a line are remembered by the line's own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from .rules import token_rules

# Lines that are remembered.
_MOST_LINES = 16_384
# Characters of the longest line of a text whose lines are remembered.
_LONGEST_LINE = 500


class Mark(NamedTuple):
    """A marker of a rule: the rule's number among `token_rules()`, and the place."""

    rule: int
    marker: str
    at: int


def marks(text: str) -> Iterator[Mark]:
    """Every marker in `text`, line after line."""
    lines = text.split("\n")
    is_short = max(map(len, lines)) <= _LONGEST_LINE
    marks_by_line = list(map(_remembered if is_short else _in_line, lines))
    if not any(marks_by_line):
        return
    start = 0
    for line, marks_of_line in zip(lines, marks_by_line, strict=True):
        for rule, marker, at in marks_of_line:
            yield Mark(rule, marker, start + at)
        start += len(line) + 1


def _in_line(line: str) -> tuple[Mark, ...]:
    lowered = _lowered(line)
    exact, caseless = _any_marker()
    if not (exact.search(line) or caseless.search(lowered)):
        return ()
    return tuple(
        Mark(number, marker, at)
        for number, rule in enumerate(token_rules())
        for marker in rule.markers
        for at in _places(marker, lowered if rule.ignore_case else line)
    )


_remembered = lru_cache(maxsize=_MOST_LINES)(_in_line)


def _places(marker: str, line: str) -> Iterator[int]:
    at = line.find(marker)
    while at >= 0:
        yield at
        at = line.find(marker, at + 1)


def _lowered(line: str) -> str:
    """`line` in lower case and of the same length: a few letters would become two."""
    lowered = line.lower()
    if len(lowered) != len(line):
        lowered = "".join(char.lower()[:1] for char in line)
    return lowered


@cache
def _any_marker() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of all markers: as they are written, and those in lower case."""
    exact, caseless = (
        {m for rule in token_rules() if rule.ignore_case is kind for m in rule.markers}
        for kind in (False, True)
    )
    return re.compile(_any_of(exact)), re.compile(_any_of(caseless))


def _any_of(words: Iterable[str]) -> str:
    """A pattern of `words` that branches at each letter: a plain list of them is
    several times slower.
    """
    by_letter: dict[str, set[str]] = {}
    for word in words:
        if not word:
            return ""  # whatever comes after a whole word does not matter
        by_letter.setdefault(word[0], set()).add(word[1:])
    branches = (
        re.escape(letter) + _any_of(rests) for letter, rests in by_letter.items()
    )
    return f"(?:{'|'.join(branches)})"
