"""Somebody who edits one document; time moves only where a test says so."""

from __future__ import annotations

from fim_lsp.next.repeat import Repeated, repetition
from fim_lsp.next.ring import EditRing
from fim_lsp.next.settled import SettledEdit
from fim_lsp.text import Document, Edit, Place, Span, apply, document, split_lines

# Longer than an edit takes to settle, in seconds.
PAUSE = 2.0


class StoppedClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


Changes = list[tuple[str, str]]


class Writer:
    """Edits a document, and asks what `repeat` proposes after the last edit."""

    def __init__(self, text: str, language: str = "python") -> None:
        self.clock = StoppedClock()
        self.ring = EditRing(self.clock)
        self.document = document("file:///w/main", language, 1, text)
        self.place = Place(0, 0)

    @property
    def text(self) -> str:
        return self.document.text

    def change(self, old: str, new: str, nth: int = 0) -> None:
        """Replace the nth `old` in one go, and pause until that has settled."""
        self.edit(old, new, nth)
        self.pause()

    def edit(self, old: str, new: str, nth: int = 0) -> None:
        """Replace the nth `old` in one go."""
        offset = self._offset(old, nth)
        self.put(Edit(Span(self.at(offset), self.at(offset + len(old))), new))

    def type(self, before: str, text: str, nth: int = 0) -> None:
        """Type `text`, key by key, behind the nth `before`."""
        offset = self._offset(before, nth) + len(before)
        for index, key in enumerate(text):
            place = self.at(offset + index)
            self.put(Edit(Span(place, place), key))
            self.pause(0.1)

    def erase(self, text: str, nth: int = 0) -> None:
        """Erase the nth `text` from its end, key by key."""
        offset = self._offset(text, nth)
        for end in range(offset + len(text), offset, -1):
            self.put(Edit(Span(self.at(end - 1), self.at(end)), ""))
            self.pause(0.1)

    def put(self, *edits: Edit) -> None:
        """Make `edits`, which arrive together; each against the text before it."""
        after = apply(self.document, edits, self.document.version + 1)
        self.ring.changed(self.document, after, edits)
        self.document = after
        last = edits[-1]
        lines = split_lines(last.new_text)
        column = last.span.start.column if len(lines) == 1 else 0
        self.place = Place(
            last.span.start.line + len(lines) - 1, column + len(lines[-1])
        )

    def become(self, other: Document) -> None:
        """Replace the whole text in one change, as editors undo and format."""
        span = Span(Place(0, 0), Place(len(self.document.lines), 0))
        self.put(Edit(span, other.text))
        self.pause()

    def pause(self, seconds: float = PAUSE) -> SettledEdit | None:
        self.clock.now += seconds
        return self.ring.settle()

    def proposed(self) -> tuple[Repeated | None, str]:
        edits = self.ring.edits(language=self.document.language)
        return repetition(self.document, edits, self.place)

    def after_next(self) -> str | None:
        """The text with the proposed edit; None where nothing is proposed."""
        found, _reason = self.proposed()
        if found is None:
            return None
        edit = Edit(found.site.span, found.site.new_text)
        return apply(self.document, (edit,), 0).text

    def after_all(self) -> str | None:
        """The text with all proposed edits of the pattern."""
        found, _reason = self.proposed()
        if found is None:
            return None
        sites = sorted(found.sites, key=lambda site: site.span.start, reverse=True)
        edits = [Edit(site.span, site.new_text) for site in sites]
        return apply(self.document, edits, 0).text

    def at(self, offset: int) -> Place:
        lines = split_lines(self.text[:offset])
        return Place(len(lines) - 1, len(lines[-1]))

    def _offset(self, text: str, nth: int) -> int:
        offset = -1
        for _ in range(nth + 1):
            offset = self.text.index(text, offset + 1)
        return offset


def after(text: str, changes: Changes, language: str = "python") -> Writer:
    """A writer who made `changes`, each at the first fitting text from above."""
    writer = Writer(text, language)
    for old, new in changes:
        writer.change(old, new)
    return writer
