"""Finds the region of an action: the part of the document that it may change.

A region is whole lines, without blank lines at its ends and without the last line's
end.  Only “Edit with instruction”, on a range within one line, changes just that part.
"""

from __future__ import annotations

from ..text import Document, Place, Span, bare_line
from .actions import Action, Apply, Needs, diagnostics_at
from .blocks import block_around, definition_around, indent_of
from .comments import Comment, find_comment
from .selection import Selection

# Lines of the largest block around a diagnostic that is a region.
_FIX_LINES = 60
# Lines on each side of a diagnostic that is in no such block.
_FIX_SIDE = 10
# Lines of the largest block around a cursor that is a region.
_CURSOR_LINES = 200
# Lines that the code below a `fim:` comment may have.
_COMMENT_LINES = 200


def region(action: Action, selection: Selection) -> Span:
    """The part of the document that `action` may change.

    The selected range, widened to whole lines.  For a diagnostic the smallest block
    around it, for a `fim:` comment the comment and the code below it, for a cursor the
    block around it.
    """
    document = selection.document
    first, last = selected_lines(selection)
    if action.needs is Needs.COMMENT:
        if comment_at(selection) is not None:
            last = max(last, _commented(document, first))
    elif action.needs is Needs.DIAGNOSTIC:
        first, last = _repairable(selection)
    elif action.id == "edit" and (part := _part(selection)):
        return part
    elif selection.is_empty and _goes_by_block(action):
        first, last = _at_cursor(document, first)
    return lines_span(document, *_filled(document, first, last))


def _goes_by_block(action: Action) -> bool:
    """Whether an action at a cursor is about the block around it, not its line."""
    return action.apply is not Apply.INSERT and action.id != "edit"


def is_part(document: Document, span: Span) -> bool:
    """Whether a region is only a part of a line."""
    return span.start.column > 0 or span.end != _end_of_line(document, span.end.line)


def selected_lines(selection: Selection) -> tuple[int, int]:
    """The first and last line of the selection.

    A range that ends before the first character of a line does not select that line.
    """
    return _touched(selection.span)


def lines_span(document: Document, first: int, last: int) -> Span:
    """The lines `first` to `last`, without the end of the last one."""
    return Span(Place(first, 0), _end_of_line(document, last))


def comment_at(selection: Selection) -> Comment | None:
    """The `fim:` comment on the selection's first line."""
    document = selection.document
    return find_comment(document.lines[selection.span.start.line], document.language)


def _part(selection: Selection) -> Span | None:
    """The selected part of one line; None where it is all the text of whole lines."""
    document, start = selection.document, selection.span.start
    first, last = selected_lines(selection)
    end = min(selection.span.end, _end_of_line(document, last))
    if first != last or start >= end:
        return None
    line = document.lines[first]
    is_all = not (line[: start.column].strip() or line[end.column :].strip())
    is_indentation = not line[: end.column].strip()
    return None if is_all or is_indentation else Span(start, end)


def reported_lines(selection: Selection) -> tuple[int, int]:
    """The first and last line of the diagnostics at the selection, else those of the
    selection.
    """
    spans = [reported.span for reported in diagnostics_at(selection) if reported.span]
    if not spans:
        return selected_lines(selection)
    ends = [_touched(span)[1] for span in spans]
    end = len(selection.document.lines) - 1
    return min(span.start.line for span in spans), min(max(ends), end)


def _repairable(selection: Selection) -> tuple[int, int]:
    """The first and last line of the smallest block around the reported lines.

    Where there is no such block, some lines on each side of them.  Where the user
    selected whole lines beyond them, just the selected lines.
    """
    document = selection.document
    end = len(document.lines) - 1
    first, last = selected_lines(selection)
    top, bottom = reported_lines(selection)
    if last > first and (first < top or bottom < last) and _is_whole_lines(selection):
        return min(first, top), max(last, bottom)
    first, last = min(first, top), max(last, bottom)
    block = block_around(document, first, last, _FIX_LINES)
    return block or (max(first - _FIX_SIDE, 0), min(last + _FIX_SIDE, end))


def _is_whole_lines(selection: Selection) -> bool:
    """Whether the selection holds all text of its first and its last line."""
    document, start = selection.document, selection.span.start
    _, last = selected_lines(selection)
    end = min(selection.span.end, _end_of_line(document, last))
    before = document.lines[start.line][: start.column]
    return not (before.strip() or document.lines[last][end.column :].strip())


def _at_cursor(document: Document, line: int) -> tuple[int, int]:
    """The lines of the definition, or else the block, around a cursor on `line`."""
    inside = line
    while not document.lines[inside].strip() and inside + 1 < len(document.lines):
        inside += 1
    if inside > line and indent_of(document.lines[inside]) == 0:
        return line, line
    return definition_around(document, inside, _CURSOR_LINES) or (line, line)


def _commented(document: Document, first: int) -> int:
    """The last line of the code directly below a comment on line `first`."""
    lines, indent = document.lines, indent_of(document.lines[first])
    last, blank = first, False
    for number in range(first + 1, min(len(lines), first + _COMMENT_LINES)):
        line = lines[number]
        if not line.strip():
            blank = True
            continue
        if indent_of(line) < indent or (blank and indent_of(line) == indent):
            break
        last, blank = number, False
    return last


def _filled(document: Document, first: int, last: int) -> tuple[int, int]:
    """The lines without blank ones at both ends; unchanged if all are blank."""
    lines = document.lines
    filled = [number for number in range(first, last + 1) if lines[number].strip()]
    return (filled[0], filled[-1]) if filled else (first, last)


def _touched(span: Span) -> tuple[int, int]:
    """The first and last line that `span` touches."""
    ends_above = span.end.column == 0 and span.end.line > span.start.line
    return span.start.line, span.end.line - ends_above


def _end_of_line(document: Document, line: int) -> Place:
    return Place(line, len(bare_line(document.lines[line])))
