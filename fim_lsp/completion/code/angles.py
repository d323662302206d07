"""Angle brackets of generic types, told from comparisons and arrows."""

from __future__ import annotations

import re

from .syntax import JAVA, JAVASCRIPT, JSX, RUST, C, syntax_of

# Families whose languages have generic types in angle brackets.
GENERIC = (C, JAVA, JAVASCRIPT, JSX, RUST)
# An opener follows a name or `::` directly, a closer follows no space, `-` or `=`.
ANGLE = r"(?:(?<=[\w:])<(?![<=\s-]))|(?<![\s=<-])>(?!=)"


def open_angles(line: str, language: str) -> int:
    """How many generic brackets are open at the end of `line`."""
    return _unmatched(line)[0] if syntax_of(language) in GENERIC else 0


def unmatched_angles(line: str) -> int:
    """How many generic brackets of a line have no partner."""
    return sum(_unmatched(line))


def _unmatched(line: str) -> tuple[int, int]:
    """The openers without a closer, the closers without an opener."""
    opened = surplus = 0
    for angle in re.findall(ANGLE, line):
        if angle == "<":
            opened += 1
        elif opened:
            opened -= 1
        else:
            surplus += 1
    return opened, surplus
