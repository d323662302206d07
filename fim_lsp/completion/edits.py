"""The edits of a document, and what they say about what the user is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ..text import Document, Edit, Place, Span, common_length, text_between

# An edit of more lines than this is a paste, a format or a reload, not typing.
BULK_LINES = 3
# How many edits back an undo is recognised.
REMEMBERED = 20


class EditKind(Enum):
    """The last change of a document."""

    NONE = "none"
    TYPED = "typed"
    DELETED = "deleted"
    UNDONE = "undone"
    BULK = "bulk"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Change:
    """One edit at its smallest: `old` at `start` became `new`."""

    start: Place
    old: str
    new: str

    @property
    def end(self) -> Place:
        """Where `new` ends."""
        return end_of(self.start, self.new)


@dataclass(frozen=True, slots=True)
class Activity:
    """The recent past of one document.

    `at` is the time of the last change in seconds; `touched` what it covers now;
    `deletions` counts deletions in a row; `accepted_line` is the line on
    which a one-line suggestion was accepted last; `asked` tells that the network
    was asked since the last change; `size` is in characters.
    """

    size: int
    at: float = float("-inf")
    kind: EditKind = EditKind.NONE
    touched: Span | None = None
    deletions: int = 0
    accepted_line: int | None = None
    asked: bool = False
    recent: tuple[Change, ...] = ()


def opened(document: Document) -> Activity:
    return Activity(size=sum(map(len, document.lines)))


def changed(activity: Activity, changes: Sequence[Change], now: float) -> Activity:
    """The activity after `changes`, which arrived together."""
    if not changes:
        return replace(activity, at=now)
    kind = _kind(activity, changes)
    last = changes[-1]
    line = last.start.line
    keeps_line = activity.accepted_line == line and "\n" not in last.new
    return Activity(
        size=activity.size + sum(len(c.new) - len(c.old) for c in changes),
        at=now,
        kind=kind,
        touched=Span(last.start, last.end),
        deletions=activity.deletions + 1 if kind is EditKind.DELETED else 0,
        accepted_line=line if keeps_line else None,
        asked=False,
        recent=(*activity.recent, *changes)[-REMEMBERED:],
    )


def is_fresh(activity: Activity, place: Place) -> bool:
    """Whether a request at `place` follows an edit there that asked nothing yet."""
    touched = activity.touched
    return (
        touched is not None
        and not activity.asked
        and touched.start <= place <= touched.end
    )


def smallest(before: Document, edit: Edit) -> Change | None:
    """`edit` without what it replaces by the same text; None if nothing is left."""
    old, new = text_between(before, edit.span), edit.new_text
    start = min(edit.span.start, edit.span.end)
    if old == new:
        return None
    # An insertion needs no trimming, and is nearly every edit there is.
    if old and new:
        shared = common_length(old, new)
        # A line break of two characters is one thing.
        if shared and old[shared - 1] == "\r":
            shared -= 1
        start = end_of(start, old[:shared])
        old, new = old[shared:], new[shared:]
        back = common_length(old[::-1], new[::-1])
        old, new = old[: len(old) - back], new[: len(new) - back]
    return Change(start, old, new)


def joined(changes: Sequence[Change]) -> tuple[Change, ...]:
    """`changes`, made one after the other, with what a user typed in one go as one.

    Editors that wait a moment send each of the keys typed meanwhile as a change.
    """
    result: list[Change] = []
    for change in changes:
        whole = change
        while result and (longer := _joined(result[-1], whole)):
            result.pop()
            whole = longer
        if whole.old or whole.new:
            result.append(whole)
    return tuple(result)


def _joined(first: Change, second: Change) -> Change | None:
    """Both changes as one, where the second goes on typing or deleting at the first."""
    if not second.old and second.start == first.end:
        return replace(first, new=first.new + second.new)
    if second.new:
        return None
    if not first.new and end_of(second.start, second.old) == first.start:
        return replace(second, old=second.old + first.old)
    left = first.new.removesuffix(second.old)
    if left != first.new and end_of(first.start, left) == second.start:
        return replace(first, new=left)
    return None


def end_of(start: Place, text: str) -> Place:
    """Where `text` ends that begins at `start`."""
    breaks = text.count("\n") + text.count("\r") - text.count("\r\n")
    if not breaks:
        return Place(start.line, start.column + len(text))
    last = max(text.rfind("\n"), text.rfind("\r"))
    return Place(start.line + breaks, len(text) - last - 1)


def _kind(activity: Activity, changes: Sequence[Change]) -> EditKind:
    lines = {change.start.line for change in changes}
    if len(changes) > 1 and max(lines) - min(lines) > len(changes):
        return EditKind.SEVERAL
    if len(changes) > 1 and len({(c.old, c.new) for c in changes}) == 1:
        return EditKind.SEVERAL
    if _breaks(changes) > BULK_LINES:
        return EditKind.BULK
    if _undoes(activity.recent, changes[-1]):
        return EditKind.UNDONE
    # An editor that breaks a line may take away white space together with it.
    if not any(change.new for change in changes):
        return EditKind.DELETED
    return EditKind.TYPED


def _breaks(changes: Sequence[Change]) -> int:
    return max(
        sum(change.new.count("\n") for change in changes),
        sum(change.old.count("\n") for change in changes),
    )


def _undoes(recent: Sequence[Change], change: Change) -> bool:
    """Whether `change` takes back an earlier one that was more than one key."""
    return any(
        (past.start, past.old, past.new) == (change.start, change.new, change.old)
        and (len(past.new) > 1 or past.old)
        for past in recent
    )
