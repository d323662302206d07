"""Divides lines of code into lexemes: words, numbers, strings and signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..languages import language
from ..text import bare_line

# The lexeme at the end of each line, of the last line of a document, too.
LINE_END = "\n"
# The most characters of a line that is searched; a longer line is data, not code.
LONGEST_LINE = 1000

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`"
_CHARACTER = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:\\.[^'\n]{0,8}|[^'\\\n])'"
_REST = r"\d[\w.]*|\w+|[^\w\s]"
_WORDS = re.compile(_REST)
_CODE = re.compile(f"{_STRING}|{_REST}")
_CODE_WITH_CHARACTERS = re.compile(f"{_CHARACTER}|{_REST}")
# Families of languages in which an apostrophe does not begin a string.
_APOSTROPHES = frozenset({"c", "java", "go", "rust", "lisp"})
# Families of languages in which what stands in quotes is no string apart from the rest.
_NO_STRINGS = frozenset({"html", "markdown", "prose", "json"})


class Lexeme(NamedTuple):
    """A lexeme; `lead` is the white space before it on its line."""

    text: str
    lead: str
    line: int
    column: int

    @property
    def end(self) -> int:
        """The column behind the lexeme; the end of a line takes no column."""
        return self.column + (0 if self.text == LINE_END else len(self.text))


def lexemes(
    lines: Iterable[str], language_id: str, first: int = 0, *, words_only: bool = False
) -> list[Lexeme]:
    """All lexemes of some lines.

    first: the number of the first line in its document.
    words_only: whether strings are divided into words, as inside of strings and
        comments; else a string that ends on its line is one lexeme.
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
    syntax = language(language_id).syntax
    if words_only or syntax in _NO_STRINGS:
        return _WORDS
    return _CODE_WITH_CHARACTERS if syntax in _APOSTROPHES else _CODE
