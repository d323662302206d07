"""What is on the user's screen: accepted, typed along, or typed against.

Acceptance is inferred from the text, because editors report it differently or not
at all: a change that equals the item accepts it, one that equals its beginning
accepts a part, and single keys type it by hand.  One key against a suggestion may be a
typo: only the next edit tells whether it rejects the suggestion.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from cachetools import TTLCache

from ..text import Document, Edit, Place, common_length
from .decision import Suggestion
from .edits import Change, end_of, smallest

# Seconds for which a rejected text is not offered again at its place.
DISMISSED_SECONDS = 60
# Rejected texts that are remembered.
DISMISSED_SIZE = 100
# What editors insert for a key that opens something.
PAIRS = ("()", "[]", "{}", '""', "''", "``", "<>")


class Verdict(Enum):
    """What an edit did to what was shown."""

    NOTHING = "nothing"
    ACCEPTED = "accepted"
    PARTLY = "partly accepted"
    TYPED = "typed along"
    AGAINST = "typed against"
    BACK = "took back what was typed since it was shown"


@dataclass(frozen=True, slots=True)
class OnScreen:
    """One suggestion on screen; `beginning` is its line before the cursor."""

    suggestion: Suggestion
    beginning: str
    one_line: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A verdict, on which suggestion, and how many characters it concerns.

    `rejected` tells that an earlier suggestion was typed against by more than one key.
    """

    verdict: Verdict
    suggestion: Suggestion | None = None
    chars: int = 0
    one_line: bool = False
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class TypedSince:
    """What was typed since `shown` was on screen with the cursor at `start`.

    `along` is the beginning of a suggestion; `against` is one key after it that no
    suggestion has, perhaps a typo, or empty.
    """

    shown: tuple[OnScreen, ...]
    start: Place
    along: str
    against: str = ""

    @property
    def still_shown(self) -> tuple[OnScreen, ...]:
        """What remains of the suggestions behind `along`."""
        if not self.along:
            return self.shown
        fitting = (e for e in self.shown if e.suggestion.text.startswith(self.along))
        return tuple(_shortened(entry, self.along) for entry in fitting)

    def without(self, change: Change) -> TypedSince | None:
        """What is left once `change` has deleted the end of it, and nothing else.

        What `change` may have put in its place is not looked at.
        """
        typed = self.along + self.against
        left = typed.removesuffix(change.old)
        if left == typed or end_of(self.start, left) != change.start:
            return None
        along = left[: len(self.along)]
        return replace(self, along=along, against=left[len(along) :])


