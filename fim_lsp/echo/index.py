"""Token sequences that can be searched for what once followed the same words."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from .lexer import BREAK, indentation, sign, tokens_of_line, width

# How many tokens before a position are hashed; the longest is asked first.
SIZES = (7, 4, 2)
CANDIDATES = 24
# Two places that agree on this many tokens are alike; to go on is only slow.
LONGEST_MATCH = 40
# Of a common beginning only the nearest occurrences are looked at.
_SCANNED = 256
_HASH = 0xFFFFFFFF
EDGE_ID = 0  # the token between two files; equal to nothing that is asked for
BREAK_ID = 1


class Vocabulary:
    """Token texts <-> integers from 0, growing."""

    def __init__(self) -> None:
        self.words: list[str] = ["", BREAK]
        self.ids: dict[str, int] = {"": EDGE_ID, BREAK: BREAK_ID}
        self.characters = 0  # of all words

    def id_of(self, word: str) -> int:
        """The integer of `word`, a new one when it has none."""
        found = self.ids.get(word)
        if found is None:
            found = self.ids[word] = len(self.words)
            self.words.append(word)
            self.characters += len(word)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Some files as one sequence of tokens.

    `gaps[i]` is the white space before token i: its spaces, or for the first of a
    line the indentation.  `grams[n]` is sorted: the hash of the n tokens before a
    position in the upper 32 bits, the position in the lower.
    """

    paths: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("I"))
    ids: array[int] = field(default_factory=lambda: array("I", [EDGE_ID]))
    gaps: array[int] = field(default_factory=lambda: array("B", [0]))
    line_starts: array[int] = field(default_factory=lambda: array("I"))
    line_numbers: array[int] = field(default_factory=lambda: array("I"))
    grams: dict[int, array[int]] = field(default_factory=dict)

    def path_at(self, position: int) -> str:
        return self.paths[bisect_right(self.starts, position) - 1]

    def line_at(self, position: int) -> int:
        """The line of a token in its file, from 0."""
        return self.line_numbers[bisect_right(self.line_starts, position) - 1]

    def span_of(self, path: str) -> tuple[int, int]:
        """From the first token of `path` to after its last; (0, 0) without it."""
        if path not in self.paths:
            return 0, 0
        at = self.paths.index(path)
        following = self.starts[at + 1 : at + 2]
        return self.starts[at], following[0] if following else len(self.ids)

    def indent_change(self, position: int) -> int:
        """How the line that begins at `position` is indented beside the one above."""
        above = position - 1
        while above and self.ids[above - 1] not in (BREAK_ID, EDGE_ID):
            above -= 1
        return sign(self.gaps[position] - self.gaps[above])


@dataclass(frozen=True, slots=True)
class Hit:
    """At `position` of `segment` the `match` tokens before are those asked for."""

    segment: Segment
    position: int
    match: int


def add(
    segment: Segment,
    vocabulary: Vocabulary,
    path: str,
    lines: Iterable[str],
    first_line: int = 0,
) -> None:
    """Append a file, or the part of one that begins at `first_line`."""
    ids, gaps = segment.ids, segment.gaps
    known = vocabulary.ids
    segment.paths.append(path)
    segment.starts.append(len(ids))
    for number, line in enumerate(lines, first_line):
        pairs = tokens_of_line(line)
        if not pairs:
            continue
        segment.line_starts.append(len(ids))
        segment.line_numbers.append(number)
        gaps.append(indentation(pairs[0][0]))
        gaps.extend([width(gap) if gap else 0 for gap, _ in pairs[1:]])
        gaps.append(0)
        for _, word in pairs:
            found = known.get(word)
            ids.append(vocabulary.id_of(word) if found is None else found)
        ids.append(BREAK_ID)
    ids.append(EDGE_ID)
    gaps.append(0)


def finish(segment: Segment) -> Iterator[None]:
    """Make a filled segment searchable, in steps between which others may work."""
    for size in SIZES:
        yield
        shifted = (islice(segment.ids, start, None) for start in range(size))
        keys = [
            (hash(gram) & _HASH) << 32 | position
            for position, gram in enumerate(zip(*shifted, strict=False), size)
        ]
        keys.sort()
        segment.grams[size] = array("Q", keys)


def find(
    segments: Sequence[Segment],
    context: Sequence[int],
    accept: Callable[[Segment, int], bool],
) -> list[Hit]:
    """The places with the longest agreement with the end of `context`, best first.

    At most CANDIDATES of them; nearer ones (earlier in `segments`) win a tie.
    """
    hits: dict[tuple[int, int], Hit] = {}
    for size in SIZES:
        if len(context) < size:
            continue
        key = (hash(tuple(context[-size:])) & _HASH) << 32
        left = _SCANNED
        for number, segment in enumerate(segments):
            positions = _positions(segment.grams[size], key, left)
            left -= len(positions)
            for position in positions:
                place = (number, position)
                if place in hits or not accept(segment, position):
                    continue
                match = _agreement(segment.ids, position, context)
                if match >= size:
                    hits[place] = Hit(segment, position, match)
        if len(hits) >= CANDIDATES:
            break
    return sorted(hits.values(), key=lambda hit: -hit.match)[:CANDIDATES]


def _positions(grams: array[int], key: int, most: int) -> list[int]:
    low = bisect_left(grams, key)
    high = bisect_right(grams, key | _HASH, low, min(len(grams), low + most))
    return [entry & _HASH for entry in grams[low:high]]


def _agreement(ids: array[int], position: int, context: Sequence[int]) -> int:
    longest = min(position, len(context), LONGEST_MATCH)
    match = 0
    while match < longest and ids[position - 1 - match] == context[-1 - match]:
        match += 1
    return match
