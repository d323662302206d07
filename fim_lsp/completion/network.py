"""How a provider answers: known replies, a stream that is running, or a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import OverBudget
from .decision import Offer, Outcome
from .edits import is_fresh
from .fitting import Fitted
from .flights import Flight
from .gate import ends_statement
from .offers import is_enough
from .pacing import REST_AFTER_MOVE, REST_AFTER_POPUP
from .parts import EngineParts
from .replies import Reply, match
from .reply_store import KnownReply
from .request import AnswerBy, Ended, Missed, Request
from .sources import CompletionModel
from .window import Window

# After the first whole line, a request waits about as long as the model takes to write
# this number of tokens: a block of some lines.
TOKENS = 80
# The limits of that wait, in seconds.
SHORTEST, LONGEST = 0.400, 1.200
# Seconds to wait for other candidates; those that come later serve the next request.
OTHERS = 3.0
# The temperature of other candidates: at 0 they would all be the same.
OTHERS_TEMPERATURE = 0.7


@dataclass(frozen=True, slots=True)
class NetworkAnswers:
    """The answers of one model."""

    model: CompletionModel
    parts: EngineParts

    async def answer(self, request: Request, window: Window) -> Offer | None:
        """An offer from a known reply at once, else from a stream, or a silence.

        None where nothing may be sent or the stream failed.
        """
        replies = self._lookup(window)
        offers = self.parts.offers
        first = self._to_add_to(request, window, replies)
        if first is None and (offer := offers.known(request, window, replies)):
            return offer
        if refusal := self.model.refusal(invoked=request.invoked):
            request.refused(refusal.reason)
            return offers.known(request, window, replies) if first else None
        if first:
            return await self._others(request, first)
        return await self._ask(request, window, _running(replies))

    def _lookup(self, window: Window) -> list[KnownReply]:
        offered = self.parts.documents.offered_reply(window.uri)
        return self._replies(window, offered)

    def _replies(self, window: Window, offered: str | None) -> list[KnownReply]:
        return self.parts.replies.lookup(
            window,
            self.model.name,
            self.model.model,
            offered,
            body=self.model.body,
        )

    async def _ask(
        self, request: Request, window: Window, flight: Flight | None
    ) -> Offer | None:
        """Join `flight`, else wait until the user rests and open a stream."""
        if flight is None and not request.invoked and ends_statement(window):
            raise Ended("statement-ended")
        if flight is None and await self._rest(request, window):
            replies = self._lookup(window)
            if offer := self.parts.offers.known(request, window, replies):
                return offer
            flight = _running(replies)
        if flight:
            try:
                return await self._watch(request, flight, window, Outcome.JOINED)
            except Missed:
                request.check()
                await self._rest(request, window)
        flight = self.parts.replies.start(
            request,
            self.model,
            window,
            temperature=request.setup.settings.temperature,
        )
        self.parts.documents.asked(window.uri)
        return await self._watch(request, flight, window, Outcome.NETWORK)

    async def _rest(self, request: Request, window: Window) -> bool:
        """Wait until the user rests, at most once a request.

        Returns whether time has passed.

        Snippets are gathered meanwhile.  Moving the cursor alone costs nothing.
        """
        if request.paced:
            return False
        request.paced = True
        chars = int(
            request.setup.settings.context_tokens * self.parts.journal.chars_per_token
        )
        if request.ask.document.cell:
            self.parts.snippets.seen(request.ask.document)
        delay = self._delay(request, window)
        folder = request.ask.folder
        self.parts.snippets.prepare(window, folder, chars, waits=delay > 0)
        if delay:
            await request.until(self.parts.sleep(delay))
        elif self.parts.snippets.are_coming(window.uri):
            await request.until(self.parts.snippets.ready(window.uri))
            return True
        return delay > 0

    def _delay(self, request: Request, window: Window) -> float:
        """The seconds for which an automatic request still has to wait."""
        if request.invoked:
            return 0.0
        activity, fixed = request.activity, request.setup.settings.debounce_ms
        if is_fresh(activity, request.ask.place):
            return self.parts.pacing.delay(
                window,
                fixed=None if fixed is None else fixed / 1000,
                loopback=self.model.loopback,
                waited=self.parts.clock() - activity.at,
            )
        return REST_AFTER_POPUP if request.ask.selected else REST_AFTER_MOVE

    async def _watch(
        self, request: Request, flight: Flight, window: Window, outcome: Outcome
    ) -> Offer | None:
        """Wait for what may be shown; None if the stream failed.

        A request that joined a stream takes the first whole statement, because ghost
        text grows with the next key.  One that started a stream waits a little for all
        that will be shown, because no editor asks again by itself.
        """
        self.parts.replies.flights.joined(flight)
        began, cancelled = self.parts.clock(), True
        try:
            while not flight.ended:
                flight.seen()
                if flight.line_at is None and not flight.contradicted:
                    # Nothing can be shown before the first whole line.
                    await request.until(flight.news())
                    continue
                fitted = self._look(request, flight, window)
                enough = fitted.full or outcome is Outcome.JOINED
                if fitted.text and enough and is_enough(request, fitted):
                    break
                left = self._until(request, flight, began) - self.parts.clock()
                if left <= 0:
                    break
                await request.until(flight.news(), self.parts.sleep(left))
            cancelled = False
        except Ended as ended:
            # After an edit that agrees, the next request can still join the stream.
            cancelled = ended.reason == "superseded"
            raise
        finally:
            self.parts.replies.flights.left(flight, cancelled=cancelled)
        if flight.error:
            over = isinstance(flight.error, OverBudget)
            request.refused("over-budget" if over else "failed", flight.error)
            return None
        fitted, reply = self._look(request, flight, window), flight.reply
        if fitted.text:
            return self.parts.offers.offer(request, [(fitted, reply)], outcome, flight)
        joined = outcome is Outcome.JOINED
        if joined and not fitted.rejected_by and reply.end == "ours":
            raise Missed
        return self.parts.offers.silent(request, _why_empty(reply), fitted, reply)

    def _until(self, request: Request, flight: Flight, began: float) -> float:
        """The time until which a request that began to wait at `began` waits for more
        than the first line.
        """
        wait = SHORTEST
        if request.ask.manner is AnswerBy.INLINE:
            pace = flight.seconds_per_token(self.parts.clock())
            wait = min(max(SHORTEST, TOKENS * pace), LONGEST)
        return max(began, flight.line_at or began) + wait

    def _look(self, request: Request, flight: Flight, window: Window) -> Fitted:
        """What a stream offers at the request's place so far.

        Raises Ended where the text has changed since; raises Missed where the stream
        went another way than what was typed.
        """
        request.check()
        served = match(flight.reply, window)
        if served is None or flight.contradicted:
            raise Missed
        return self.parts.offers.fit(request, served, window)

    def _to_add_to(
        self, request: Request, window: Window, replies: Sequence[KnownReply]
    ) -> Reply | None:
        """The known answer to which others are to be added, or None.

        Others are added where the user asks for completion, and the cached answer has
        no others yet.
        """
        if not request.invoked or request.setup.settings.candidates < 2:  # noqa: PLR2004 - one is no other
            return None
        for reply in replies:
            first = reply.match.reply
            if reply.outcome is not Outcome.CACHE or first.sampling.candidate:
                continue
            if any(
                other.match.reply.sampling.candidate
                and other.match.reply.window == first.window
                for other in replies
            ):
                continue
            if self.parts.offers.fit(request, reply.match, window).text:
                return first
        return None

    async def _others(self, request: Request, first: Reply) -> Offer:
        """The known answer and up to `candidates - 1` others, asked for once."""
        window = first.window
        flights = [
            self.parts.replies.start(
                request,
                self.model,
                window,
                temperature=OTHERS_TEMPERATURE,
                candidate=number,
            )
            for number in range(1, request.setup.settings.candidates)
        ]
        for flight in flights:
            self.parts.replies.flights.joined(flight)
        cancelled = True
        try:
            ended = asyncio.gather(*(flight.end() for flight in flights))
            await request.until(ended, self.parts.sleep(OTHERS))
            cancelled = False
        finally:
            for flight in flights:
                self.parts.replies.flights.left(flight, cancelled=cancelled)
        replies = self._replies(window, first.id)
        fitted = [
            (self.parts.offers.fit(request, reply.match, window), reply.match.reply)
            for reply in replies
        ]
        offered = [(fits, reply) for fits, reply in fitted if fits.text]
        if not offered:
            return self.parts.offers.silent(request, "rejected")
        return self.parts.offers.offer(request, offered, Outcome.NETWORK)


def _why_empty(reply: Reply) -> str:
    """The name of the reason why what has come of a reply offers nothing."""
    if reply.end == "open":
        return "not-yet"
    return "rejected" if reply.text.strip() else "nothing-follows"


def _running(replies: Sequence[KnownReply]) -> Flight | None:
    """The stream that a request can join: never one for another candidate."""
    for reply in replies:
        if reply.flight and not reply.match.reply.sampling.candidate:
            return reply.flight
    return None
