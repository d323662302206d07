"""Which lines are typed: chosen by a seed, never by what becomes of them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...text import Document
from ..files import read_document

LARGEST = 200_000  # bytes
SHORTEST, LONGEST = 16, 76  # characters of a line that is worth typing
SKIPPED = {"node_modules", "__pycache__", "dist", "build", "tests"}
CODE = {".py", ".ts", ".js", ".go", ".rs", ".java", ".c", ".h", ".cpp", ".lua", ".rb"}
COMMENTS = ("#", "//", "/*", "*", '"""', "--", ";")


@dataclass(frozen=True, slots=True)
class Scene:
    """Line `line` of `document` is typed again: `start` is there, `text` is typed.

    The document is as it is without that text.
    """

    document: Document
    line: int
    start: str
    text: str


def scenes(paths: list[Path], seed: int) -> Iterator[Scene]:
    """Lines of code in random order, each file as likely as its lines are many."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable, not secret
    documents = [read_document(path) for path in paths]
    places = [
        (document, line)
        for document in documents
        for line in range(len(document.lines))
        if _is_worth_typing(document.lines[line])
    ]
    while places:
        document, line = places.pop(dice.randrange(len(places)))
        yield _scene(document, line)


def source_files(folder: Path, may_read: Callable[[Path], bool]) -> list[Path]:
    """Code in a folder, in a fixed order; hidden and refused folders are left out."""
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED and name[0] != "." and may_read(Path(base, name))
        )
        paths = [Path(base, name) for name in sorted(names)]
        found += [
            path
            for path in paths
            if path.suffix in CODE and path.stat().st_size <= LARGEST and may_read(path)
        ]
    return found


def _scene(document: Document, line: int) -> Scene:
    text = document.lines[line].rstrip("\r\n")
    end = document.lines[line][len(text) :]
    width = len(text) - len(text.lstrip())
    lines = (*document.lines[:line], text[:width] + end, *document.lines[line + 1 :])
    return Scene(replace(document, lines=lines), line, text[:width], text[width:])


def _is_worth_typing(line: str) -> bool:
    text = line.strip()
    return (
        SHORTEST <= len(text) <= LONGEST
        and not text.startswith(COMMENTS)
        and any(char.isalpha() for char in text)
    )
