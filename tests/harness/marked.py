r"""Marked text: `$0` is the cursor, `$0…$0` a selection, `\$0` the characters.

Backslashes right before `$0` are written twice: `\\$0` is one and the cursor.

A line `//- path` starts another file; the file that holds the mark is the current
one, the others are open beside it.  Text before the first such line is `main.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fim_lsp.text import Document, Place, Span, document, split_lines

_FILE = re.compile(r"^//- (?P<path>\S+)[^\S\n]*\n", re.MULTILINE)
_MARK = re.compile(r"(\\*)\$0")
_LANGUAGES = {
    "c": "c",
    "go": "go",
    "js": "javascript",
    "md": "markdown",
    "py": "python",
    "rs": "rust",
    "ts": "typescript",
    "txt": "plaintext",
}


@dataclass(frozen=True, slots=True)
class Marked:
    """What a marked text says: `place` is the selection's end where there is one."""

    document: Document
    place: Place
    selection: Span | None
    others: tuple[Document, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        return (self.document, *self.others)


def parse(marked: str, *, folder: str = "file:///workspace") -> Marked:
    """The documents of `marked` and the place in the current one.

    Without any mark the place is the end of the first file.
    """
    files = [(path, *_marks(text)) for path, text in _files(marked)]
    current = next((file for file in files if file[2]), files[0])
    assert sum(bool(file[2]) for file in files) <= 1, "marks in more than one file"
    _, text, offsets = current
    assert len(offsets) <= 2, "more than two marks"
    places = [_place(text, offset) for offset in offsets or [len(text)]]
    documents = {file[0]: _document(folder, file[0], file[1]) for file in files}
    return Marked(
        document=documents.pop(current[0]),
        place=places[-1],
        selection=Span(places[0], places[1]) if len(places) > 1 else None,
        others=tuple(documents.values()),
    )


def _files(marked: str) -> list[tuple[str, str]]:
    """(path, text) of each file, in order."""
    first, *rest = _FILE.split(marked)
    named = list(zip(rest[::2], rest[1::2], strict=True))
    return named if named and not first.strip() else [("main.py", first), *named]


def _marks(marked: str) -> tuple[str, list[int]]:
    """The text without marks, and the offsets where they stood."""
    text, offsets, last = "", [], 0
    for mark in _MARK.finditer(marked):
        backslashes, is_literal = divmod(len(mark[1]), 2)
        text += marked[last : mark.start()] + "\\" * backslashes
        last = mark.end()
        if is_literal:
            text += "$0"
        else:
            offsets.append(len(text))
    return text + marked[last:], offsets


def _place(text: str, offset: int) -> Place:
    lines = split_lines(text[:offset])
    return Place(len(lines) - 1, len(lines[-1]))


def _document(folder: str, path: str, text: str) -> Document:
    language = _LANGUAGES.get(path.rpartition(".")[2], "plaintext")
    return document(f"{folder}/{path}", language, 1, text)
