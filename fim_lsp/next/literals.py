"""Finds the strings and comments of a document, to keep them apart from code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..languages import CLOSERS, language

# The most lines with delimiters of several-line strings or comments that are followed;
# the lines behind them are looked at one by one.
MOST_DELIMITERS = 5000

# Stands for the quote that closes a string in which a backslash hides other quotes.
ESCAPABLE = '\\"'

# The first column of a string or comment, and the column behind it.
ColumnSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Delimiters:
    """How a language writes strings and comments.

    line: the openers of comments that end with their line.
    blocks: the openers and closers of comments and strings that may span lines.
    quotes: the quotes of strings that end on their line.
    has_characters: whether an apostrophe may stand around one character; such a
        character is code, and a quote in it begins no string.
    """

    line: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()
    quotes: str = "\"'"
    has_characters: bool = False


# Strings that may span lines, by the family of a language's syntax.
_LONG_STRINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "python": (('"""', '"""'), ("'''", "'''")),
    "java": (('"""', '"""'),),
    "javascript": (("`", "`"),),
    "jsx": (("`", "`"),),
    "go": (("`", "`"),),
    "lua": (("[[", "]]"),),
    "rust": (('r#"', '"#'), ('"', ESCAPABLE)),
}
# Quotes of strings on one line, by the family of a language's syntax; other families
# have both.  In some, an apostrophe is a character or a mark; in others, quotes are not
# worth telling from code, as in JSON.
_QUOTES: Mapping[str, str] = {
    **dict.fromkeys(("c", "java", "go", "rust", "lisp"), '"'),
    **dict.fromkeys(("html", "markdown", "prose", "json"), ""),
}
# Families in which an apostrophe may stand around one character.
_CHARACTERS = frozenset({"c", "java", "go", "rust"})
# Such a character.
_CHARACTER = re.compile(r"'(?:\\.[^'\n]{0,8}|[^'\\\n])'")
# The rest of a string up to a quote that no backslash hides.
_UP_TO_QUOTE = re.compile(r'(?:[^"\\]|\\.)*?"', re.DOTALL)
# The delimiters of a language that is not in the table of languages.
_UNKNOWN_LANGUAGE = Delimiters(("#", "//"))


@cache
def delimiters_of(language_id: str) -> Delimiters:
    """The delimiters of the language with an LSP language id."""
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
        has_characters=row.syntax in _CHARACTERS,
    )


class TextMap:
    """Tells which columns of a document's lines are in a string or a comment."""

    def __init__(self, lines: Sequence[str], language_id: str) -> None:
        self._lines = lines
        self._delimiters = delimiters_of(language_id)
        # The numbers of lines from which on another closer is awaited than before.
        self._starts: list[int] = []
        # For each number in `_starts`, that closer; empty outside strings and comments.
        self._closers: list[str] = []

    def covers(self, line: int, start: int, end: int) -> bool | None:
        """Whether the columns from `start` to `end` are inside one string or comment.

        None if a string or comment and the columns only overlap.
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
        """The strings and comments of a line, with their delimiters."""
        if not self._starts:
            self._follow()
        closer = self._closers[bisect_right(self._starts, line) - 1]
        return _spans(self._lines[line], self._delimiters, closer)[0]

    def _follow(self) -> None:
        """Find where strings and comments of several lines begin and end."""
        self._starts, self._closers = [0], [""]
        marks = {mark for block in self._delimiters.blocks for mark in block}
        text = "".join(self._lines) if marks else ""
        marks = {mark for mark in marks if mark == ESCAPABLE or mark in text}
        if not marks:
            return
        # One pass for each mark is faster than one pass that looks for all of them.
        numbers = {
            number
            for mark in marks - {ESCAPABLE, '"'}
            for number, line in enumerate(self._lines)
            if mark in line
        }
        if '"' in marks:
            # Two quotes on a line open and close, and change nothing for the next line.
            numbers |= {
                number for number, line in enumerate(self._lines) if line.count('"') % 2
            }
        holding = sorted(numbers)
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
    """The strings and comments of a line, and the closer awaited at the line's end.

    closer: the closer awaited at the beginning of the line; empty for none.
    """
    spans: list[ColumnSpan] = []
    position = 0
    if closer:
        position = _end_of_block(line, 0, closer)
        if position < 0:
            return [(0, len(line))], closer
        spans.append((0, position))
    opener = _opener(delimiters)
    while match := opener.search(line, position):
        start, sign = match.start(), match[0]
        if sign in delimiters.line:
            spans.append((start, len(line)))
            return spans, ""
        close = dict(delimiters.blocks).get(sign)
        if close is not None:
            position = _end_of_block(line, match.end(), close)
            if position < 0:
                spans.append((start, len(line)))
                return spans, close
            spans.append((start, position))
            continue
        if sign == "'" and delimiters.has_characters:
            character = _CHARACTER.match(line, start)
            position = character.end() if character else start + 1
            continue
        string = _string(sign).match(line, start)
        if string is None:
            position = start + 1
            continue
        position = string.end()
        spans.append((start, position))
    return spans, ""


def _end_of_block(line: str, start: int, closer: str) -> int:
    """The column behind the closer of a block; -1 if the line does not have it."""
    if closer == ESCAPABLE:
        up_to_quote = _UP_TO_QUOTE.match(line, start)
        return up_to_quote.end() if up_to_quote else -1
    end = line.find(closer, start)
    return end + len(closer) if end >= 0 else -1


@cache
def _opener(delimiters: Delimiters) -> re.Pattern[str]:
    signs = [opening for opening, _ in delimiters.blocks]
    signs += [*delimiters.line, *delimiters.quotes]
    signs += ["'"] * delimiters.has_characters
    signs.sort(key=len, reverse=True)
    return re.compile("|".join(map(re.escape, signs)) or r"(?!)")


@cache
def _string(quote: str) -> re.Pattern[str]:
    return re.compile(rf"{quote}(?:[^{quote}\\\n]|\\.)*{quote}")
