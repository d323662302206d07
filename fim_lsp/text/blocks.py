"""The lines of one version of a document, in blocks that versions share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import overload

# The most lines in a block.  An edit copies the blocks it touches and the list of
# blocks, so both must stay short.
BLOCK = 512


class Lines(Sequence[str]):
    """The lines of one version of a document; they never change.

    The lines are kept in blocks, and an edited version shares the blocks that the edit
    did not touch.  So an edit of a long document costs about as much as one of a short
    document.  A slice is a tuple: take one before a loop over many lines.
    """

    __slots__ = ("_blocks", "_starts")

    def __init__(self, blocks: Iterable[tuple[str, ...]]) -> None:
        """The lines in `blocks`, none of which is empty."""
        self._blocks = tuple(blocks)
        # The number of each block's first line, then the number of all lines.
        self._starts = (0, *accumulate(map(len, self._blocks)))

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return self._slice(index)
        count = self._starts[-1]
        if index < 0:
            index += count
        if not 0 <= index < count:
            raise IndexError(index)
        block = bisect_right(self._starts, index) - 1
        return self._blocks[block][index - self._starts[block]]

    def _slice(self, lines: slice) -> tuple[str, ...]:
        start, stop, step = lines.indices(self._starts[-1])
        if step != 1:
            return tuple(self)[lines]
        if start >= stop:
            return ()
        first, last = self._block_of(start), self._block_of(stop - 1)
        head, end = start - self._starts[first], stop - self._starts[last]
        if first == last:
            return self._blocks[first][head:end]
        middle = chain.from_iterable(self._blocks[first + 1 : last])
        return (*self._blocks[first][head:], *middle, *self._blocks[last][:end])

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._blocks)

    def __reversed__(self) -> Iterator[str]:
        return chain.from_iterable(map(reversed, reversed(self._blocks)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((len(self), self[:1], self[-1:]))

    def replaced(self, first: int, last: int, new: Sequence[str]) -> Lines:
        """The lines with `new` in place of those from `first` through `last`."""
        one, other = self._block_of(first), self._block_of(last)
        before = self._blocks[one][: first - self._starts[one]]
        after = self._blocks[other][last + 1 - self._starts[other] :]
        middle = (*before, *new, *after)
        while len(middle) < BLOCK // 2 and other + 1 < len(self._blocks):
            other += 1  # a block that became short is merged with the next one
            middle += self._blocks[other]
        kept, rest = self._blocks[:one], self._blocks[other + 1 :]
        return Lines((*kept, *in_blocks(middle), *rest))

    def between(self, before: Lines, after: Lines) -> Lines:
        """All lines of `before`, these lines, and all lines of `after`."""
        return Lines((*before._blocks, *self._blocks, *after._blocks))

    def _block_of(self, line: int) -> int:
        """The number of the block that holds a line."""
        return bisect_right(self._starts, line) - 1


def in_blocks(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """`lines` in blocks of at most `BLOCK`."""
    return (tuple(lines[at : at + BLOCK]) for at in range(0, len(lines), BLOCK))
