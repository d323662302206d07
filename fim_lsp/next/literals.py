"""Where strings and comments stand, so that they are kept apart from code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..languages import CLOSERS, language

# So many lines with a delimiter of long strings or comments are followed; behind
# them, each line is judged by itself.
MOST_DELIMITERS = 5000

ColumnSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Delimiters:
    """How a family of languages writes what is no code.

    `line` begin comments that end with their line; `blocks` are pairs that may span
    lines; `quotes` begin and end strings of one line.
    """

    line: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()
    quotes: str = "\"'"


# Strings that may span lines, by the family of a language's syntax.
_LONG_STRINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "python": (('"""', '"""'), ("'''", "'''")),
    "java": (('"""', '"""'),),
    "javascript": (("`", "`"),),
    "jsx": (("`", "`"),),
    "go": (("`", "`"),),
    "lua": (("[[", "]]"),),
}
# Quotes of strings on one line; both, where a family is not named here.  In some an
# apostrophe is a character or a mark; in others quotes surround all there is.
_QUOTES: Mapping[str, str] = {
    **dict.fromkeys(("c", "java", "go", "rust", "lisp"), '"'),
    **dict.fromkeys(("html", "markdown", "prose", "json"), ""),
}
# How a language that is not known is taken to be written.
_UNKNOWN_LANGUAGE = Delimiters(("#", "//"))


@cache
def delimiters_of(language_id: str) -> Delimiters:
    """How an LSP language id writes strings and comments."""
    row = language(language_id)
    if not row.id:
        return _UNKNOWN_LANGUAGE
    return Delimiters(
        line=tuple(opener for opener in row.openers if opener not in CLOSERS),
        blocks=(
            *((opener, CLOSERS[opener]) for opener in row.openers if opener in CLOSERS),
            *_LONG_STRINGS.get(row.syntax, ()),
        ),
        quotes=_QUOTES.get(row.syntax, "\"'"),
    )


class TextMap:
    """Which columns of a document's lines are in a string or a comment."""

    def __init__(self, lines: Sequence[str], language_id: str) -> None:
        self._lines = lines
        self._delimiters = delimiters_of(language_id)
        # Lines at whose beginning another delimiter is awaited than before.
        self._starts: list[int] = []
        self._closers: list[str] = []

    def covers(self, line: int, start: int, end: int) -> bool | None:
        """Whether columns `start` to `end` are in one string or comment.

        None where they are partly inside, which is a whole string at most.
        """
        for first, last in self.spans(line):
            if start == end:
                if first < start < last:
                    return True
                continue
            if first <= start and end <= last and (first < start or last > end):
                return True
            if first < end and start < last and not (start <= first and last <= end):
                return None
        return False

    def spans(self, line: int) -> list[ColumnSpan]:
        """Strings and comments of a line, with their delimiters."""
        if not self._starts:
            self._follow()
        closer = self._closers[bisect_right(self._starts, line) - 1]
        return _spans(self._lines[line], self._delimiters, closer)[0]

    def _follow(self) -> None:
        """Find where strings and comments of several lines begin and end."""
        self._starts, self._closers = [0], [""]
        marks = {mark for block in self._delimiters.blocks for mark in block}
        if not marks:
            return
        # One pass for each mark is faster than one pass that looks for all of them.
        holding = sorted(
            {i for mark in marks for i, line in enumerate(self._lines) if mark in line}
        )
        closer = ""
        for index in holding[:MOST_DELIMITERS]:
            after = _spans(self._lines[index], self._delimiters, closer)[1]
            if after != closer:
                closer = after
                self._starts.append(index + 1)
                self._closers.append(closer)
        if len(holding) > MOST_DELIMITERS and closer:
            self._starts.append(holding[MOST_DELIMITERS])
            self._closers.append("")


def _spans(
    line: str, delimiters: Delimiters, closer: str
) -> tuple[list[ColumnSpan], str]:
    """The spans of a line at whose beginning `closer` is awaited, and what is
    awaited at its end.
    """
    spans: list[ColumnSpan] = []
    position = 0
    if closer:
        end = line.find(closer)
        if end < 0:
            return [(0, len(line))], closer
        position = end + len(closer)
        spans.append((0, position))
    opener = _opener(delimiters)
    while found := opener.search(line, position):
        start, sign = found.start(), found[0]
        if sign in delimiters.line:
            spans.append((start, len(line)))
            return spans, ""
        close = dict(delimiters.blocks).get(sign)
        if close is not None:
            end = line.find(close, found.end())
            if end < 0:
                spans.append((start, len(line)))
                return spans, close
            position = end + len(close)
            spans.append((start, position))
            continue
        string = _string(sign).match(line, start)
        if string is None:
            position = start + 1
            continue
        position = string.end()
        spans.append((start, position))
    return spans, ""


@cache
def _opener(delimiters: Delimiters) -> re.Pattern[str]:
    signs = [opening for opening, _ in delimiters.blocks]
    signs += [*delimiters.line, *delimiters.quotes]
    signs.sort(key=len, reverse=True)
    return re.compile("|".join(map(re.escape, signs)) or r"(?!)")


@cache
def _string(quote: str) -> re.Pattern[str]:
    return re.compile(rf"{quote}(?:[^{quote}\\\n]|\\.)*{quote}")
