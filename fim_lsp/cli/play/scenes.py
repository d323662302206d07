"""Which lines are typed: chosen by a seed, never by what becomes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ...text import Document, Place, Span, bare_line

# Characters of a line that is worth typing.
SHORTEST, LONGEST = 16, 76
# What begins a line of no code, or of a comment that has begun above.
NO_CODE = ("#", "//", "/*", "*", '"""', "--", ";")
# What begins a function, and what ends one on a line of its own.
HEADS = ("def ", "async def ", "function ", "local function ", "func ", "fn ", "pub fn")
CLOSING = {"}", "end", "};"}
# Lines of the longest function that a code action is shown on.
LONGEST_FUNCTION = 40


@dataclass(frozen=True, slots=True)
class Scene:
    """Line `line` of `document` is typed again: `start` is there, `text` is typed.

    The document is as it is without that text.
    """

    document: Document
    line: int
    start: str
    text: str

    @property
    def place(self) -> Place:
        """Where the typing begins."""
        return Place(self.line, len(self.start))

    def from_key(self, typed: int) -> Scene:
        """The scene once `typed` characters are there."""
        start, line = self.start + self.text[:typed], self.document.lines[self.line]
        version = self.with_line(start + line[len(bare_line(line)) :])
        return Scene(version, self.line, start, self.text[typed:])

    def with_line(self, text: str) -> Document:
        """The document with `text` in place of the line."""
        lines = self.document.lines.replaced(self.line, self.line, [text])
        return replace(self.document, lines=lines)


def scenes(documents: Sequence[Document], seed: int) -> Iterator[Scene]:
    """Lines of code in random order, each file as likely as its lines are many."""
    places = [
        (code, line)
        for code in documents
        for line, text in enumerate(code.lines)
        if _is_worth_typing(text.strip())
    ]
    random.Random(seed).shuffle(places)  # noqa: S311 - repeatable, not secret
    for code, line in places:
        text = code.lines[line].rstrip()
        width = len(text) - len(text.lstrip())
        yield Scene(code, line, "", text).from_key(width)


def function(documents: Sequence[Document]) -> tuple[Document, Span]:
    """A whole function of at most `LONGEST_FUNCTION` lines, else a file's beginning."""
    for code in documents:
        lines = code.lines[:]
        for line, text in enumerate(lines):
            if not text.startswith(HEADS):
                continue
            body = [*takewhile(lambda below: below[:1] in " \t\r\n", lines[line + 1 :])]
            end = line + 1 + len("".join(body).rstrip().splitlines())
            end += end < len(lines) and lines[end].strip() in CLOSING
            if end - line <= LONGEST_FUNCTION and body:
                return code, Span(Place(line, 0), Place(end, 0))
    last = min(10, len(documents[0].lines) - 1)
    return documents[0], Span(Place(0, 0), Place(last, 0))


def _is_worth_typing(text: str) -> bool:
    return (
        SHORTEST <= len(text) <= LONGEST
        and not text.startswith(NO_CODE)
        and any(char.isalpha() for char in text)
    )
