"""The lines that the user is changing now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..text import Document
from .changes import LineChange
from .settled import SettledEdit


@dataclass(frozen=True, slots=True)
class OpenRegion:
    """Lines that the user is changing.

    first, count: the first of these lines, and their number, in `document`.
    old: the lines before the changes.
    at: when they last changed, in seconds of the ring's clock.
    states: hashes of the lines after each change.
    undone: whether the last change went back to an earlier state.
    copied: whether a line among them was duplicated.
    reopened: the settled edit that is being continued; None for a new edit.
    """

    document: Document
    folder: Path | None
    first: int
    old: tuple[str, ...]
    count: int
    at: float
    states: tuple[int, ...] = ()
    undone: bool = False
    copied: bool = False
    reopened: SettledEdit | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        return self.document.lines[self.first : self.first + self.count]

    def touches(self, change: LineChange) -> bool:
        """Whether a change of the document falls into the region."""
        end, change_end = self.first + self.count, change.first + change.old_count
        if change.old_count == 0:
            return self.first < change.first < end
        return change.first < end and self.first < change_end
