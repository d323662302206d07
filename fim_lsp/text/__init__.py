"""Text: documents as LSP sees them, and text from outside as it may be shown."""

from __future__ import annotations

from .documents import (
    Document,
    Edit,
    Encoding,
    Place,
    Span,
    apply,
    clamp,
    difference,
    document,
    dominant_line_end,
    path_of,
    place_at,
    position_of,
    split_lines,
    text_between,
)
from .outside import one_line, visible

__all__ = [
    "Document",
    "Edit",
    "Encoding",
    "Place",
    "Span",
    "apply",
    "clamp",
    "difference",
    "document",
    "dominant_line_end",
    "one_line",
    "path_of",
    "place_at",
    "position_of",
    "split_lines",
    "text_between",
    "visible",
]
