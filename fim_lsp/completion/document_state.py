"""What is remembered of each open document: edits, suggestions on screen, reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..text import Document, Edit, Place, apply
from .decision import Suggestion
from .edits import Activity, Change, EditKind, changed, joined, opened, smallest
from .on_screen import Screen, Seen, Verdict


@dataclass(frozen=True, slots=True)
class Edited:
    """One `didChange`: its smallest changes, and what they did to the suggestion."""

    changes: tuple[Change, ...]
    seen: Seen

    @property
    def accepts(self) -> bool:
        return self.seen.verdict in (Verdict.ACCEPTED, Verdict.PARTLY)


class DocumentStates:
    """Activity, what is on screen, and which reply was offered last, by URI."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._screen = Screen(clock)
        self._open: set[str] = set()
        self._activity: dict[str, Activity] = {}
        self._offered: dict[str, str] = {}

    def opened(self, document: Document) -> None:
        self._open.add(document.uri)
        self._activity[document.uri] = opened(document)

    def is_open(self, uri: str) -> bool:
        """Whether the document was opened and not closed since."""
        return uri in self._open

    def changed(
        self, before: Document, after: Document, edits: Sequence[Edit]
    ) -> Edited:
        """`edits`, in the order they were applied to `before`, made `after`."""
        changes = _changes(before, edits)
        edited = Edited(changes, self._screen.edited(before, changes))
        activity = changed(self.activity(before), changes, self._clock())
        if edited.accepts:
            seen = edited.seen
            whole_line = seen.verdict is Verdict.ACCEPTED and seen.one_line
            line = changes[0].end.line if whole_line else None
            activity = replace(activity, kind=EditKind.TYPED, accepted_line=line)
        elif edited.seen.verdict is Verdict.BACK:
            # Taking back a typo restores the earlier text: no deletion is counted.
            activity = replace(activity, kind=EditKind.TYPED, deletions=0)
        self._activity[after.uri] = activity
        return edited

    def closed(self, uri: str) -> None:
        self._open.discard(uri)
        self._screen.forget(uri)
        self._activity.pop(uri, None)
        self._offered.pop(uri, None)

    def activity(self, document: Document) -> Activity:
        """The recent past of a document, which may never have been opened."""
        activity = self._activity.get(document.uri)
        if activity is None:
            activity = self._activity[document.uri] = opened(document)
        return activity

    def asked(self, uri: str) -> None:
        """The network is being asked: moving the cursor does not ask again."""
        if activity := self._activity.get(uri):
            self._activity[uri] = replace(activity, asked=True)

    def offered_reply(self, uri: str) -> str | None:
        """The id of the reply that was offered last."""
        return self._offered.get(uri)

    def offered(
        self, document: Document, suggestions: Sequence[Suggestion], reply: str
    ) -> None:
        self._screen.show(document, suggestions)
        self._offered[document.uri] = reply

    def nothing_shown(self, uri: str) -> None:
        self._screen.clear(uri)

    def is_dismissed(self, document: Document, place: Place, text: str) -> bool:
        return self._screen.is_dismissed(document, place, text)


def _changes(before: Document, edits: Sequence[Edit]) -> tuple[Change, ...]:
    """Each edit at its smallest, against the text that it was made to; what was typed
    in one go is one change.
    """
    changes = []
    for edit in edits:
        if change := smallest(before, edit):
            changes.append(change)
        if len(edits) > 1:
            before = apply(before, [edit], before.version)
    return joined(changes)
