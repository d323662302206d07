"""From a reply to what the editor gets, and to the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..text import Span, dominant_line_end
from .decision import Offer, Outcome, Suggestion
from .document_state import DocumentStates
from .fitting import Fitted, Fitting
from .flights import Flight
from .journal import Journal
from .replies import Match, Reply
from .request import Request
from .window import Window

# A request that ended for one of these leaves the screen to the next one.
STILL_SHOWN = frozenset({"superseded", "contradicted"})


class Offers:
    """Makes offers and silences; each leaves its decision."""

    def __init__(
        self, documents: DocumentStates, journal: Journal, serving: Fitting
    ) -> None:
        self._documents = documents
        self._journal = journal
        self._serving = serving

    def serve(self, request: Request, found: Match, window: Window) -> Fitted:
        """What `found` offers to `request`, dismissed texts aside."""
        ask = request.ask
        most = request.setup.settings.max_lines
        served = self._serving.serve(found, window, ask.trigger, most)
        if ask.selected and served.replace:
            # The item covers just the range the editor gave.
            return replace(served, text="", rejected_by="selected-item")
        if self._documents.is_dismissed(ask.document, ask.place, served.text):
            return replace(served, text="", rejected_by="dismissed")
        return served

    def offer(
        self,
        request: Request,
        served: Sequence[tuple[Fitted, Reply]],
        outcome: Outcome,
        flight: Flight | None = None,
    ) -> Offer:
        best, reply = served[0]
        decision = self._journal.new(
            request,
            outcome,
            reason=request.reason,
            rules=best.rules,
            source=reply.sampling.source,
            model=(flight.model if flight else None) or reply.sampling.model,
            shown=best.text,
            origin=reply.origin,
            first_token=flight.first_token if flight else None,
        )
        suggestions = tuple(
            _suggestion(request, each, f"{decision.id}.{number}")
            for number, (each, _) in enumerate(served)
        )
        self._documents.offered(request.ask.document, suggestions, reply.id)
        return Offer(suggestions, decision, request.error)

    def silent(
        self,
        request: Request,
        reason: str,
        served: Fitted | None = None,
        reply: Reply | None = None,
    ) -> Offer:
        if served and served.rejected_by == "dismissed":
            reason = "dismissed"
        decision = self._journal.new(
            request,
            Outcome.SILENT,
            reason=reason,
            rules=served.rules if served else (),
            source=reply.sampling.source if reply else None,
            model=reply.sampling.model if reply else None,
        )
        if reason not in STILL_SHOWN:
            self._documents.nothing_shown(request.uri)
        return Offer((), decision, request.error)


def _suggestion(request: Request, served: Fitted, name: str) -> Suggestion:
    """The item in the document's own line ends."""
    ask = request.ask
    text = served.text
    if "\n" in text:
        text = text.replace("\n", dominant_line_end(ask.document))
    if ask.selected:
        return Suggestion(ask.selected.text + text, ask.selected.span, name)
    end = replace(ask.place, column=ask.place.column + served.replace)
    return Suggestion(text, Span(ask.place, end), name)
