"""How echo answers: from what the workspace itself repeats."""

from __future__ import annotations

from dataclasses import dataclass

from .decision import Offer, Outcome
from .parts import EngineParts
from .replies import Match
from .request import Request
from .sources import ECHO, Repeater
from .window import Window


@dataclass(frozen=True, slots=True)
class EchoAnswers:
    """Guesses of one workspace, kept like any reply: typing along keeps them."""

    repeater: Repeater
    parts: EngineParts

    async def answer(self, request: Request, window: Window) -> Offer | None:
        """A guess that is known or new; None where there is none that is sure."""
        parts = self.parts
        offered = parts.documents.offered_reply(window.uri)
        known = parts.replies.lookup(window, ECHO, "", offered)
        if offer := parts.offers.known(request, window, known):
            return offer
        if refusal := self.repeater.refusal():
            request.refused(refusal.reason)
            return None
        document, place = request.view()
        guess = await self.repeater.guess(document, place, invoked=request.invoked)
        request.check()
        if guess is None:
            # The first question only begins the reading of the workspace.
            refusal = self.repeater.refusal()
            request.refused(refusal.reason if refusal else "echo-quiet")
            return None
        reply = parts.replies.keep(window, ECHO, guess.text, guess.origin)
        fitted = parts.offers.fit(request, Match(reply, ""), window)
        if not fitted.text:
            return parts.offers.silent(request, "rejected", fitted, reply)
        return parts.offers.offer(request, [(fitted, reply)], Outcome.ECHO)
