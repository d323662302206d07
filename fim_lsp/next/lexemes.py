"""Lines of code as words, numbers, strings and signs, each with what precedes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..languages import language
from ..text import bare_line

# What ends a line; every line has one, also the last of a document.
LINE_END = "\n"
# Longer lines are data, not code; nothing is looked for in them.
LONGEST_LINE = 1000

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`"
_CHARACTER = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:\\.[^'\n]{0,8}|[^'\\\n])'"
_REST = r"\d[\w.]*|\w+|[^\w\s]"
_WORDS = re.compile(_REST)
_CODE = re.compile(f"{_STRING}|{_REST}")
_CODE_WITH_CHARACTERS = re.compile(f"{_CHARACTER}|{_REST}")
# Families of languages in which an apostrophe begins a character or a mark.
_APOSTROPHES = frozenset({"c", "java", "go", "rust", "lisp"})


class Lexeme(NamedTuple):
    """`text` at `line` and `column`, after the white space `lead` on its line."""

    text: str
    lead: str
    line: int
    column: int

    @property
    def end(self) -> int:
        """The column behind it; a line end takes no column."""
        return self.column + (0 if self.text == LINE_END else len(self.text))


def lexemes(
    lines: Iterable[str], language_id: str, first: int = 0, *, words_only: bool = False
) -> list[Lexeme]:
    """All lexemes of `lines`, the first of which is line `first` of its document.

    A string that ends on its line is one lexeme, unless `words_only` is set, as for
    text inside strings and comments.
    """
    pattern = _pattern(language_id, words_only=words_only)
    result: list[Lexeme] = []
    for number, line in enumerate(lines, first):
        bare = bare_line(line)
        position = 0
        for match in pattern.finditer(bare):
            start = match.start()
            result.append(Lexeme(match[0], bare[position:start], number, start))
            position = match.end()
        result.append(Lexeme(LINE_END, bare[position:], number, len(bare)))
    return result


def texts(items: Sequence[Lexeme]) -> tuple[str, ...]:
    return tuple(item.text for item in items)


def is_word(text: str) -> bool:
    """Whether a lexeme is a name or a keyword."""
    return text[:1].isalpha() or text[:1] == "_"


def kind_of(text: str) -> str:
    """The kind of a lexeme: "word", "number", "string", or the sign itself."""
    if is_word(text):
        return "word"
    if text[:1].isdigit():
        return "number"
    if len(text) > 1:
        return "string"
    return text


def _pattern(language_id: str, *, words_only: bool) -> re.Pattern[str]:
    if words_only:
        return _WORDS
    syntax = language(language_id).syntax
    return _CODE_WITH_CHARACTERS if syntax in _APOSTROPHES else _CODE