class Screen:
    """What is shown in each document, and what was rejected lately."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._shown: dict[str, tuple[OnScreen, ...]] = {}
        self._typed: dict[str, TypedSince] = {}
        self._dismissed: TTLCache[tuple[str, str, str], bool] = TTLCache(
            DISMISSED_SIZE, DISMISSED_SECONDS, timer
        )

    def show(self, document: Document, suggestions: Sequence[Suggestion]) -> None:
        shown = tuple(
            OnScreen(
                suggestion,
                _beginning(document, suggestion.span.start),
                "\n" not in suggestion.text and "\r" not in suggestion.text,
            )
            for suggestion in suggestions
        )
        if not _is_same(self._shown.get(document.uri, ()), shown):
            self._start_over(document.uri)
        self._shown[document.uri] = shown

    def clear(self, uri: str) -> None:
        """Forget what is shown."""
        self._shown.pop(uri, None)
        self._start_over(uri)

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._shown.pop(uri, None)
        self._typed.pop(uri, None)

    def is_dismissed(self, document: Document, place: Place, text: str) -> bool:
        key = (document.uri, _beginning(document, place), text)
        return key in self._dismissed

    def edited(self, before: Document, changes: Sequence[Change]) -> Seen:
        """What `changes`, made to `before`, did to what was shown there."""
        if not changes:
            return self._judge(before, changes)
        typed = self._typed.pop(before.uri, None)
        left = typed.without(changes[0]) if typed and len(changes) == 1 else None
        if left and not left.against:
            self._typed[before.uri] = left
            self._shown[before.uri] = left.still_shown
            if not changes[0].new:
                return Seen(Verdict.BACK, left.still_shown[0].suggestion)
            return self._judge(before, [replace(changes[0], old="")], left)
        if typed and typed.against:
            self._dismiss(before.uri, typed.still_shown)
            return replace(self._judge(before, changes), rejected=True)
        return self._judge(before, changes, typed)

    def _start_over(self, uri: str) -> None:
        """Forget what was typed, but not a key typed against: it may be taken back."""
        typed = self._typed.get(uri)
        if typed and not typed.against:
            del self._typed[uri]

    def _judge(
        self,
        before: Document,
        changes: Sequence[Change],
        typed: TypedSince | None = None,
    ) -> Seen:
        """typed: what was typed along with what is shown."""
        shown = self._shown.pop(before.uri, ())
        if not shown or len(changes) != 1:
            return Seen(Verdict.NOTHING)
        change = changes[0]
        by_hand = not change.old and _is_typing(change.new)
        for entry in () if by_hand else shown:
            item = entry.suggestion
            if smallest(before, Edit(item.span, item.text)) == change:
                return Seen(Verdict.ACCEPTED, item, len(item.text), entry.one_line)
        if change.old or change.start != shown[0].suggestion.span.start:
            return Seen(Verdict.NOTHING)
        # Editors that wait a moment send several keys as one change.
        along, against = _parted(shown, change.new)
        since = TypedSince(shown, change.start, along, against)
        if typed:
            longer = replace(typed, along=typed.along + along, against=against)
            typed = longer if longer.still_shown else since
        else:
            typed = since
        item = shown[0].suggestion
        if not against:
            self._typed[before.uri] = typed
            self._shown[before.uri] = typed.still_shown
            first = next(e for e in shown if e.suggestion.text.startswith(along))
            verdict = Verdict.TYPED if by_hand else Verdict.PARTLY
            length = len(change.new)
            return Seen(verdict, first.suggestion, length, first.one_line)
        if _is_typing(against):
            self._typed[before.uri] = typed
            return Seen(Verdict.AGAINST, item)
        self._dismiss(before.uri, typed.still_shown)
        return Seen(Verdict.AGAINST, item, rejected=True)

    def _dismiss(self, uri: str, shown: Sequence[OnScreen]) -> None:
        for entry in shown:
            self._dismissed[uri, entry.beginning, entry.suggestion.text] = True


def _is_same(one: Sequence[OnScreen], other: Sequence[OnScreen]) -> bool:
    """Whether the same text stands first in both, at the same place."""
    texts = {
        (e.suggestion.text, e.suggestion.span.start) for e in (*one[:1], *other[:1])
    }
    return bool(one and other) and len(texts) == 1


def _parted(shown: Sequence[OnScreen], new: str) -> tuple[str, str]:
    """The part of `new` that a suggestion begins with, and the remainder."""
    if new in PAIRS:
        # The editor closed what was opened; its closer stands behind the cursor.
        new = (
            new[:1] if any(e.suggestion.text.startswith(new[0]) for e in shown) else new
        )
    length = max(common_length(entry.suggestion.text, new) for entry in shown)
    return new[:length], new[length:]


def _shortened(shown: OnScreen, text: str) -> OnScreen:
    """What remains of a suggestion after its beginning `text` was typed."""
    item = shown.suggestion
    place = end_of(item.span.start, text)
    width = item.span.end.column - item.span.start.column
    span = replace(
        item.span, start=place, end=replace(place, column=place.column + width)
    )
    return replace(
        shown,
        suggestion=replace(item, text=item.text[len(text) :], span=span),
        beginning=(shown.beginning + text).rpartition("\n")[2],
    )


def _is_typing(text: str) -> bool:
    """One key: a character, a pair that the editor closed, a line with its indent."""
    return len(text) == 1 or text in PAIRS or not text.strip()


def _beginning(document: Document, place: Place) -> str:
    if place.line >= len(document.lines):
        return ""
    return document.lines[place.line][: place.column]
