"""Which part of the document an action may change."""

from __future__ import annotations

from ..text import Document, Place, Span
from .actions import Action, Apply, Needs, diagnostics_at
from .comments import Comment, find_comment
from .selection import Selection

_FIX_LINES = 80  # a larger block around a diagnostic is cut down to this
_COMMENT_LINES = 200


def region(action: Action, selection: Selection) -> Span:
    """The selection; where it is empty, the code that the action is about.

    For a diagnostic that is the block around it; for a `fim:` comment the comment
    and the code it stands before; else the whole line.  New text goes below it.
    """
    document, line = selection.document, selection.span.start.line
    if action.needs is Needs.COMMENT and comment_at(selection) is not None:
        below = _commented(document, line)
        if selection.is_empty or selection.span.end.line <= below:
            return _lines(document, line, below)
        return _lines(document, line, selection.span.end.line)
    if action.apply is Apply.INSERT:
        start, end = selection.span.start, selection.span.end
        last = end.line - (end.column == 0 and not selection.is_empty)
        return Span(start, _end_of_line(document, last))
    if not selection.is_empty:
        return selection.span
    if action.needs is Needs.DIAGNOSTIC:
        return _block(document, *_reported_lines(selection))
    return _lines(document, line, line)


def comment_at(selection: Selection) -> Comment | None:
    """The `fim:` comment on the selection's first line."""
    document = selection.document
    return find_comment(document.lines[selection.span.start.line], document.language)


def indent_of(line: str) -> int:
    """The width of the white space before the text; a tab counts as eight."""
    line = line.expandtabs(8)
    return len(line) - len(line.lstrip())


def block_below(document: Document, first: int, limit: int) -> int:
    """The last line of what line `first` opens, judged by indentation alone.

    A closing line of the same indentation (`}`, `end`) belongs to it.
    """
    lines, indent = document.lines, indent_of(document.lines[first])
    last = first
    for number in range(first + 1, min(len(lines), first + limit)):
        line = lines[number]
        if not line.strip():
            continue
        if indent_of(line) <= indent:
            closing = line.strip()[0] in ")]}" or line.split()[0] == "end"
            return number if closing and indent_of(line) == indent else last
        last = number
    return last


def _reported_lines(selection: Selection) -> tuple[int, int]:
    """First and last line of what is reported at the cursor, or the cursor's own."""
    line = selection.span.start.line
    last_line = len(selection.document.lines) - 1
    spans = [found.span for found in diagnostics_at(selection) if found.span]
    first = min((span.start.line for span in spans), default=line)
    last = max((span.end.line for span in spans), default=line)
    return min(first, line), min(max(last, line), last_line)


def _block(document: Document, first: int, last: int) -> Span:
    """The innermost block around the lines `first` to `last`, with its opening line."""
    lines = document.lines
    filled = [indent_of(line) for line in lines[first : last + 1] if line.strip()]
    opening, indent = first, min(filled, default=0)
    while opening > 0 and first - opening < _FIX_LINES // 2:
        opening -= 1
        if lines[opening].strip() and indent_of(lines[opening]) < indent:
            end = block_below(document, opening, _FIX_LINES)
            return _lines(document, opening, max(end, last))
    return _lines(document, first, last)


def _commented(document: Document, first: int) -> int:
    """The last line of the code that a comment on line `first` stands before."""
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


def _lines(document: Document, first: int, last: int) -> Span:
    return Span(Place(first, 0), _end_of_line(document, last))


def _end_of_line(document: Document, line: int) -> Place:
    return Place(line, len(document.lines[line].rstrip("\r\n")))
