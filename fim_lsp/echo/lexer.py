"""Cut text into tokens, the same way in any language, and find the unfinished token
at a cursor.

A token is an identifier, a number, a string that ends on its line, or any other single
character.  A line break is a token, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..text import leading_space

# The token for a line break.
BREAK = "\n"

# The width that stands for white space that is not a number of spaces.
UNRENDERABLE = 255
# Columns of a tab.
_TAB = 8
_QUOTES = "\"'`"

_STRINGS = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`"""
_WORDS = r"[^\W\d]\w*|\d[\w.]*"
_TOKEN = re.compile(rf"(\s*)({_WORDS}|{_STRINGS}|\S)")
_OPEN_STRING = r""""(?:[^"\\]|\\.)*\Z|'(?:[^'\\]|\\.)*\Z|`(?:[^`\\]|\\.)*\Z"""
_TOKEN_AT_CURSOR = re.compile(rf"(\s*)({_WORDS}|{_STRINGS}|{_OPEN_STRING}|\S)")
_UNFINISHED = re.compile(rf"(?:{_WORDS}|{_OPEN_STRING})\Z")


@dataclass(frozen=True, slots=True)
class Cursor:
    """What stands before a cursor.

    words: the finished tokens, line breaks among them.
    partial: the beginning of a token that may go on at the cursor, or empty.
    spaced: whether white space stands directly before the cursor.
    indent_change: whether the cursor's line is indented less than the line above (-1),
        as much (0) or more (1).
    """

    words: tuple[str, ...]
    partial: str
    spaced: bool
    indent_change: int

    @property
    def at_start(self) -> bool:
        """Whether no finished token stands on the cursor's line."""
        return self.on_line == 0

    @property
    def on_line(self) -> int:
        """How many finished tokens stand on the cursor's line."""
        return next(
            (at for at, word in enumerate(reversed(self.words)) if word == BREAK),
            len(self.words),
        )


def tokens_of_line(line: str) -> list[tuple[str, str]]:
    """The tokens of one line without its break, each after its white space."""
    return _TOKEN.findall(line)


def width(gap: str) -> int:
    """The number of spaces that `gap` consists of, or UNRENDERABLE."""
    if gap.count(" ") == len(gap) < UNRENDERABLE:
        return len(gap)
    return UNRENDERABLE


def indentation(gap: str) -> int:
    """The column that the white space `gap` at the beginning of a line leads to.

    At most one less than UNRENDERABLE.
    """
    return min(len(gap.expandtabs(_TAB)), UNRENDERABLE - 1)


def is_word(token: str) -> bool:
    """Whether `token` looks like an identifier; keywords do, too."""
    return token[0].isalpha() or token[0] == "_"


def is_literal(token: str) -> bool:
    """Whether `token` is a number or a whole string."""
    return token[0].isdigit() or (len(token) > 1 and token[0] in _QUOTES)


def cursor(lines: tuple[str, ...]) -> Cursor:
    """Cut the text before a cursor into tokens; the last of `lines` ends at it."""
    words = list(_words(lines[:-1]))
    line = lines[-1]
    pairs = _TOKEN_AT_CURSOR.findall(line)
    spaced = line[-1:].isspace()
    partial = ""
    if pairs and not spaced and _UNFINISHED.fullmatch(pairs[-1][1]):
        partial = pairs[-1][1]
    words += [word for _, word in pairs[: len(pairs) - bool(partial)]]
    above = next((line for line in reversed(lines[:-1]) if line.strip()), "")
    return Cursor(
        words=tuple(words),
        partial=partial,
        spaced=spaced,
        indent_change=sign(_indent_of(line) - _indent_of(above)),
    )


def sign(number: int) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)


def _indent_of(line: str) -> int:
    return indentation(leading_space(line))


def _words(lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        pairs = tokens_of_line(line)
        if pairs:
            yield from (word for _, word in pairs)
            yield BREAK
