"""Definitions that a piece of code uses, taken from the other open documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ..api.requests import Snippet
from ..text import Document
from .blocks import DEFINITION, block_below

_IMPORT = re.compile(
    r"\s*(?:import|from|use|using|require|include|#\s*include|open|mod|@import"
    r"|(?:const|let|var|local)\b.*\brequire)\b"
)
_WORD = re.compile(r"[^\W\d]\w*")
_INDEX_STEMS = {"__init__", "index", "mod", "lib", "main"}
_DEFINITION_LINES = 30


def imported_definitions(
    document: Document, code: str, others: Sequence[Document], *, budget: int
) -> tuple[Snippet, ...]:
    """The definitions that `code` uses from those of the `others` that are imported.

    A file counts as imported by `document` if its name is a word of an import line;
    for an index file (`__init__`, `index`, …) its folder's name counts.  All of them
    together have at most `budget` characters.
    """
    imported = set(_words(line for line in document.lines if _IMPORT.match(line)))
    used = set(_WORD.findall(code))
    snippets: list[Snippet] = []
    for other in others:
        if other.uri == document.uri or not imported & _names_of(other.uri):
            continue
        for text in _definitions(other, used):
            if len(text) <= budget:
                budget -= len(text)
                snippets.append(Snippet(name_of(other.uri), text))
    return tuple(snippets)


def name_of(uri: str) -> str:
    """The names of a file and its folder, such as `shop/cart.py`."""
    return "/".join(_path(uri).parts[-2:]).lstrip("/")


def _path(uri: str) -> PurePosixPath:
    return PurePosixPath(unquote(urlsplit(uri).path))


def _names_of(uri: str) -> set[str]:
    path = _path(uri)
    return {path.parent.name} if path.stem in _INDEX_STEMS else {path.stem}


def _words(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield from re.findall(r"[\w-]+", line)


def _definitions(document: Document, names: set[str]) -> Iterator[str]:
    """The text of each definition of one of `names`, cut after some lines."""
    for number, line in enumerate(document.lines):
        match = DEFINITION.match(line)
        if match and match["name"] in names:
            last = block_below(document, number, _DEFINITION_LINES)
            yield "".join(document.lines[number : last + 1]).replace("\r\n", "\n")
