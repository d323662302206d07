"""Sequences of tokens in which the places that follow given tokens can be found."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from .lexer import BREAK, indentation, sign, tokens_of_line, width

# How many tokens before a position are hashed together; the most are looked up first.
SIZES = (7, 4, 2)
# The most places that are found for one cursor.
CANDIDATES = 24
# The most tokens that are compared: a longer agreement tells no more and takes time.
LONGEST_MATCH = 40
# The most places with the same hash that are looked at.
_SCANNED = 256
# The bits of a hash that are kept: what an entry has beside a position of 32 bits.
_HASH = 0xFFFFFFFF
# The id of the token between two files, which equals no token of a question.
EDGE_ID = 0
# The id of a line break.
BREAK_ID = 1


class Vocabulary:
    """A number, its id, for each distinct token; `words` has the tokens by their ids.

    `characters` is the length of all tokens together.
    """

    def __init__(self) -> None:
        self.words: list[str] = ["", BREAK]
        self.ids: dict[str, int] = {"": EDGE_ID, BREAK: BREAK_ID}
        self.characters = 0

    def id_of(self, word: str) -> int:
        """The id of `word`; a word without one gets the next free one."""
        id_ = self.ids.get(word)
        if id_ is None:
            id_ = self.ids[word] = len(self.words)
            self.words.append(word)
            self.characters += len(word)
        return id_


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Some files as one sequence of tokens.

    paths, starts: the files, and the position of each one's first token.
    ids: the id of each token.
    gaps: the number of spaces before each token, or UNRENDERABLE; before the first
        token of a line the column of its indentation.
    line_starts, line_numbers: the positions at which lines begin, and the number of
        each of these lines in its file, from 0.
    grams: for each size n a sorted array: the hash of the n tokens before a position in
        the upper 32 bits, the position in the lower ones.
    """

    paths: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("I"))
    ids: array[int] = field(default_factory=lambda: array("I", [EDGE_ID]))
    gaps: array[int] = field(default_factory=lambda: array("B", [0]))
    line_starts: array[int] = field(default_factory=lambda: array("I"))
    line_numbers: array[int] = field(default_factory=lambda: array("I"))
    grams: dict[int, array[int]] = field(default_factory=dict)

    def path_at(self, position: int) -> str:
        """The file of a token."""
        return self.paths[bisect_right(self.starts, position) - 1]

    def line_at(self, position: int) -> int:
        """The line of a token in its file, from 0."""
        return self.line_numbers[bisect_right(self.line_starts, position) - 1]

    def span_of(self, path: str) -> tuple[int, int]:
        """The positions of the first token of `path` and of the end of its last one;
        (0, 0) where the segment does not have the file.
        """
        if path not in self.paths:
            return 0, 0
        at = self.paths.index(path)
        following = self.starts[at + 1 : at + 2]
        return self.starts[at], following[0] if following else len(self.ids)

    def indent_change(self, position: int) -> int:
        """Whether the line that begins at `position` is indented less than the line
        above (-1), as much (0) or more (1).
        """
        above = position - 1
        while above and self.ids[above - 1] not in (BREAK_ID, EDGE_ID):
            above -= 1
        return sign(self.gaps[position] - self.gaps[above])


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that was found: before `position` of `segment` stand the last `match`
    tokens of the question.
    """

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
    """Append a file, or the part of a file that begins at line `first_line`."""
    ids, gaps = segment.ids, segment.gaps
    id_by_word = vocabulary.ids
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
            id_ = id_by_word.get(word)
            ids.append(vocabulary.id_of(word) if id_ is None else id_)
        ids.append(BREAK_ID)
    ids.append(EDGE_ID)
    gaps.append(0)


def finish(segment: Segment) -> Iterator[None]:
    """Make a segment searchable once its files are added.

    The work is done in steps, so that the caller may do something else in between.
    """
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
    """The places whose preceding tokens agree with the end of `context`, the longest
    agreement first.

    accept: whether a position may be one of them.

    At most CANDIDATES; among equals, those of earlier `segments` come first.
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
    """The first `most` positions whose hash is in the upper bits of `key`."""
    low = bisect_left(grams, key)
    high = bisect_right(grams, key | _HASH, low, min(len(grams), low + most))
    return [entry & _HASH for entry in grams[low:high]]


def _agreement(ids: array[int], position: int, context: Sequence[int]) -> int:
    """How many tokens before `position` agree with the end of `context`."""
    longest = min(position, len(context), LONGEST_MATCH)
    match = 0
    while match < longest and ids[position - 1 - match] == context[-1 - match]:
        match += 1
    return match
