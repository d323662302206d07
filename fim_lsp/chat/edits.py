"""The smallest edits that turn one text into another, and edits of a text that moved.

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
    bare_line,
    dominant_line_end,
    leading_space,
    split_lines,
    text_between,
)
from .reindent import indented

# Lines of an answer from which on difflib may ignore frequent ones, to be fast.
_LONG = 500
# Lines around edits that must be found again together with the edited ones.
_CONTEXT = 2


def replacing(document: Document, span: Span, lines: Sequence[str]) -> tuple[Edit, ...]:
    """The edits that put `lines`, which have no line ends, in the place of `span`.

    Blank lines at either end of `span` stay as they are, and so does every line that
    is the same but for white space on a blank line.
    """
    core = filled(document, span)
    old = [bare_line(line) for line in split_lines(text_between(document, core))]
    head = document.lines[core.start.line][: core.start.column]
    new = indented(lines, old, head, document)
    matcher = SequenceMatcher(
        None,
        [line.strip() and line for line in old],
        [line.strip() and line for line in new],
        autojunk=len(new) > _LONG,
    )
    hunks = [hunk for hunk in matcher.get_opcodes() if hunk[0] != "equal"]
    line_end = dominant_line_end(document)
    return tuple(
        _edit(core.start, old, slice(first, last), new[start:end], line_end)
        for _, first, last, start, end in reversed(hunks)
    )


def replacing_part(
    document: Document, part: Span, lines: Sequence[str]
) -> tuple[Edit, ...]:
    """The edit that puts `lines` in the place of `part` of one line; none if equal.

    White space at either end of the part stays where two words would be joined
    without it.
    """
    old, line = text_between(document, part), document.lines[part.start.line]
    head, tail = line[: part.start.column], line[part.end.column :]
    first, *rest = indented(lines, [old], head, document)
    lead = leading_space(old)
    if not lines[0].startswith(lead) and not _joins(head, first):
        lead = ""
    text = dominant_line_end(document).join([lead + first.lstrip(), *rest])
    if _joins(text, tail):
        text += old[len(old.rstrip()) :]
    return () if text == old else (Edit(part, text),)


def _joins(before: str, after: str) -> bool:
    """Whether two words become one where these texts meet."""
    return _ends_in_word(before) and _ends_in_word(after[:1])


def _ends_in_word(text: str) -> bool:
    return text[-1:].isalnum() or text.endswith("_")


def inserting(document: Document, span: Span, lines: Sequence[str]) -> tuple[Edit, ...]:
    """The edit that inserts `lines` below the last filled line of `span`."""
    core = filled(document, span)
    start = Place(core.start.line, 0)
    old = split_lines(text_between(document, Span(start, core.end)))
    line_end = dominant_line_end(document)
    new = indented(lines, [bare_line(line) for line in old], "", document)
    if core.start == core.end and not old[-1].strip():
        return (Edit(Span(core.end, core.end), line_end.join(new)),)
    text = "".join(line_end + line for line in new)
    end = Place(core.end.line, len(bare_line(document.lines[core.end.line])))
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
    return Span(start, Place(line, column + len(bare_line(last))))


def reanchor(
    edits: Sequence[Edit], before: Document, after: Document
) -> tuple[Edit, ...] | None:
    """`edits` of `before` as edits of `after`; None where their place is not certain.

    The place is certain if all text up to it or all text from it on is the same in
    both, or if its lines with those around them occur exactly once in each.
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


def _edit(
    origin: Place, old: Sequence[str], hunk: slice, new: Sequence[str], line_end: str
) -> Edit:
    """The edit that puts the `new` lines in the place of a hunk of the `old` ones.

    The old lines begin at `origin`.  Line ends stay where they are.  Where lines are
    added or removed, so is the line end behind them, or at the end of the old lines
    the one before them.
    """

    def start_of(index: int) -> Place:
        return Place(origin.line + index, 0 if index else origin.column)

    def end_of(index: int) -> Place:
        start = start_of(index)
        return Place(start.line, start.column + len(old[index]))

    first, last = hunk.start, hunk.stop
    text = line_end.join(new)
    if first < last and new:
        return Edit(Span(start_of(first), end_of(last - 1)), text)
    if last < len(old):
        span = Span(start_of(first), start_of(last))
        return Edit(span, text + line_end if new else "")
    span = Span(end_of(first - 1), end_of(last - 1))
    return Edit(span, line_end + text if new else "")


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
