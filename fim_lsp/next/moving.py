"""Where edits are in a text that goes on changing."""

from __future__ import annotations

from collections.abc import Sequence

from ..text import Document, Edit, Place, Span, apply, bare_line, end_of, text_between
from .next_edit import NextEdit
from .settled import SettledEdit


def moved(span: Span, edit: Edit) -> Span | None:
    """Where `span` is after `edit`; None if the edit touches the span."""
    start, end = sorted((edit.span.start, edit.span.end))
    if start > span.end:
        return span
    # Whole lines that are inserted right before the span do not touch it.
    whole_lines = edit.new_text.endswith(("\n", "\r")) and start.column == 0
    if end < span.start or (end == span.start and end.column == 0 and whole_lines):
        new_end = end_of(start, edit.new_text)
        return Span(_moved(span.start, end, new_end), _moved(span.end, end, new_end))
    return None


def _moved(place: Place, old_end: Place, new_end: Place) -> Place:
    """Where a place behind an edit is when the edit's end moves."""
    if place.line > old_end.line:
        return Place(place.line + new_end.line - old_end.line, place.column)
    return Place(new_end.line, place.column - old_end.column + new_end.column)


def without_overlaps(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """`edits` in the order of the document, without those that overlap another."""
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    result: list[Edit] = []
    for edit in ordered:
        if not result or result[-1].span.end <= edit.span.start:
            result.append(edit)
    return tuple(result)


def makes(before: Document, after: Document, pending: NextEdit) -> bool:
    """Whether the change from `before` to `after` is the pending edit alone."""
    made = apply(before, (Edit(pending.span, pending.new_text),), after.version)
    first = pending.span.start.line
    grown = len(made.lines) - len(before.lines)
    last = pending.span.end.line + grown + 1
    return (
        len(made.lines) == len(after.lines)
        and made.lines[first:last] == after.lines[first:last]
        and text_between(before, pending.span) == pending.old_text
    )


def end_of_edit(settled: SettledEdit, document: Document) -> Place:
    """The end of the last line that a settled edit has changed."""
    line = min(settled.last_line, len(document.lines) - 1)
    return Place(line, len(bare_line(document.lines[line])))


def end_of_last(edits: Sequence[SettledEdit], document: Document) -> Place:
    """Where the last settled edit of a document ends; its beginning if it has none."""
    here = [edit for edit in edits if edit.uri == document.uri]
    return end_of_edit(here[-1], document) if here else Place(0, 0)
