"""Echo in this very process, for the command line: read, then ask, no child."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ..privacy import redact
from ..text import Document, Place, path_of
from .candidates import question_at
from .corpus import Limits, read
from .guess import Guess, guess
from .manners import CAREFUL
from .place import is_silent
from .sources import Sources

# Read in well under a second.
_LIMITS = Limits(tokens=150_000, seconds=5.0)


def read_now(
    folder: Path, *, near: Path | None, may_read: Callable[[Path], bool]
) -> Sources:
    """The files of `folder`, searchable: at most a second's worth of them."""
    sources = Sources()
    read(
        sources,
        folder,
        near=near,
        may_read=may_read,
        limits=_LIMITS,
        clock=time.monotonic,
        now=time.time(),
    )
    return sources


def cover(sources: Sources, document: Document) -> None:
    """Let an open document stand in the place of its file."""
    if path := path_of(document.uri):
        lines = [line.rstrip("\r\n") for line in document.lines]
        for _ in sources.overlay(str(path), lines):
            pass


def guess_now(
    sources: Sources, document: Document, place: Place, threshold: float = CAREFUL
) -> Guess | None:
    """What goes on at `place`, by the same rules as in an editor."""
    path = path_of(document.uri)
    if path is None or is_silent(document, place):
        return None
    found = guess(sources, question_at(document, place, path, threshold))
    if found is None:
        return None
    whole = document.lines[place.line][: place.column] + found.text
    return found if redact(whole) == whole else None
