"""Giving an answer's lines the indentation of the code that they replace."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile

from ..text import Document

_LOOKED_AT = 1000  # lines of a document that show its habit
_USUAL_WIDTH = 4


def indented(
    lines: Sequence[str], original: Sequence[str], head: str, document: Document
) -> list[str]:
    """`lines` (without line ends) as they fit in the place of `original`.

    `head` is what stands before `original` on its first line and is not part of the
    result.  Neither begins nor ends with a blank line.
    """
    lines = _with_usual_characters(lines, document)
    if head.strip():
        return _behind_text(lines, head)
    original = [head + original[0], *original[1:]]
    first = _indent(original[0])
    if _indent(lines[0]) != first:
        if _lost_first_indent(lines, original):
            lines[0] = first + lines[0]
        else:
            blank = not any(line.strip() for line in original)
            lines = _moved(lines, head if blank else _common(original))
    start = lines[0]
    lines[0] = start[len(head) :] if start.startswith(head) else start.lstrip()
    return lines


def _behind_text(lines: list[str], head: str) -> list[str]:
    """The first line goes on behind `head`; the others stand no further out than it."""
    first, rest = lines[0].lstrip(), lines[1:]
    indent = _indent(head)
    if any(line.strip() and not line.startswith(indent) for line in rest):
        rest = [indent + line if line.strip() else line for line in rest]
    return [first, *rest]


def _lost_first_indent(lines: Sequence[str], original: Sequence[str]) -> bool:
    """Whether only the first line came without the indentation that the others have."""
    rest, known = _common(lines[1:]), _common(original[1:])
    return not _indent(lines[0]) and bool(rest) and rest == known


def _moved(lines: Sequence[str], indent: str) -> list[str]:
    """`lines` with `indent` in place of the indentation that they have in common."""
    common = len(_common(lines))
    return [indent + line[common:] if line.strip() else "" for line in lines]


def _common(lines: Sequence[str]) -> str:
    indents = [_indent(line) for line in lines if line.strip()]
    if not indents:
        return ""
    # What the first and the last in alphabetical order share, all share.
    first, last = min(indents), max(indents)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return first[: len(list(same))]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _with_usual_characters(lines: Sequence[str], document: Document) -> list[str]:
    """`lines` indented with tabs where the document has tabs, spaces where spaces."""
    own = [_indent(line) for line in lines if line.strip()]
    theirs = [_indent(line) for line in document.lines[:_LOOKED_AT] if line.strip()]
    tabs = sum(indent.startswith("\t") for indent in theirs)
    spaces = sum(indent.startswith(" ") for indent in theirs)
    if tabs > spaces and any(" " in indent for indent in own):
        width = _width(own)
        return [_retabbed(line, width) for line in lines]
    if spaces > tabs and any("\t" in indent for indent in own):
        width = _width(theirs)
        return [_indent(line).expandtabs(width) + line.lstrip(" \t") for line in lines]
    return list(lines)


def _retabbed(line: str, width: int) -> str:
    columns = len(_indent(line).expandtabs(width))
    return "\t" * (columns // width) + " " * (columns % width) + line.lstrip(" \t")


def _width(indents: Sequence[str]) -> int:
    """How many spaces one level has.  Alignment makes it unclear: then the usual."""
    widths = (len(indent) for indent in indents if indent and "\t" not in indent)
    width = math.gcd(*widths)
    return width if width in (2, 3, 4, 8) else _USUAL_WIDTH
