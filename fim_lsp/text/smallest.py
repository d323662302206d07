"""The smallest edit that makes a change."""

from __future__ import annotations

from .documents import Document, Edit, Place, Span, split_lines
from .lines import common_ends


def smallest(old: str, at: Place, new_text: str) -> Edit | None:
    """The smallest edit that turns `old`, which begins at `at`, into `new_text`.

    None if both are the same.
    """
    if old == new_text:
        return None
    start, end = common_ends(old, new_text)
    # A line break of two characters is not divided.
    start -= old[start - 1 : start + 1] == "\r\n"
    end -= bool(end) and old[len(old) - end - 1 : len(old) - end + 1] == "\r\n"
    whole = Span(end_of(at, old[:start]), end_of(at, old[: len(old) - end]))
    return Edit(whole, new_text[start : len(new_text) - end])


def end_of(start: Place, text: str) -> Place:
    """Where a text ends that begins at `start`."""
    breaks = text.count("\n") + text.count("\r") - text.count("\r\n")
    if not breaks:
        return Place(start.line, start.column + len(text))
    last = max(text.rfind("\n"), text.rfind("\r"))
    return Place(start.line + breaks, len(text) - last - 1)


def difference(document: Document, text: str) -> Edit:
    """The smallest edit that turns a document into `text`; it may change nothing."""
    old, new = document.lines, split_lines(text)
    first, last = common_ends(old, new)
    changed = "".join(old[first : len(old) - last])
    start = Place(first, 0)
    edit = smallest(changed, start, "".join(new[first : len(new) - last]))
    return edit or Edit(Span(start, start), "")
