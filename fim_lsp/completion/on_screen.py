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

from ..text import Document, Edit, Place
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
    BACK = "took back the key that was typed against"


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
class Slip:
    """One key typed against what was `shown`: perhaps a typo."""

    change: Change
    shown: tuple[OnScreen, ...]


class Screen:
    """What is shown in each document, and what was rejected lately."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._shown: dict[str, tuple[OnScreen, ...]] = {}
        self._slips: dict[str, Slip] = {}
        self._dismissed: TTLCache[tuple[str, str, str], bool] = TTLCache(
            DISMISSED_SIZE, DISMISSED_SECONDS, timer
        )

    def show(self, document: Document, suggestions: Sequence[Suggestion]) -> None:
        self._shown[document.uri] = tuple(
            OnScreen(
                suggestion,
                _beginning(document, suggestion.span.start),
                "\n" not in suggestion.text and "\r" not in suggestion.text,
            )
            for suggestion in suggestions
        )

    def clear(self, uri: str) -> None:
        """Forget what is shown."""
        self._shown.pop(uri, None)

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._shown.pop(uri, None)
        self._slips.pop(uri, None)

    def is_dismissed(self, document: Document, place: Place, text: str) -> bool:
        key = (document.uri, _beginning(document, place), text)
        return key in self._dismissed

    def edited(self, before: Document, changes: Sequence[Change]) -> Seen:
        """What `changes`, made to `before`, did to what was shown there."""
        if not changes:
            return self._judge(before, changes)
        slip = self._slips.pop(before.uri, None)
        if slip is None:
            return self._judge(before, changes)
        if len(changes) == 1 and _takes_back(slip.change, changes[0]):
            self._shown[before.uri] = slip.shown
            return Seen(Verdict.BACK, slip.shown[0].suggestion)
        self._dismiss(before.uri, slip.shown)
        return replace(self._judge(before, changes), rejected=True)

    def _judge(self, before: Document, changes: Sequence[Change]) -> Seen:
        shown = self._shown.pop(before.uri, ())
        if not shown or len(changes) != 1:
            return Seen(Verdict.NOTHING)
        change = changes[0]
        by_hand = not change.old and _is_typing(change.new)
        for entry in () if by_hand else shown:
            item = entry.suggestion
            if smallest(before, Edit(item.span, item.text)) == change:
                return Seen(Verdict.ACCEPTED, item, len(item.text), entry.one_line)
        along = [entry for entry in shown if _goes_along(entry.suggestion, change)]
        if along:
            self._shown[before.uri] = tuple(_shortened(e, change.new) for e in along)
            verdict = Verdict.TYPED if by_hand else Verdict.PARTLY
            item = along[0].suggestion
            return Seen(verdict, item, len(change.new), along[0].one_line)
        if change.old or change.start != shown[0].suggestion.span.start:
            return Seen(Verdict.NOTHING)
        if by_hand:
            self._slips[before.uri] = Slip(change, shown)
            return Seen(Verdict.AGAINST, shown[0].suggestion)
        self._dismiss(before.uri, shown)
        return Seen(Verdict.AGAINST, shown[0].suggestion, rejected=True)

    def _dismiss(self, uri: str, shown: Sequence[OnScreen]) -> None:
        for entry in shown:
            self._dismissed[uri, entry.beginning, entry.suggestion.text] = True


def _takes_back(slip: Change, change: Change) -> bool:
    """Whether `change` deletes just what `slip` inserted."""
    return (change.start, change.old, change.new) == (slip.start, slip.new, "")


def _goes_along(item: Suggestion, change: Change) -> bool:
    text = change.new[:1] if change.new in PAIRS else change.new
    return (
        not change.old
        and change.start == item.span.start
        and item.text.startswith(text)
    )


def _shortened(shown: OnScreen, typed: str) -> OnScreen:
    """What remains of a suggestion after its beginning was typed."""
    text = typed[:1] if typed in PAIRS else typed
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
