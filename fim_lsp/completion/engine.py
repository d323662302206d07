"""The pipeline from a place in a document to an offer.

gate (place) → window → for each source: replies → gate (sending) → pacing → flight →
shape and clean.  A reply that is known already is offered without waiting for a pause
in typing, and every path leaves one Decision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ..text import Document, Edit, Place, bare_line
from .decision import Acceptance, Decision, Offer, Outcome
from .document_state import DocumentStates
from .edits import EditKind
from .fitting import Fitting
from .gate import gate_place
from .journal import Journal
from .network import NetworkAnswers
from .offers import Offers
from .on_screen import Seen
from .pacing import Pacing
from .parts import EngineParts
from .repetition import EchoAnswers
from .replies import is_same_text
from .reply_store import ReplyStore
from .request import AnswerBy, Ask, Ended, Request, Setup
from .snippets import Snippets
from .sources import CompletionModel, Repeater
from .window import Window, cut_window

# Seconds that a completion menu waits for the first line, where the editor merges late
# answers, so that the wait delays nobody.
MENU = 1.5


class Engine:
    """Completion for one user: it is told of edits, and asked for suggestions.

    now: the time in seconds since the epoch.
    clock, sleep: monotonic time, in seconds.
    may_read: whether a file may be read for a document of a workspace folder.
    refusal_of: why a document of a workspace folder may not be sent, or None; files of
        the project may have to be read for the answer.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        may_read: Callable[[Path, Path], bool],
        refusal_of: Callable[[str, Path | None], Awaitable[str | None]],
    ) -> None:
        self._refusal_of = refusal_of
        journal = Journal(now=now, clock=clock)
        snippets = Snippets(clock=clock, sleep=sleep, may_read=may_read)
        documents, fitting = DocumentStates(clock), Fitting()
        self._parts = EngineParts(
            clock=clock,
            sleep=sleep,
            journal=journal,
            snippets=snippets,
            documents=documents,
            pacing=Pacing(),
            replies=ReplyStore(
                clock=clock,
                sleep=sleep,
                journal=journal,
                snippets=snippets,
                fitting=fitting,
            ),
            offers=Offers(documents, journal, fitting),
        )
        self._live: dict[str, Request] = {}
        self._menus: set[asyncio.Task[Offer]] = set()

    # The sources that a request's `Setup` names.

    def network(self, model: CompletionModel) -> NetworkAnswers:
        """Answers of a model behind an endpoint."""
        return NetworkAnswers(model, self._parts)

    def echo(self, repeater: Repeater) -> EchoAnswers:
        """Answers from what the workspace repeats."""
        return EchoAnswers(repeater, self._parts)

    # Documents.

    def opened(self, document: Document) -> None:
        """The document may be asked about from now on."""
        self._parts.documents.opened(document)
        self._parts.snippets.seen(document)

    def gather(self, document: Document, folder: Path | None, tokens: int) -> None:
        """Gather snippets for a document that may be sent, before it is asked about.

        tokens: what the snippets may take of the prompt.
        """
        if not self._parts.documents.is_open(document.uri):
            return  # The document was closed while ignore files were read.
        window = cut_window(document, Place(0, 0), prefix_chars=0, suffix_chars=2000)
        chars = int(tokens * self._parts.journal.chars_per_token)
        self._parts.snippets.opened(window, folder, chars)

    def changed(
        self, before: Document, after: Document, edits: Sequence[Edit]
    ) -> tuple[Seen, Acceptance | None]:
        """`edits`, in the order they were applied to `before`, made `after`.

        Returns what the edits did to the suggestion on screen, and the acceptance that
        is to be counted.
        """
        parts = self._parts
        edited = parts.documents.changed(before, after, edits)
        acceptance: Acceptance | None = None
        if edited.accepts and edited.seen.suggestion:
            suggestion = edited.seen.suggestion.id
            acceptance = parts.journal.accepted(suggestion, edited.seen.chars)
        elif parts.documents.activity(after).kind is EditKind.TYPED:
            parts.pacing.key(parts.clock())
        parts.snippets.seen(after, edited.changes)
        parts.replies.flights.edited(after, edited.changes)
        if (live := self._live.get(after.uri)) and not self._stands(live, after):
            live.end("contradicted")
        return edited.seen, acceptance

    def surroundings_changed(
        self, uri: str, current: Callable[[str], Document | None]
    ) -> None:
        """Another cell of the notebook of a cell was changed, added or removed.

        An answer for the old surroundings is not used: a request that is waiting
        ends, unless its window is the same.  `current` finds the cell as it is now.
        """
        if live := self._live.get(uri):
            document = current(uri)
            if document is not None and self._stands(live, document):
                return
            live.end("contradicted")
        self._parts.replies.flights.closed(uri)
        self._parts.documents.nothing_shown(uri)

    def closed(self, uri: str) -> None:
        """The document was closed: end its request and close its streams."""
        self._parts.replies.flights.closed(uri)
        self._parts.documents.closed(uri)
        if live := self._live.get(uri):
            live.end("closed")

    # Suggestions.

    async def suggest(self, ask: Ask, setup: Setup) -> Offer:
        """Answer one request, whatever happens: with an offer or with a reason."""
        request = self._begin(ask, setup)
        if ask.manner is AnswerBy.INLINE:
            return await self._answer(request)
        return await self._answer_menu(request)

    def accepted(self, suggestion: str) -> Acceptance | None:
        """The editor says that a suggestion was accepted.

        Returns the acceptance to be counted; None where an edit has shown it already.
        """
        return self._parts.journal.accepted(suggestion)

    async def counted(self, offer: Offer) -> Offer:
        """`offer` with what its request used, once the endpoint has said so."""
        await self.all_counted()
        kept = self._parts.journal.last(offer.decision.uri, limit=1)
        same = (decision for decision in kept if decision.id == offer.decision.id)
        return replace(offer, decision=next(same, offer.decision))

    async def all_counted(self) -> None:
        """Wait, but not for long, until streams whose text is whole are counted."""
        await self._parts.replies.flights.counted()

    def decisions(
        self, uri: str | None = None, limit: int = 10
    ) -> tuple[Decision, ...]:
        """The last decisions, newest first."""
        return self._parts.journal.last(uri, limit)

    def note(self, decision: Decision) -> None:
        """Record what was decided elsewhere; an empty id is given one."""
        journal = self._parts.journal
        named = decision if decision.id else replace(decision, id=journal.new_id())
        journal.note(named)

    # Starting over, and the end.

    def clear(self) -> None:
        """Forget every reply and close every stream."""
        self._parts.replies.clear()

    async def aclose(self) -> None:
        for live in self._live.values():
            live.end("closed")
        for menu in self._menus:
            menu.cancel()
        await asyncio.gather(*self._menus, return_exceptions=True)
        await self._parts.snippets.aclose()
        await self._parts.replies.aclose()

    def _begin(self, ask: Ask, setup: Setup) -> Request:
        """Start a request; the one before it for the same document ends at once."""
        uri = ask.document.uri
        if older := self._live.get(uri):
            older.end("superseded")
        activity = self._parts.documents.activity(ask.document)
        request = Request(ask, setup, activity, self._parts.clock())
        self._live[uri] = request
        return request

    async def _answer(self, request: Request) -> Offer:
        offers = self._parts.offers
        try:
            if not self._parts.documents.is_open(request.uri):
                return offers.silent(request, "not-open")
            refusal = await self._refusal_of(request.uri, request.ask.folder)
            request.check()
            if reason := _gate(request, refusal):
                return offers.silent(request, reason)
            window = request.window = self._window(request, *request.view())
            for source in request.setup.sources:
                if offer := await source.answer(request, window):
                    return offer
            return offers.silent(request, request.reason or "no-provider")
        except Ended as ended:
            return offers.silent(request, ended.reason)
        except asyncio.CancelledError:
            offers.silent(request, "superseded")
            raise
        finally:
            if self._live.get(request.uri) is request:
                del self._live[request.uri]

    async def _answer_menu(self, request: Request) -> Offer:
        """Answer a menu in time; a stream that it started serves the next key."""
        task = asyncio.create_task(self._answer(request))
        self._menus.add(task)
        task.add_done_callback(self._menus.discard)
        wait = MENU if request.ask.manner is AnswerBy.MENU_WAIT else 0
        timer = asyncio.ensure_future(self._parts.sleep(wait))
        try:
            await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            timer.cancel()
        if task.done():
            return task.result()
        request.late = True
        late = self._parts.journal.draft(request, Outcome.SILENT, reason="not-yet")
        return Offer((), late)

    def _stands(self, live: Request, after: Document) -> bool:
        """Whether the text around the place of a request is unchanged, so that an
        answer can be sent.
        """
        place = live.ask.place
        if live.window is None or live.ask.selected or not has_place(after, place):
            return False
        return is_same_text(live.window, self._window(live, after, place))

    def _window(self, request: Request, document: Document, place: Place) -> Window:
        settings = request.setup.settings
        ratio = self._parts.journal.chars_per_token
        return cut_window(
            document,
            place,
            prefix_chars=int(settings.prefix_tokens * ratio),
            suffix_chars=int(settings.suffix_tokens * ratio),
        )


def has_place(document: Document, place: Place) -> bool:
    """Whether a place stands inside a document and its line."""
    if place.line >= len(document.lines):
        return False
    return place.column <= len(bare_line(document.lines[place.line]))


def _gate(request: Request, file_refusal: str | None) -> str | None:
    """The reason to say nothing at this place, or None.

    file_refusal: what privacy says of the file.
    """
    ask, setup = request.ask, request.setup
    if setup.snoozed and not request.invoked:
        return "snoozed"
    return gate_place(
        ask.document,
        ask.place,
        ask.trigger,
        setup.settings,
        activity=request.activity,
        refusal=file_refusal,
    )
