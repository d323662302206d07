"""The last decisions, and what the endpoint's own counts teach about tokens."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from ..api.prices import Money
from ..api.requests import Usage
from ..api.token_counts import CHARS_PER_TOKEN, Tokens, estimate
from .confidence import Confidence
from .decision import Acceptance, Decision, Outcome, Timings
from .request import Request

# Decisions that are remembered.
REMEMBERED = 200
# Characters a token are learnt in steps, so that a slightly different ratio does not
# move the start of every prompt.
STEP = 0.5
# The limits of that ratio, whatever an endpoint counts.
LOWEST, HIGHEST = 2.0, 6.0
# How much the latest count weighs against all earlier ones.
WEIGHT = 0.2


class Journal:
    """Decisions by id, oldest first.  `now` is in epoch seconds."""

    def __init__(self, *, now: Callable[[], float], clock: Callable[[], float]) -> None:
        self._now = now
        self._clock = clock
        self._decisions: OrderedDict[str, Decision] = OrderedDict()
        # The replies, by id, of which something was offered; oldest first.
        self._shown: dict[str, None] = {}
        self._ids = itertools.count(1)
        self._ratio = CHARS_PER_TOKEN

    def draft(
        self,
        request: Request,
        outcome: Outcome,
        *,
        reason: str | None = None,
        rules: tuple[str, ...] = (),
        source: str | None = None,
        model: str | None = None,
        shown: str = "",
        origin: str | None = None,
        reply: str | None = None,
        confidence: Confidence | None = None,
        first_token: float | None = None,
    ) -> Decision:
        """A decision that is not recorded yet; `first_token` is in seconds."""
        ask = request.ask
        return Decision(
            id=self.new_id(),
            time=self._now(),
            uri=ask.document.uri,
            language=ask.document.language,
            place=ask.place,
            trigger=ask.trigger,
            outcome=outcome,
            reason=reason,
            rules=rules,
            source=source,
            model=model,
            timings=Timings(
                first_token=None if first_token is None else first_token * 1000,
                total=(self._clock() - request.started) * 1000,
            ),
            tokens=request.tokens,
            cost=request.cost,
            shown=shown,
            origin=origin,
            reply=reply,
            confidence=confidence,
        )

    def record(self, request: Request, decision: Decision) -> None:
        """Keep the one decision of a request."""
        request.decision = decision.id
        self._keep(decision)

    def _keep(self, decision: Decision) -> None:
        self._decisions[decision.id] = decision
        if len(self._decisions) > REMEMBERED:
            self._decisions.popitem(last=False)
        if decision.reply and decision.shown:
            self._shown[decision.reply] = None
            if len(self._shown) > REMEMBERED:
                del self._shown[next(iter(self._shown))]

    def new_id(self) -> str:
        """An id that no decision has yet."""
        return f"s{next(self._ids)}"

    def note(self, decision: Decision) -> None:
        """Keep a decision that no request led to.

        A silence that follows the same silence takes its place, so that what happens
        after every edit does not push out everything else.
        """
        last = next(reversed(self._decisions.values()), None)
        if last and decision.reason and _is_same_silence(last, decision):
            del self._decisions[last.id]
        self._keep(decision)

    def paid(self, request: Request, tokens: Tokens, cost: Money | None) -> None:
        """Note what the stream that `request` started used in the end."""
        request.tokens, request.cost = tokens, cost
        if decision := self._decisions.get(request.decision or ""):
            self._decisions[decision.id] = replace(decision, tokens=tokens, cost=cost)

    def accepted(self, suggestion: str, chars: int | None = None) -> Acceptance | None:
        """Note that `chars` more of a suggestion (by its id) were accepted.

        Without `chars`, the editor says that all of it was accepted, which counts only
        where the text has not shown any acceptance.  Returns what is to be counted.
        """
        decision = self._decisions.get(_decision_id(suggestion))
        if decision is None:
            return None
        if chars is None:
            if decision.accepted:
                return None
            chars = len(decision.shown)
        first = not any(
            other.accepted and other.reply == decision.reply
            for other in self._decisions.values()
        )
        total = min(decision.accepted + chars, len(decision.shown))
        self._decisions[decision.id] = replace(decision, accepted=total)
        return Acceptance(decision, chars, first=first)

    def was_shown(self, reply: str) -> bool:
        """Whether something of a reply (by its id) was offered before."""
        return reply in self._shown

    def last(self, uri: str | None = None, limit: int = 10) -> tuple[Decision, ...]:
        """The last decisions, newest first."""
        decisions = (
            decision
            for decision in reversed(self._decisions.values())
            if uri is None or decision.uri == uri
        )
        return tuple(itertools.islice(decisions, limit))

    @property
    def chars_per_token(self) -> float:
        return round(self._ratio / STEP) * STEP

    def estimate(self, prompt_chars: int, answer_chars: int) -> Usage:
        """What a stream that was closed early is taken to have used."""
        return estimate(prompt_chars, answer_chars, self.chars_per_token)

    def counted(self, chars: int, tokens: int) -> None:
        """The endpoint counted `tokens` for `chars` characters of prompt."""
        if chars < 1000 or tokens <= 0:  # noqa: PLR2004 - too short to say anything
            return
        seen = min(max(chars / tokens, LOWEST), HIGHEST)
        self._ratio += WEIGHT * (seen - self._ratio)


def _is_same_silence(one: Decision, other: Decision) -> bool:
    return (one.uri, one.outcome, one.reason, one.source) == (
        other.uri,
        other.outcome,
        other.reason,
        other.source,
    )


def _decision_id(suggestion: str) -> str:
    """The decision that offered a suggestion: its id without the candidate."""
    return suggestion.partition(".")[0]
