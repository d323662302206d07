"""Notices when a model repeats itself without end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

# The number of equal lines or sentences that ends an answer.
_EQUAL = 3
# The number of equal blocks of lines that does: tests and tables may repeat a few.
_EQUAL_BLOCKS = 5
# The number of equal lines without a word, such as brackets and zeros, that does.
_EQUAL_SIGNS = 30
# The most lines of a block that is compared.
_LONGEST_BLOCK = 8
# Words that make a sentence: shorter ones, such as “Yes.”, may recur.
_SENTENCE_WORDS = 3

_WORD = re.compile(r"[^\W\d_]{2,}")
# What ends a line, or a sentence with a mark that may be followed by more marks.
_ENDS = re.compile(r"\n|(?<=[.!?])[ \t]|(?<=[。！？])(?![。！？])")
_MARKS = tuple(".!?。！？")


class LoopWatch:
    """Watches one answer as it comes.

    original: the code that the answer is about; lines that are equal there may be
        equal in the answer.
    prose: whether the answer is an explanation, in which no sentence recurs at all.
    """

    def __init__(self, original: str = "", *, prose: bool = False) -> None:
        self._allowed = Counter(map(str.rstrip, original.splitlines()))
        self._prose = prose
        # The text since the last line end, and where in the answer that text begins.
        self._line, self._offset = "", 0
        # How much of that text was looked at, and where its last sentence begins.
        self._seen = self._sentence = 0
        # Whole lines and whole sentences, and where in the answer they begin.
        self._lines: list[str] = []
        self._line_starts: list[int] = []
        self._sentences: list[str] = []

    def feed(self, piece: str) -> int | None:
        """Where in the answer so far the third repetition begins; None if none does."""
        self._line += piece
        while mark := _ENDS.search(self._line, self._seen):
            self._seen = mark.end()
            begins = self._offset + self._sentence
            if self._repeats_sentence(mark.start()):
                return begins
            if mark[0] == "\n" and (start := self._repeated_line()) is not None:
                return start
        self._seen = len(self._line)
        return None

    def _repeats_sentence(self, end: int) -> bool:
        """Take the text up to `end` as a sentence, if it is one; whether it recurs."""
        sentence = self._line[self._sentence : end].strip()
        self._sentence = self._seen
        if not sentence.endswith(_MARKS) or self._allowed[sentence]:
            return False
        self._sentences.append(sentence)
        if not _WORD.search(sentence):
            return False
        if self._prose and len(sentence.split()) >= _SENTENCE_WORDS:
            return self._sentences.count(sentence) >= _EQUAL
        return self._sentences[-_EQUAL:] == [sentence] * _EQUAL

    def _repeated_line(self) -> int | None:
        """Take the line that has just ended; where the last of equal blocks begins."""
        self._lines.append(self._line[: self._seen].rstrip())
        self._line_starts.append(self._offset)
        self._offset += self._seen
        self._line, self._seen, self._sentence = self._line[self._seen :], 0, 0
        for size in range(1, _LONGEST_BLOCK + 1):
            block = self._lines[-size:]
            most = self._most(block)
            if self._lines[-most * size :] == block * most:
                return self._line_starts[-size]
        return None

    def _most(self, block: Sequence[str]) -> int:
        """How often a block may stand in a row before that is too often."""
        allowed = min(self._allowed[line] for line in block)
        more = allowed if allowed > 1 else 0
        if not any(map(_WORD.search, block)):
            return _EQUAL_SIGNS + more
        return (_EQUAL if len(block) == 1 else _EQUAL_BLOCKS) + more
