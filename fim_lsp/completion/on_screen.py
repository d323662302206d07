"""What is on the user's screen: accepted, typed along, or typed against.

Acceptance is inferred from the text, because editors tell it differently or not
at all: a change that equals the item accepts it, one that equals its beginning
accepts a part, and single keys type it by hand.
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

# How long a text that was typed against is not offered again at its place.
DISMISSED_SECONDS = 60
DISMISSED_SIZE = 100
PAIRS = ("()", "[]", "{}", '""', "''", "``", "<>")


class Verdict(Enum):
    """What an edit did to what was shown."""

    NOTHING = "nothing"
    ACCEPTED = "accepted"
    PARTLY = "partly accepted"
    TYPED = "typed along"
    AGAINST = "typed against"


@dataclass(frozen=True, slots=True)
class OnScreen:
    """One suggestion on screen; `beginning` is its line before the cursor."""

    suggestion: Suggestion
    beginning: str
    one_line: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A verdict, on which suggestion, and how many characters it concerns."""

    verdict: Verdict
    suggestion: Suggestion | None = None
    chars: int = 0
    one_line: bool = False


class Screen:
    """What is shown in each document, and what was dismissed lately."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._shown: dict[str, tuple[OnScreen, ...]] = {}
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
        self._shown.pop(uri, None)

    def is_dismissed(self, document: Document, place: Place, text: str) -> bool:
        key = (document.uri, _beginning(document, place), text)
        return key in self._dismissed

    def edited(self, before: Document, changes: Sequence[Change]) -> Seen:
        """What `changes`, made to `before`, did to what was shown there."""
        shown = self._shown.pop(before.uri, ())
        if not shown or not changes:
            return Seen(Verdict.NOTHING)
        if len(changes) > 1:
            return Seen(Verdict.NOTHING)
        change = changes[0]
        by_hand = not change.old and _is_typing(change.new)
        for each in () if by_hand else shown:
            item = each.suggestion
            if smallest(before, Edit(item.span, item.text)) == change:
                return Seen(Verdict.ACCEPTED, item, len(item.text), each.one_line)
        along = [each for each in shown if _goes_along(each.suggestion, change)]
        if along:
            self._shown[before.uri] = tuple(_shortened(e, change.new) for e in along)
            verdict = Verdict.TYPED if by_hand else Verdict.PARTLY
            item = along[0].suggestion
            return Seen(verdict, item, len(change.new), along[0].one_line)
        if change.old or change.start != shown[0].suggestion.span.start:
            return Seen(Verdict.NOTHING)
        for each in shown:
            key = (before.uri, each.beginning, each.suggestion.text)
            self._dismissed[key] = True
        return Seen(Verdict.AGAINST, shown[0].suggestion)


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
