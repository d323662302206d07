"""What is remembered of each open document, and of the user's keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..text import Document, Edit, Place, apply
from .decision import Suggestion
from .edits import Activity, Change, EditKind, changed, opened, smallest
from .flights import Flights
from .journal import Journal
from .on_screen import Screen, Seen, Verdict
from .pacing import Pacing
from .request import Request
from .snippets import Snippets


class DocumentStates:
    """Activity, what is on screen, and which reply is being served, by URI."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        journal: Journal,
        flights: Flights,
        context: Snippets,
    ) -> None:
        self._context = context
        self.pacing = Pacing()
        self._clock = clock
        self._journal = journal
        self._flights = flights
        self._screen = Screen(clock)
        self._activity: dict[str, Activity] = {}
        self._serving: dict[str, str] = {}
        self._asked_others: set[str] = set()

    def opened(self, document: Document) -> None:
        self._activity[document.uri] = opened(document)
        self._context.seen(document)

    def changed(self, before: Document, after: Document, edits: Sequence[Edit]) -> Seen:
        """`edits`, in the order they were applied to `before`, made `after`."""
        now = self._clock()
        changes = _changes(before, edits)
        seen = self._screen.edited(before, changes)
        state = changed(self.activity(before), changes, now)
        if seen.verdict in (Verdict.ACCEPTED, Verdict.PARTLY) and seen.suggestion:
            self._journal.accepted(seen.suggestion.id, seen.chars)
            whole_line = seen.verdict is Verdict.ACCEPTED and seen.one_line
            line = changes[0].end.line if whole_line else None
            state = replace(state, kind=EditKind.TYPED, accepted_line=line)
        elif state.kind is EditKind.TYPED:
            self.pacing.key(now)
        self._activity[after.uri] = state
        self._context.seen(after, changes)
        self._flights.edited(after, changes)
        return seen

    def confirmed(self, suggestion: str) -> None:
        """The editor says that a suggestion was accepted as a whole."""
        decision = self._journal.get(suggestion)
        if decision and not decision.accepted:
            self._journal.accepted(suggestion, len(decision.shown))

    def closed(self, uri: str) -> None:
        self._flights.closed(uri)
        self._screen.clear(uri)
        self._activity.pop(uri, None)
        self._serving.pop(uri, None)

    def activity(self, document: Document) -> Activity:
        """The recent past of a document, which may never have been opened."""
        found = self._activity.get(document.uri)
        if found is None:
            found = self._activity[document.uri] = opened(document)
        return found

    def is_as_asked(self, request: Request) -> bool:
        """Whether the document has not been edited since `request` came."""
        found = self._activity.get(request.uri)
        return found is not None and found.at == request.activity.at

    def asked(self, uri: str) -> None:
        """The network is being asked: moving about now asks nothing more."""
        if found := self._activity.get(uri):
            self._activity[uri] = replace(found, asked=True)

    def ask_others(self, reply: str) -> None:
        """Other candidates than `reply` are asked for: once."""
        self._asked_others.add(reply)

    def asked_others(self, reply: str) -> bool:
        return reply in self._asked_others

    def serving(self, uri: str) -> str | None:
        """The id of the reply that was served last."""
        return self._serving.get(uri)

    def offered(
        self, document: Document, suggestions: Sequence[Suggestion], reply: str
    ) -> None:
        self._screen.show(document, suggestions)
        self._serving[document.uri] = reply

    def nothing_shown(self, uri: str) -> None:
        self._screen.clear(uri)

    def is_dismissed(self, document: Document, place: Place, text: str) -> bool:
        return self._screen.is_dismissed(document, place, text)


def _changes(before: Document, edits: Sequence[Edit]) -> list[Change]:
    """Each edit at its smallest, against the text that it was made to."""
    changes = []
    for edit in edits:
        if change := smallest(before, edit):
            changes.append(change)
        if len(edits) > 1:
            before = apply(before, [edit], before.version)
    return changes
