"""Documents as LSP sees them, and text from outside made safe to show."""

from __future__ import annotations

from .blocks import BLOCK, Lines, in_blocks
from .cells import Cell, OtherCells
from .documents import (
    LARGEST_DOCUMENT,
    Document,
    Edit,
    Encoding,
    Place,
    Span,
    apply,
    document,
    dominant_line_end,
    place_at,
    position_of,
    split_lines,
    text_between,
)
from .lines import bare_line, common_ends, common_length, leading_space
from .outside import one_line, visible
from .smallest import difference, end_of, smallest
from .uris import path_of

__all__ = [
    "BLOCK",
    "LARGEST_DOCUMENT",
    "Cell",
    "Document",
    "Edit",
    "Encoding",
    "Lines",
    "OtherCells",
    "Place",
    "Span",
    "apply",
    "bare_line",
    "common_ends",
    "common_length",
    "difference",
    "document",
    "dominant_line_end",
    "end_of",
    "in_blocks",
    "leading_space",
    "one_line",
    "path_of",
    "place_at",
    "position_of",
    "smallest",
    "split_lines",
    "text_between",
    "visible",
]
