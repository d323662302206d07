"""How echo answers: from what the workspace itself repeats."""

from __future__ import annotations

from dataclasses import dataclass

from .decision import Offer, Outcome
from .fitting import Fitted
from .parts import EngineParts
from .replies import Match, Reply, Sampling
from .request import Request
from .sources import ECHO, Repeater, Repetition
from .window import Window

# Rules that reject a guess because it ends where code cannot end: a shorter beginning
# of the same guess may fit.
_UNBALANCED = frozenset({"brackets", "surplus-closer"})


@dataclass(frozen=True, slots=True)
class EchoAnswers:
    """Answers requests with the guesses of one workspace's echo.

    A guess is kept like any reply, so typing along a guess keeps it on screen.
    """

    repeater: Repeater
    parts: EngineParts

    async def answer(self, request: Request, window: Window) -> Offer | None:
        """An offer from a kept guess or from a new one; None where no guess is sure
        enough.
        """
        parts = self.parts
        offered = parts.documents.offered_reply(window.uri)
        replies = parts.replies.lookup(window, ECHO, "", offered)
        if offer := parts.offers.known(request, window, replies):
            return offer
        if refusal := self.repeater.refusal():
            request.refused(refusal.reason)
            return None
        document, place = request.view()
        guess = await self.repeater.guess(document, place, invoked=request.invoked)
        request.check()
        if guess is None:
            # The first question starts the reading of the workspace, so the refusal
            # may be another one than before the question.
            refusal = self.repeater.refusal()
            request.refused(refusal.reason if refusal else "echo-quiet")
            return None
        text, fitted = self._fitted(request, window, guess)
        reply = parts.replies.keep(window, ECHO, text, guess.origin)
        if not fitted.text:
            return parts.offers.silent(request, "rejected", fitted, reply)
        return parts.offers.offer(request, [(fitted, reply)], Outcome.ECHO)

    def _fitted(
        self, request: Request, window: Window, guess: Repetition
    ) -> tuple[str, Fitted]:
        """The longest sure beginning of `guess` whose brackets fit, and what it offers.

        A call that goes on where the guess ends is so cut before its bracket.  Where no
        beginning fits, the longest one with the rule that rejected it.
        """
        longest, *shorter = guess.ends or (len(guess.text),)
        text = guess.text[:longest]
        fitted = self._fit(request, window, text)
        if fitted.rejected_by in _UNBALANCED:
            for end in shorter:
                beginning = self._fit(request, window, guess.text[:end])
                if beginning.text:
                    return guess.text[:end], beginning
        return text, fitted

    def _fit(self, request: Request, window: Window, text: str) -> Fitted:
        reply = Reply("", window, Sampling(ECHO, "", 0.0), text, end="ours")
        return self.parts.offers.fit(request, Match(reply, ""), window)
