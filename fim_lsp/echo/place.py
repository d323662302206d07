"""Whether echo is silent at a place whatever the workspace holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile

from .. import languages
from ..text import Document, Place

# What begins a line comment in languages whose comments are not known.
_SLASHES = "//"
_STRING = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`""")
_TRIPLE = re.compile(r'"""|\'\'\'')
# What begins a line of Python that is surely code.
_TOP_LEVEL = re.compile(r"def |class |async def |@")
# Lines above the cursor in which the beginning of a comment or doc string is sought.
_LINES_ABOVE = 2_000


def is_silent(document: Document, place: Place) -> bool:
    """Whether the place is in prose, in a comment, or before more text of its line."""
    language = document.language
    line = document.lines[place.line]
    if languages.language(language).is_prose or line[place.column :].strip():
        return True
    here = line[: place.column]
    mark = _line_comment(language)
    if mark in _STRING.sub('""', here):
        return True
    above = document.lines[max(0, place.line - _LINES_ABOVE) : place.line]
    if language == "python":
        return _in_triple_quotes(above, here)
    return mark == _SLASHES and _in_block_comment(above, here)


def _line_comment(language: str) -> str:
    return languages.language(language).line_comment or _SLASHES


def _in_block_comment(above: Sequence[str], here: str) -> bool:
    """Whether the last `/*` or `*/` up to the end of `here` is a `/*`."""
    for line in (here, *reversed(above)):
        opened, closed = line.rfind("/*"), line.rfind("*/")
        if opened != closed:
            return opened > closed
    return False


def _in_triple_quotes(above: Sequence[str], here: str) -> bool:
    """Whether triple quotes are open at the end of `here`.

    They are counted from the first line of `above` that is surely code.
    """
    from_code = list(dropwhile(lambda line: not _TOP_LEVEL.match(line), above))
    open_with = ""
    for line in (*(from_code or above), here):
        if '"""' not in line and "'''" not in line:
            continue
        for quotes in _TRIPLE.findall(line):
            if not open_with:
                open_with = quotes
            elif quotes == open_with:
                open_with = ""
    return bool(open_with)
