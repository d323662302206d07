"""The last decisions, and what the endpoint's own counts teach about tokens."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..api.prices import Money
from ..api.requests import Usage
from ..api.token_counts import CHARS_PER_TOKEN, estimate
from .decision import Decision, Outcome, Timings, Tokens
from .request import Request

REMEMBERED = 200
# Characters a token are learnt in steps, so that a slightly different ratio does not
# move the start of every prompt.
STEP = 0.5
LOWEST, HIGHEST = 2.0, 6.0
WEIGHT = 0.2


class Journal:
    """Decisions by id, oldest first; `on_change` hears of every one."""

    def __init__(
        self,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
        on_change: Callable[[Decision], None] | None = None,
    ) -> None:
        self._now = now
        self._clock = clock
        self._on_change = on_change
        self._decisions: OrderedDict[str, Decision] = OrderedDict()
        self._ids = itertools.count(1)
        self._ratio = CHARS_PER_TOKEN

    def new(self, request: Request, outcome: Outcome, **about: Any) -> Decision:
        """Record the decision of a request; `about` as in `draft`."""
        decision = self.draft(request, outcome, **about)
        request.decision = decision.id
        self._keep(decision)
        return decision

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
        first_token: float | None = None,
    ) -> Decision:
        """What `new` records; times in seconds become milliseconds."""
        ask = request.ask
        return Decision(
            id=f"s{next(self._ids)}",
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
        )

    def paid(self, request: Request, tokens: Tokens, cost: Money | None) -> None:
        """What the stream that `request` started has cost in the end."""
        request.tokens, request.cost = tokens, cost
        if decision := self._decisions.get(request.decision or ""):
            self._keep(replace(decision, tokens=tokens, cost=cost))

    def accepted(self, suggestion: str, chars: int) -> None:
        """`chars` more of a suggestion (by its id) were accepted."""
        if decision := self.get(suggestion):
            total = min(decision.accepted + chars, len(decision.shown))
            self._keep(replace(decision, accepted=total))

    def get(self, suggestion: str) -> Decision | None:
        """The decision that offered a suggestion: its id without the candidate."""
        return self._decisions.get(suggestion.partition(".")[0])

    def last(self, uri: str | None = None, limit: int = 10) -> tuple[Decision, ...]:
        """The last decisions, newest first."""
        found = (
            decision
            for decision in reversed(self._decisions.values())
            if uri is None or decision.uri == uri
        )
        return tuple(itertools.islice(found, limit))

    @property
    def chars_per_token(self) -> float:
        return round(self._ratio / STEP) * STEP

    def estimate(self, prompt_chars: int, answer_chars: int) -> Usage:
        """What a stream that was closed early is taken to have cost."""
        return estimate(prompt_chars, answer_chars, self.chars_per_token)

    def counted(self, chars: int, tokens: int) -> None:
        """The endpoint counted `tokens` for `chars` characters of prompt."""
        if chars < 1000 or tokens <= 0:  # noqa: PLR2004 - too short to say anything
            return
        seen = min(max(chars / tokens, LOWEST), HIGHEST)
        self._ratio += WEIGHT * (seen - self._ratio)

    def _keep(self, decision: Decision) -> None:
        self._decisions[decision.id] = decision
        while len(self._decisions) > REMEMBERED:
            self._decisions.popitem(last=False)
        if self._on_change:
            self._on_change(decision)
