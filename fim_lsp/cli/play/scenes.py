"""Which lines are typed: chosen by a seed, never by what becomes of them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from ...errors import InputError
from ...languages import language_of_file
from ...text import Document, Place, Span, bare_line
from ..files import read_document

# Larger files are left out, in bytes.
LARGEST = 200_000
# Characters of a line that is worth typing.
SHORTEST, LONGEST = 16, 76
# Folders whose code nobody has written by hand.
SKIPPED = {"node_modules", "__pycache__", "dist", "build"}
# Families of languages that hold data, not code.
DATA = {"json", "yaml", "toml"}
# What begins a line of no code, or of a comment that has begun above.
NO_CODE = ("#", "//", "/*", "*", '"""', "--", ";")
# What begins a function.
HEADS = ("def ", "async def ", "function ", "local function ", "func ", "fn ", "pub fn")
# What ends a function on a line of its own.
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
        start, end = self.start + self.text[:typed], _line_end(self.document, self.line)
        lines = self.document.lines.replaced(self.line, self.line, [start + end])
        version = replace(self.document, lines=lines)
        return Scene(version, self.line, start, self.text[typed:])


def scenes(documents: Sequence[Document], seed: int) -> Iterator[Scene]:
    """Lines of code in random order, each file as likely as its lines are many."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable, not secret
    places = [
        (code, line)
        for code in documents
        for line, text in enumerate(code.lines)
        if _is_worth_typing(text.strip())
    ]
    while places:
        code, line = places.pop(dice.randrange(len(places)))
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


def source_documents(folder: Path, may_read: Callable[[Path], bool]) -> list[Document]:
    """Code in a folder, in a fixed order; hidden and refused folders are left out."""
    code: list[Document] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED and name[0] != "." and may_read(Path(base, name))
        )
        for path in (Path(base, name) for name in sorted(names)):
            if _is_code(path) and may_read(path):
                code += _readable(path)
    return code


def _is_code(path: Path) -> bool:
    facts = language_of_file(path)
    return bool(facts.family) and facts.family not in DATA


def _readable(path: Path) -> list[Document]:
    try:
        return [read_document(path)] if path.stat().st_size <= LARGEST else []
    except (InputError, OSError):
        return []


def _line_end(document: Document, line: int) -> str:
    text = document.lines[line]
    return text[len(bare_line(text)) :]


def _is_worth_typing(text: str) -> bool:
    return (
        SHORTEST <= len(text) <= LONGEST
        and not text.startswith(NO_CODE)
        and any(char.isalpha() for char in text)
    )
