"""All replies of the network and of echo: those that ended and those that stream."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace

from ..api.requests import Usage
from ..api.token_counts import Tokens, believable
from .decision import Outcome
from .fitting import Fitting
from .flights import Flight, Flights
from .journal import Journal
from .prompt import Prompt, build_prompt
from .replies import Match, Reply, Sampling
from .reply_cache import Cache
from .request import Request
from .shape import Shape
from .snippets import Snippets
from .sources import CompletionModel
from .stop import Piece, stop
from .window import Window


@dataclass(frozen=True, slots=True)
class KnownReply:
    """A reply that serves a window, and how; `flight` is set while it streams."""

    match: Match
    outcome: Outcome
    flight: Flight | None = None


class ReplyStore:
    """The cache and the flights, looked up together by one rule."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        journal: Journal,
        snippets: Snippets,
        fitting: Fitting,
    ) -> None:
        self.flights = Flights(clock=clock, sleep=sleep)
        self._snippets = snippets
        self._fitting = fitting
        self._cache = Cache(clock)
        self._journal = journal
        self._ids = itertools.count(1)

    def lookup(
        self,
        window: Window,
        source: str,
        model: str,
        offered: str | None = None,
        *,
        body: str = "",
    ) -> list[KnownReply]:
        """The replies of one source, model and request `body` that serve `window`.

        The reply that was `offered` last (by its id) comes first, then the first
        candidate, then the longest remainder.
        """
        matching = [
            KnownReply(match, Outcome.TYPED_THROUGH if match.typed else Outcome.CACHE)
            for match in self._cache.matches(window)
        ]
        matching += [
            KnownReply(match, Outcome.JOINED, flight)
            for flight, match in self.flights.matches(window)
        ]

        def rank(reply: KnownReply) -> tuple[bool, int, int]:
            match = reply.match
            left = len(match.reply.text) - len(match.typed)
            return (match.reply.id != offered, match.reply.sampling.candidate, -left)

        return sorted(
            (
                reply
                for reply in matching
                if _is_from(reply.match.reply, source, model, body)
            ),
            key=rank,
        )

    def start(
        self,
        request: Request,
        model: CompletionModel,
        window: Window,
        *,
        temperature: float,
        candidate: int = 0,
    ) -> Flight:
        """Send the window with its snippets to the endpoint, and return the stream."""
        sampling = Sampling(model.name, model.model, temperature, candidate, model.body)
        snippets = self._snippets.snippets(window.uri)
        prompt = build_prompt(window, snippets, request.setup.settings, sampling)
        reply = Reply(
            id=self._new_id(),
            window=window,
            sampling=sampling,
            redacted=prompt.redacted,
        )
        errand = FimErrand(
            request,
            model,
            prompt,
            window,
            fitting=self._fitting,
            cache=self._cache,
            journal=self._journal,
        )
        return self.flights.start(reply, errand)

    def keep(self, window: Window, source: str, text: str, origin: str | None) -> Reply:
        """Keep an answer that came whole; `origin` is the `path:line` it repeats."""
        reply = Reply(
            id=self._new_id(),
            window=window,
            sampling=Sampling(source, "", 0.0),
            text=text,
            end="ours",
            origin=origin,
        )
        self._cache.put(reply)
        return reply

    def clear(self) -> None:
        self._cache.clear()
        self.flights.clear()

    async def aclose(self) -> None:
        await self.flights.aclose()

    def _new_id(self) -> str:
        return f"r{next(self._ids)}"


@dataclass(frozen=True, slots=True)
class FimErrand:
    """What one flight asks, keeps when it lands, and counts afterwards."""

    request: Request
    model: CompletionModel
    prompt: Prompt
    window: Window
    fitting: Fitting
    cache: Cache
    journal: Journal

    def stream(self) -> AsyncGenerator[Piece, None]:
        deltas = self.model.stream(self.prompt.request)
        return stop(deltas, self.window, self._shape)

    def _shape(self) -> Shape:
        most = self.request.setup.settings.max_lines
        return self.fitting.shape(self.window, self.request.ask.trigger, most)

    def keep(self, flight: Flight) -> None:
        """The stream has ended: keep what it brought."""
        reply = flight.reply
        if flight.contradicted:
            # A reply that was cut short serves again if the text comes back, because it
            # was paid for; its unfinished line does not.
            text = reply.text[: reply.text.rfind("\n") + 1]
            reply = replace(reply, text=text, end="ours")
        if not flight.error and (reply.text or reply.end == "natural"):
            self.cache.put(reply)

    def count(self, flight: Flight) -> None:
        """Count what the stream used."""
        tokens = self._tokens(flight)
        cost = self.model.landed(
            tokens,
            language=self.request.ask.document.language,
            model=flight.model,
            first_token=flight.first_token,
            total=flight.landed - flight.started,
            error=flight.error,
        )
        self.journal.paid(self.request, tokens, cost)

    def _tokens(self, flight: Flight) -> Tokens:
        """The endpoint's token counts where they are believable; else an estimate."""
        counted, limit = flight.usage, self.prompt.request.max_tokens
        if counted and believable(counted, self.prompt.chars, flight.chars, limit):
            self.journal.counted(self.prompt.chars, counted.prompt)
            return Tokens(counted)
        if flight.error and not flight.chars:
            return Tokens(Usage(0, 0), estimated=True)
        usage = self.journal.estimate(self.prompt.chars, flight.chars)
        return Tokens(usage, estimated=True)


def _is_from(reply: Reply, source: str, model: str, body: str) -> bool:
    asked = reply.sampling
    return (asked.source, asked.model, asked.body) == (source, model, body)
