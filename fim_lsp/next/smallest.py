"""A change without what it replaces by itself."""

from __future__ import annotations

from ..text import Edit, Place, Span, common_length


def smallest(old: str, at: Place, new_text: str) -> Edit | None:
    """`old`, which begins `at` a place, becomes `new_text`, as the smallest change.

    None if it changes nothing.
    """
    if old == new_text:
        return None
    start = common_length(old, new_text)
    end = common_length(old[start:][::-1], new_text[start:][::-1])
    # A line break of two characters is one thing.
    start -= old[start - 1 : start + 1] == "\r\n"
    end -= bool(end) and old[len(old) - end - 1 : len(old) - end + 1] == "\r\n"
    whole = Span(end_of(at, old[:start]), end_of(at, old[: len(old) - end]))
    return Edit(whole, new_text[start : len(new_text) - end])


def end_of(start: Place, text: str) -> Place:
    """Where `text` ends that begins at `start`."""
    breaks = text.count("\n") + text.count("\r") - text.count("\r\n")
    if not breaks:
        return Place(start.line, start.column + len(text))
    last = max(text.rfind("\n"), text.rfind("\r"))
    return Place(start.line + breaks, len(text) - last - 1)
