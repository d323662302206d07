"""Turns replies into offers for the editor, and records a decision about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..text import Span, dominant_line_end
from .confidence import Confidence, confidence
from .decision import Offer, Outcome, Suggestion
from .document_state import DocumentStates
from .fitting import Fitted, Fitting, silence
from .flights import Flight
from .journal import Journal
from .replies import Match, Reply
from .reply_store import KnownReply
from .request import AnswerBy, Request
from .window import Window

# Reasons for rejecting a reply that a decision names as they are; every other
# rejection is recorded as `rejected`.
TOLD_APART = ("dismissed", "unsure")
# The name of the reason to stay silent, and the reply that gives the reason.
Silence = tuple[str, Fitted, Reply]

# Reasons for ending a request that leave the suggestion on the screen: the next
# request decides about it.
STILL_SHOWN = frozenset({"superseded", "contradicted"})


class Offers:
    """Makes offers and silences; each leaves its decision."""

    def __init__(
        self, documents: DocumentStates, journal: Journal, fitting: Fitting
    ) -> None:
        self._documents = documents
        self._journal = journal
        self._fitting = fitting

    def fit(self, request: Request, match: Match, window: Window) -> Fitted:
        """What a matching reply offers to `request`; empty if the user dismissed it."""
        ask = request.ask
        most = request.setup.settings.max_lines
        fitted = self._fitting.serve(match, window, ask.trigger, most)
        if ask.selected and fitted.replace:
            # The editor's item replaces exactly the range that the editor gave.
            return replace(fitted, text="", rejected_by="selected-item")
        if self._documents.is_dismissed(ask.document, ask.place, fitted.text):
            return replace(fitted, text="", rejected_by="dismissed")
        least, sure = request.setup.settings.min_confidence, _confidence(match, fitted)
        if least is not None and sure and sure.probability < least:
            return replace(fitted, text="", rejected_by="unsure")
        return fitted

    def known(
        self, request: Request, window: Window, replies: Sequence[KnownReply]
    ) -> Offer | None:
        """An offer from the first of `replies` that has one, with the other answers to
        the same question; else the silence that an ended reply means; else None.
        """
        means_silence: Silence | None = None
        for candidate in replies:
            match, reply = candidate.match, candidate.match.reply
            fitted = self.fit(request, match, window)
            if reply.end == "open" and not is_enough(request, fitted):
                continue
            if fitted.text:
                others = self._others(request, window, reply, replies)
                return self.offer(
                    request,
                    [(fitted, reply), *others],
                    candidate.outcome,
                    candidate.flight,
                )
            if name := silence(match, fitted):
                means_silence = means_silence or (name, fitted, reply)
        return self.silent(request, *means_silence) if means_silence else None

    def _others(
        self,
        request: Request,
        window: Window,
        first: Reply,
        replies: Sequence[KnownReply],
    ) -> list[tuple[Fitted, Reply]]:
        """The other ended answers to the question that `first` answers."""
        matches = [
            candidate.match
            for candidate in replies
            if candidate.match.reply is not first
            and candidate.match.reply.end != "open"
            and candidate.match.reply.window == first.window
        ]
        fitted = ((self.fit(request, match, window), match.reply) for match in matches)
        return [(fits, reply) for fits, reply in fitted if fits.text]

    def offer(
        self,
        request: Request,
        fitted: Sequence[tuple[Fitted, Reply]],
        outcome: Outcome,
        flight: Flight | None = None,
    ) -> Offer:
        """Offer the distinct texts of `fitted`, the first one preferred.

        Raises Ended where the text has changed meanwhile.
        """
        request.check()
        best, reply = fitted[0]
        if request.late:
            return self.silent(request, "not-yet", best, reply)
        distinct: dict[str, Fitted] = {}
        for fits, _ in fitted:
            distinct.setdefault(fits.text, fits)
        decision = self._journal.draft(
            request,
            outcome,
            reason=request.reason,
            rules=best.rules,
            source=reply.sampling.source,
            model=(flight.model if flight else None) or reply.sampling.model,
            shown=best.text,
            origin=reply.origin,
            reply=reply.id,
            confidence=confidence(reply.tokens, _shown_chars(reply, best)),
            first_token=flight.first_token if flight else None,
        )
        suggestions = tuple(
            _suggestion(request, fits, f"{decision.id}.{number}")
            for number, fits in enumerate(distinct.values())
        )
        newly_shown = not self._journal.was_shown(reply.id)
        self._journal.record(request, decision)
        self._documents.offered(request.ask.document, suggestions, reply.id)
        return Offer(suggestions, decision, request.error, newly_shown=newly_shown)

    def silent(
        self,
        request: Request,
        reason: str,
        fitted: Fitted | None = None,
        reply: Reply | None = None,
    ) -> Offer:
        if fitted and fitted.rejected_by in TOLD_APART:
            reason = fitted.rejected_by
        decision = self._journal.draft(
            request,
            Outcome.SILENT,
            reason=reason,
            rules=fitted.rules if fitted else (),
            source=reply.sampling.source if reply else None,
            model=reply.sampling.model if reply else None,
            confidence=confidence(reply.tokens, len(reply.text)) if reply else None,
        )
        self._journal.record(request, decision)
        if reason not in STILL_SHOWN:
            self._documents.nothing_shown(request.uri)
        return Offer((), decision, request.error)


def is_enough(request: Request, fitted: Fitted) -> bool:
    """Whether a stream that is open has brought what `request` can be answered with.

    A menu keeps what it was given, so it waits for all that will be shown.
    """
    return fitted.full or request.ask.manner is not AnswerBy.MENU_WAIT


def _confidence(match: Match, fitted: Fitted) -> Confidence | None:
    """How sure the model was of the offer, including the part that is typed already."""
    return confidence(match.reply.tokens, len(match.typed) + len(fitted.text))


def _shown_chars(reply: Reply, fitted: Fitted) -> int:
    """The number of characters of a reply up to the end of an offer."""
    start = max(reply.text.find(fitted.text), 0)
    return start + len(fitted.text)


def _suggestion(request: Request, fitted: Fitted, name: str) -> Suggestion:
    """A suggestion with the line ends of the document."""
    ask = request.ask
    text = fitted.text
    if "\n" in text:
        text = text.replace("\n", dominant_line_end(ask.document))
    if ask.selected:
        return Suggestion(ask.selected.text + text, ask.selected.span, name)
    end = replace(ask.place, column=ask.place.column + fitted.replace)
    return Suggestion(text, Span(ask.place, end), name)
