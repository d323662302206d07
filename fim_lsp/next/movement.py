"""How a shown edit moves with the text around it."""

from __future__ import annotations

from ..text import Edit, Place, Span
from .smallest import end_of


def moved(span: Span, edit: Edit) -> Span | None:
    """`span` after `edit`; None where the edit touches it."""
    start, end = sorted((edit.span.start, edit.span.end))
    if start > span.end:
        return span
    # Text that is put right before the span, with a line end between, does not touch.
    whole_lines = edit.new_text.endswith(("\n", "\r")) and start.column == 0
    if end < span.start or (end == span.start and end.column == 0 and whole_lines):
        new_end = end_of(start, edit.new_text)
        return Span(_moved(span.start, end, new_end), _moved(span.end, end, new_end))
    return None


def _moved(place: Place, old_end: Place, new_end: Place) -> Place:
    """A place behind `old_end`, when that has become `new_end`."""
    if place.line > old_end.line:
        return Place(place.line + new_end.line - old_end.line, place.column)
    return Place(new_end.line, place.column - old_end.column + new_end.column)
