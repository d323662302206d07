"""The smallest edits that turn one text into another, and moving them along.

Edits are listed from the last to the first, so that they mean the same whether they
are applied at once or one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from ..text import (
    Document,
    Edit,
    Place,
    Span,
    dominant_line_end,
    split_lines,
    text_between,
)
from .indentation import indented

_LONG = 500  # lines, from which on difflib may take frequent ones for noise
_CONTEXT = 2  # lines around edits that must be found again with them


def replacing(document: Document, span: Span, lines: Sequence[str]) -> tuple[Edit, ...]:
    """The edits that make `span` say `lines`, which have no line ends.

    Blank lines at either end of `span` stay as they are, and so does every line that
    is the same but for white space on a blank line.
    """
    core = filled(document, span)
    old = split_lines(text_between(document, core))
    head = document.lines[core.start.line][: core.start.column]
    bare = [_bare(line) for line in old]
    new = _with_line_ends(document, old, indented(lines, bare, head, document))
    matcher = SequenceMatcher(None, old, new, autojunk=len(new) > _LONG)
    edits = [
        _trimmed(Span(_at(core, old, first), _at(core, old, last)), old[first:last], to)
        for tag, first, last, *into in matcher.get_opcodes()
        if tag != "equal"
        for to in ["".join(new[slice(*into)])]
    ]
    return tuple(reversed(edits))


def inserting(document: Document, span: Span, lines: Sequence[str]) -> tuple[Edit, ...]:
    """The edit that puts `lines` below the last filled line of `span`."""
    core = filled(document, span)
    start = Place(core.start.line, 0)
    old = split_lines(text_between(document, Span(start, core.end)))
    line_end = dominant_line_end(document)
    new = indented(lines, [_bare(line) for line in old], "", document)
    if core.start == core.end and not old[-1].strip():
        return (Edit(Span(core.end, core.end), line_end.join(new)),)
    text = "".join(line_end + line for line in new)
    end = Place(core.end.line, len(_bare(document.lines[core.end.line])))
    return (Edit(Span(end, end), text),)


def filled(document: Document, span: Span) -> Span:
    """`span` without blank lines at its ends, and without the last line end.

    Where nothing but white space is in it, the empty span at its start.
    """
    lines = split_lines(text_between(document, span))
    blank = len(list(takewhile(lambda line: not line.strip(), lines)))
    if blank == len(lines):
        return Span(span.start, span.start)
    start = Place(span.start.line + blank, 0) if blank else span.start
    trailing = len(list(takewhile(lambda line: not line.strip(), reversed(lines))))
    last = lines[-1 - trailing]
    line = span.end.line - trailing
    column = span.start.column if line == span.start.line else 0
    return Span(start, Place(line, column + len(_bare(last))))


def reanchor(
    edits: Sequence[Edit], before: Document, after: Document
) -> tuple[Edit, ...] | None:
    """`edits` of `before` as edits of `after`; None where their place is not certain.

    It is certain where everything up to it or everything from it on is the same, and
    where its lines with those around them are in each text exactly once.
    """
    if not edits or before.lines == after.lines:
        return tuple(edits)
    first = min(edit.span.start.line for edit in edits)
    last = max(edit.span.end.line for edit in edits)
    distance = len(after.lines) - len(before.lines)
    if before.lines[: last + 1] == after.lines[: last + 1]:
        return tuple(edits)
    tail = before.lines[first:]
    if len(tail) <= len(after.lines) and after.lines[-len(tail) :] == tail:
        return _shifted(edits, distance)
    start = max(first - _CONTEXT, 0)
    wanted = before.lines[start : last + 1 + _CONTEXT]
    places = _occurrences(wanted, after.lines)
    if len(places) != 1 or len(_occurrences(wanted, before.lines)) != 1:
        return None
    return _shifted(edits, places[0] - start)


def _with_line_ends(
    document: Document, old: Sequence[str], new: Sequence[str]
) -> list[str]:
    """`new` with the line ends of the `old` lines that it keeps, else the usual."""
    usual = dominant_line_end(document)
    matcher = SequenceMatcher(
        None,
        [_bare(line).strip() and _bare(line) for line in old],
        [line.strip() and line for line in new],
        autojunk=len(new) > _LONG,
    )
    lines = [line + usual for line in new]
    for block in matcher.get_matching_blocks():
        kept = old[block.a : block.a + block.size]
        lines[block.b : block.b + block.size] = kept
    if old and _bare(lines[-1]) != lines[-1]:
        lines[-1] = _bare(lines[-1])
    return [
        line if line != _bare(line) else line + usual for line in lines[:-1]
    ] + lines[-1:]


def _trimmed(span: Span, old_lines: Sequence[str], new: str) -> Edit:
    """The edit without the text that it would put back at its beginning or its end."""
    old = "".join(old_lines)
    if new.startswith(old) and not old.endswith("\r"):
        return Edit(Span(span.end, span.end), new[len(old) :])
    if new.endswith(old):
        return Edit(Span(span.start, span.start), new.removesuffix(old))
    if old.startswith(new) and not new.endswith("\r"):
        return Edit(Span(_beyond(span.start, new), span.end), "")
    return Edit(span, new)


def _beyond(place: Place, text: str) -> Place:
    lines = split_lines(text)
    column = place.column if len(lines) == 1 else 0
    return Place(place.line + len(lines) - 1, column + len(lines[-1]))


def _at(core: Span, lines: Sequence[str], index: int) -> Place:
    """Where the line `index` of `core` begins; behind the last, where `core` ends."""
    if index == len(lines):
        return core.end
    return core.start if index == 0 else Place(core.start.line + index, 0)


def _bare(line: str) -> str:
    return line.rstrip("\r\n")


def _occurrences(wanted: Sequence[str], lines: Sequence[str]) -> list[int]:
    size = len(wanted)
    return [
        start
        for start in range(len(lines) - size + 1)
        if lines[start] == wanted[0] and lines[start : start + size] == wanted
    ]


def _shifted(edits: Sequence[Edit], lines: int) -> tuple[Edit, ...]:
    def moved(place: Place) -> Place:
        return Place(place.line + lines, place.column)

    return tuple(
        Edit(Span(moved(edit.span.start), moved(edit.span.end)), edit.new_text)
        for edit in edits
    )
