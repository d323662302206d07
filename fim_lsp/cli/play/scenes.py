"""Which lines are typed: chosen by a seed, never by what becomes of them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import InputError
from ...text import Document, Place, Span
from ..files import read_document

LARGEST = 200_000  # bytes
SHORTEST, LONGEST = 16, 76  # characters of a line that is worth typing
SKIPPED = {"node_modules", "__pycache__", "dist", "build"}
CODE = {".py", ".ts", ".mjs", ".js", ".go", ".rs", ".java", ".c", ".cpp", ".lua", ".rb"}
COMMENTS = ("#", "//", "/*", "*", '"""', "--", ";")
HEADS = ("def ", "async def ", "function ", "local function ", "func ", "fn ", "pub fn")
LONGEST_BLOCK = 40  # lines


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
        return Place(self.line, len(self.start))


def scenes(documents: Sequence[Document], seed: int) -> Iterator[Scene]:
    """Lines of code in random order, each file as likely as its lines are many."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable, not secret
    places = [
        (document, line)
        for document in documents
        for line in range(len(document.lines))
        if _is_worth_typing(document.lines[line])
    ]
    while places:
        document, line = places.pop(dice.randrange(len(places)))
        yield _scene(document, line)


def functions(documents: Sequence[Document], seed: int) -> Iterator[tuple[int, Span]]:
    """Whole functions in random order, as the number of a document and a span."""
    dice = random.Random(seed)  # noqa: S311 - as above
    heads = [
        (number, line)
        for number, document in enumerate(documents)
        for line, text in enumerate(document.lines)
        if text.lstrip().startswith(HEADS)
    ]
    dice.shuffle(heads)
    for number, line in heads:
        end = _end_of_block(documents[number], line)
        if end - line <= LONGEST_BLOCK:
            yield number, Span(Place(line, 0), Place(end, 0))


def source_documents(folder: Path, may_read: Callable[[Path], bool]) -> list[Document]:
    """Code in a folder, in a fixed order; hidden and refused folders are left out."""
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED and name[0] != "." and may_read(Path(base, name))
        )
        for path in (Path(base, name) for name in sorted(names)):
            if path.suffix in CODE and may_read(path):
                found += _readable(path)
    return found


def _readable(path: Path) -> list[Document]:
    try:
        return [read_document(path)] if path.stat().st_size <= LARGEST else []
    except (InputError, OSError):
        return []


def _scene(document: Document, line: int) -> Scene:
    text = document.lines[line].rstrip("\r\n")
    end = document.lines[line][len(text) :]
    text = text.rstrip()
    width = len(text) - len(text.lstrip())
    lines = document.lines.replaced(line, line, [text[:width] + end])
    return Scene(replace(document, lines=lines), line, text[:width], text[width:])


def _is_worth_typing(line: str) -> bool:
    text = line.strip()
    return (
        SHORTEST <= len(text) <= LONGEST
        and not text.startswith(COMMENTS)
        and any(char.isalpha() for char in text)
    )


def _end_of_block(document: Document, head: int) -> int:
    """The line after what is indented below `head`, and after a closing line."""
    lines = document.lines
    width = _indentation(lines[head])
    end = head + 1
    while end < len(lines) and (
        not lines[end].strip() or _indentation(lines[end]) > width
    ):
        end += 1
    if end < len(lines) and lines[end].strip() in {"}", "end", "};", ") {"}:
        return end + 1
    while not lines[end - 1].strip():
        end -= 1
    return end


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
