"""All that may be repeated: the files on disk, and open documents over them."""

from __future__ import annotations

from collections.abc import Iterator

from .index import Segment, Vocabulary, add, finish
from .lexer import is_word

# Lines of an open document that are made searchable in one step.  A question that
# comes meanwhile waits for one step: about 3 ms.
_STEP = 250

# Tokens after which another segment is begun.  Sorting needs five times the memory
# of what is sorted, so little is sorted at a time.
_SEGMENT = 65_536

# Bytes, measured: the process with nothing in it; a token in the three arrays with
# its part of the list that is sorted last; a word in the vocabulary's two tables.
_INTERPRETER = 14_000_000
_PER_TOKEN = 68
_PER_WORD = 150


class Sources:
    """The files of one workspace folder, searchable."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.disk = [Segment()]
        self.line_counts: dict[str, int] = {}
        self._disk_segment_of: dict[str, Segment] = {}
        self._overlays: dict[str, list[Segment]] = {}
        self._words_of: dict[str, set[int]] = {}

    def add(self, path: str, lines: list[str]) -> None:
        """Take in a file from disk, before `finish`."""
        self.line_counts[path] = len(lines)
        if len(self.disk[-1].ids) >= _SEGMENT:
            self.finish()
            self.disk.append(Segment())
        add(self.disk[-1], self.vocabulary, path, lines)
        self._disk_segment_of[path] = self.disk[-1]

    def finish(self) -> None:
        """Make what was taken in searchable."""
        for _ in finish(self.disk[-1]):
            pass

    def overlay(self, path: str, lines: list[str]) -> Iterator[None]:
        """Use `lines` in the place of a file, once all steps have been taken."""
        segments = []
        for first in range(0, len(lines), _STEP):
            segment = Segment()
            add(segment, self.vocabulary, path, lines[first : first + _STEP], first)
            yield
            yield from finish(segment)
            segments.append(segment)
        self._overlays[path] = segments
        self.line_counts[path] = len(lines)
        self._words_of.pop(path, None)

    def forget(self, path: str) -> None:
        """What is on disk counts again."""
        self._overlays.pop(path, None)
        self._words_of.pop(path, None)

    def has_on_disk(self, path: str) -> bool:
        """Whether the file was taken in from disk."""
        return path in self._disk_segment_of

    @property
    def tokens(self) -> int:
        """How many were taken in from disk."""
        return sum(len(segment.ids) for segment in self.disk)

    @property
    def memory(self) -> int:
        """About how many bytes this and the interpreter occupy."""
        return (
            _INTERPRETER
            + _PER_TOKEN * self.tokens
            + self.vocabulary.characters
            + _PER_WORD * len(self.vocabulary.words)
        )

    def segments(self, path: str) -> list[Segment]:
        """What is searched for a question asked in `path`, the nearest first."""
        own = self._overlays.get(path, [])
        others = [s for name, s in self._overlays.items() if name != path]
        return [*own, *(s for segments in others for s in segments), *self.disk]

    def is_covered(self, segment: Segment, path: str) -> bool:
        """Whether an open document stands over this file of `segment`."""
        return segment not in self._overlays.get(path, [segment])

    def _segments_of(self, path: str) -> list[Segment]:
        if path in self._overlays:
            return self._overlays[path]
        return [self._disk_segment_of[path]] if self.has_on_disk(path) else []

    def words_of(self, path: str) -> set[int]:
        """The identifiers in a file."""
        known = self._words_of.get(path)
        if known is None:
            known = set()
            for segment in self._segments_of(path):
                start, end = segment.span_of(path)
                known.update(segment.ids[start:end])
            words = self.vocabulary.words
            known = {i for i in known if words[i] and is_word(words[i])}
            self._words_of[path] = known
        return known
