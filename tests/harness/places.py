"""Places in documents, for tests that draw them at random."""

from __future__ import annotations

from fim_lsp.text import Document, Place, place_at


def nearest(document: Document, place: Place) -> Place:
    """The place of `document` that is nearest to `place`, which may not exist."""
    return place_at(document.lines, place.line, place.column, "utf-32")
