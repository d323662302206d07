"""Text -> language-neutral tokens, and the unfinished token at a cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..text import leading_space

BREAK = "\n"

# The width that stands for white space which a count of spaces cannot render.
UNRENDERABLE = 255
_TAB = 8

_STRINGS = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`"""
_WORDS = r"[^\W\d]\w*|\d[\w.]*"
_TOKEN = re.compile(rf"(\s*)({_WORDS}|{_STRINGS}|\S)")
_OPEN_STRING = r""""(?:[^"\\]|\\.)*\Z|'(?:[^'\\]|\\.)*\Z|`(?:[^`\\]|\\.)*\Z"""
_TOKEN_AT_CURSOR = re.compile(rf"(\s*)({_WORDS}|{_STRINGS}|{_OPEN_STRING}|\S)")
_UNFINISHED = re.compile(rf"(?:{_WORDS}|{_OPEN_STRING})\Z")


@dataclass(frozen=True, slots=True)
class Cursor:
    """What stands before a cursor.

    `words` are the finished tokens, breaks among them; `partial` is the beginning
    of a token that may go on, or empty; `spaced` says that white space stands
    right before the cursor; `indent_change` is -1, 0 or 1: how the line is indented
    beside the one above.
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
    """The (white space before, token) pairs of one line, its break not among them."""
    return _TOKEN.findall(line)


def width(gap: str) -> int:
    """How many spaces `gap` is, or UNRENDERABLE."""
    if gap.count(" ") == len(gap) < UNRENDERABLE:
        return len(gap)
    return UNRENDERABLE


def indentation(gap: str) -> int:
    """The column that `gap` at a line's beginning leads to, at most 254."""
    return min(len(gap.expandtabs(_TAB)), UNRENDERABLE - 1)


def is_word(token: str) -> bool:
    """Whether it is an identifier, as far as that can be said for any language."""
    return token[0].isalpha() or token[0] == "_"


def cursor(lines: tuple[str, ...]) -> Cursor:
    """Cut the text before a cursor; the last of `lines` ends at the cursor."""
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
    return (number > 0) - (number < 0)


def _indent_of(line: str) -> int:
    return indentation(leading_space(line))


def _words(lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        pairs = tokens_of_line(line)
        if pairs:
            yield from (word for _, word in pairs)
            yield BREAK
