"""Parts of a single line, and what two texts have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def bare_line(line: str) -> str:
    r"""A line without its line end: `\n`, `\r\n` or `\r`."""
    return line.rstrip("\r\n")


def leading_space(line: str) -> str:
    """The white space at the beginning of a line."""
    return line[: len(line) - len(line.lstrip())]


def common_length(one: Sequence[_Item], other: Sequence[_Item]) -> int:
    """The length of the common beginning, in items or characters."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_ends(one: Sequence[_Item], other: Sequence[_Item]) -> tuple[int, int]:
    """The lengths of the common beginning and of the common end.

    They do not overlap: an item of the beginning is not counted in the end.
    """
    start = common_length(one, other)
    end = common_length(one[start:][::-1], other[start:][::-1])
    return start, end
