"""The text that echo may repeat: files as they are on disk, and open documents in
their place.
"""

from __future__ import annotations

from collections.abc import Iterator

from .index import Segment, Vocabulary, add, finish
from .lexer import is_word

# Lines of an open document that become one segment.  A question that comes while a
# segment is made waits for one step of that: about 3 ms.
_STEP = 250

# Tokens of files on disk after which another segment is begun.  Sorting needs five
# times the memory of what is sorted, so little is sorted at a time.
_SEGMENT = 65_536

# Measured bytes of the child process before it has read anything.
_INTERPRETER = 14_000_000
# Measured bytes of a token: in the arrays, and in the list that is sorted last.
_PER_TOKEN = 68
# Measured bytes of a word in the two tables of the vocabulary.
_PER_WORD = 150

# A part of an open document: the number of its first line, and its lines.
Part = tuple[int, tuple[str, ...]]


class Sources:
    """The files of one workspace folder, searchable."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.disk = [Segment()]
        self.line_counts: dict[str, int] = {}
        self._disk_segment_of: dict[str, Segment] = {}
        self._overlays: dict[str, dict[Part, Segment]] = {}
        self._words_of: dict[str, set[int]] = {}

    def add(self, path: str, lines: list[str]) -> None:
        """Read in a file from disk; to be called before `finish`."""
        self.line_counts[path] = len(lines)
        if len(self.disk[-1].ids) >= _SEGMENT:
            self.finish()
            self.disk.append(Segment())
        add(self.disk[-1], self.vocabulary, path, lines)
        self._disk_segment_of[path] = self.disk[-1]

    def finish(self) -> None:
        """Make the files from disk searchable."""
        for _ in finish(self.disk[-1]):
            pass

    def overlay(self, path: str, lines: list[str]) -> Iterator[None]:
        """Search `lines` instead of the file `path`, once all steps have been taken.

        Only parts that have changed since the last time are made searchable anew.
        """
        former = self._overlays.get(path, {})
        segments: dict[Part, Segment] = {}
        for first in range(0, len(lines), _STEP):
            part = first, tuple(lines[first : first + _STEP])
            segment = former.get(part)
            if segment is None:
                segment = Segment()
                add(segment, self.vocabulary, path, part[1], first)
                yield
                yield from finish(segment)
            segments[part] = segment
        self._overlays[path] = segments
        self.line_counts[path] = len(lines)
        self._words_of.pop(path, None)

    def forget(self, path: str) -> None:
        """Search the file as it is on disk again, instead of an open document."""
        self._overlays.pop(path, None)
        self._words_of.pop(path, None)

    def has_on_disk(self, path: str) -> bool:
        """Whether the file was read from disk."""
        return path in self._disk_segment_of

    @property
    def tokens(self) -> int:
        """How many tokens were read from disk."""
        return sum(len(segment.ids) for segment in self.disk)

    @property
    def memory(self) -> int:
        """Roughly how many bytes the whole process occupies."""
        return (
            _INTERPRETER
            + _PER_TOKEN * self.tokens
            + self.vocabulary.characters
            + _PER_WORD * len(self.vocabulary.words)
        )

    def segments(self, path: str) -> list[Segment]:
        """All that is searched for a question asked in the file `path`: its own open
        document first, then the other open documents, then the files on disk.
        """
        own = self._overlays.get(path, {}).values()
        others = (
            segment
            for other, segments in self._overlays.items()
            if other != path
            for segment in segments.values()
        )
        return [*own, *others, *self.disk]

    def is_covered(self, segment: Segment, path: str) -> bool:
        """Whether an open document is searched instead of this file of `segment`."""
        if path not in self._overlays:
            return False
        return segment not in self._overlays[path].values()

    def _segments_of(self, path: str) -> list[Segment]:
        if path in self._overlays:
            return list(self._overlays[path].values())
        return [self._disk_segment_of[path]] if self.has_on_disk(path) else []

    def words_of(self, path: str) -> set[int]:
        """The ids of the identifiers in a file."""
        remembered = self._words_of.get(path)
        if remembered is not None:
            return remembered
        ids: set[int] = set()
        for segment in self._segments_of(path):
            start, end = segment.span_of(path)
            ids.update(segment.ids[start:end])
        words = self.vocabulary.words
        identifiers = {id_ for id_ in ids if words[id_] and is_word(words[id_])}
        self._words_of[path] = identifiers
        return identifiers
