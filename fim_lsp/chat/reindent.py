"""Giving an answer's lines the indentation of the code that they replace."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from ..text import Document, common_length, leading_space

# Lines of a document that show whether it is indented with tabs or spaces.
_LOOKED_AT = 1000
# Spaces of one level where the text does not show how many there are.
_USUAL_WIDTH = 4


def indented(
    lines: Sequence[str], original: Sequence[str], head: str, document: Document
) -> list[str]:
    """`lines` (without line ends) as they fit in the place of `original`.

    `head` is what stands before `original` on its first line and is not part of the
    result.  Neither begins nor ends with a blank line.
    """
    lines = _with_usual_characters(lines, original, document)
    if head.strip():
        return _behind_text(lines, head)
    original = [head + original[0], *original[1:]]
    first = leading_space(original[0])
    if leading_space(lines[0]) != first:
        if _lost_first_indent(lines, original):
            lines[0] = first + lines[0]
        else:
            is_blank = not any(line.strip() for line in original)
            lines = _moved(lines, head if is_blank else _common(original))
    start = lines[0]
    lines[0] = start[len(head) :] if start.startswith(head) else start.lstrip()
    return lines


def like_document(lines: Sequence[str], document: Document) -> list[str]:
    """`lines` of a file beside `document`, with tabs or spaces as `document` has."""
    return _with_usual_characters(lines, (), document)


def _behind_text(lines: list[str], head: str) -> list[str]:
    """`lines` with the first one behind `head`, and the others at least as far to the
    right as `head`.
    """
    first, rest = lines[0].lstrip(), lines[1:]
    indent = leading_space(head)
    if any(line.strip() and not line.startswith(indent) for line in rest):
        rest = [indent + line if line.strip() else line for line in rest]
    return [first, *rest]


def _lost_first_indent(lines: Sequence[str], original: Sequence[str]) -> bool:
    """Whether only the first line lacks its indentation, and the others have theirs."""
    rest, original_rest = _common(lines[1:]), _common(original[1:])
    return not leading_space(lines[0]) and bool(rest) and rest == original_rest


def _moved(lines: Sequence[str], indent: str) -> list[str]:
    """`lines` with `indent` in place of the indentation that they have in common."""
    common = len(_common(lines))
    return [indent + line[common:] if line.strip() else "" for line in lines]


def _common(lines: Sequence[str]) -> str:
    """The white space that all filled lines begin with."""
    indents = _indents(lines)
    if not indents:
        return ""
    # What the first and the last in alphabetical order have in common, all have.
    first, last = min(indents), max(indents)
    return first[: common_length(first, last)]


def _with_usual_characters(
    lines: Sequence[str], original: Sequence[str], document: Document
) -> list[str]:
    """`lines` indented with tabs or with spaces, as `original` or else `document` is.

    A line that is indented as a line of `original` stays as it is, and where both are
    mixed in `original`, all do.
    """
    answered = _indents(lines)
    usual = [indent for indent in _indents(original) if indent]
    around = _indents(document.lines[:_LOOKED_AT])
    tabs = sum(indent.startswith("\t") for indent in usual or around)
    spaces = sum(indent.startswith(" ") for indent in usual or around)
    if usual and tabs and spaces:
        return list(lines)
    if tabs > spaces and any(" " in indent for indent in answered):
        convert: Callable[[str], str] = partial(_with_tabs, width=_width(answered))
    elif spaces > tabs and any("\t" in indent for indent in answered):
        convert = partial(str.expandtabs, tabsize=_width(around))
    else:
        return list(lines)
    # An answer may lack what all lines of the original have in common.
    common = _common(original)
    kept = {*usual, *(indent.removeprefix(common) for indent in usual)}
    return [
        line
        if (indent := leading_space(line)) in kept or indent.strip(" \t")
        else convert(indent) + line[len(indent) :]
        for line in lines
    ]


def _indents(lines: Sequence[str]) -> list[str]:
    return [leading_space(line) for line in lines if line.strip()]


def _with_tabs(indent: str, *, width: int) -> str:
    """`indent` with a tab for each `width` columns, and spaces for the rest."""
    columns = len(indent.expandtabs(width))
    return "\t" * (columns // width) + " " * (columns % width)


def _width(indents: Sequence[str]) -> int:
    """How many spaces one level has; the usual number where alignment hides it."""
    widths = (len(indent) for indent in indents if indent and "\t" not in indent)
    width = math.gcd(*widths)
    return width if width in (2, 3, 4, 8) else _USUAL_WIDTH
