"""Pieces of documents that are compared and sent: whole definitions where they fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..privacy import lines_above, redact
from ..text import bare_line, leading_space

# Lines of the longest region that is compared and sent.
REGION = 20

_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a document that may be sent; it begins at line `first`."""

    path: str
    text: str
    words: frozenset[str]
    first: int = 0


def region_of(path: str, lines: Sequence[str], first: int, end: int) -> Region:
    """The lines from `first` up to `end`; a key that is cut off at an end is hidden."""
    text = "\n".join(bare_line(line) for line in lines[first:end]).strip("\n")
    if above := lines_above(lines, first):
        text = redact(text, above=above)
    return Region(path, text, words(text), first)


def words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's index of two sets of words."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def pieces(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Whole definitions, as many as `REGION` lines hold; a longer one is cut at its
    members.
    """
    start = 0
    for line in range(1, len(lines) + 1):
        if line == len(lines) or _begins(lines[line]):
            if line - start > REGION:
                yield from _cut(lines, start, line)
                start = line
            elif line == len(lines) or _next(lines, line) - start > REGION:
                yield start, line
                start = line


def _cut(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long definition in pieces that begin at its members, or at any line."""
    while end - start > REGION:
        inner = min(
            (
                len(leading_space(text))
                for text in lines[start + 1 : end]
                if text.strip()
            ),
            default=0,
        )
        cut = next(
            (
                line
                for line in range(start + REGION, start, -1)
                if lines[line].strip() and len(leading_space(lines[line])) <= inner
            ),
            start + REGION,
        )
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _begins(line: str) -> bool:
    """Whether a line begins a definition: it is neither indented nor a closer."""
    return bool(line.strip()) and not line[0].isspace() and line[0] not in ")]}"


def _next(lines: Sequence[str], line: int) -> int:
    """The line at which the definition that begins at `line` ends."""
    following = range(line + 1, len(lines))
    return next((other for other in following if _begins(lines[other])), len(lines))
