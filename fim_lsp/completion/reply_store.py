"""All replies of the network and of echo: those that ended, those that stream."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from ..api.requests import Usage
from ..api.token_counts import believable
from .decision import Outcome, Tokens
from .fitting import Fitting
from .flights import Flight, Flights
from .journal import Journal
from .prompt import Prompt, build_prompt
from .replies import Match, Reply, Sampling
from .reply_cache import Cache
from .request import Request
from .snippets import Snippets
from .sources import Landing, NetworkSource, Repetition, Source
from .stop import stop
from .window import Window


class ReplyStore:
    """The cache and the flights, looked up together by one rule."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        journal: Journal,
        context: Snippets,
        serving: Fitting,
    ) -> None:
        self._context = context
        self._serving = serving
        self.flights = Flights(clock=clock, sleep=sleep)
        self._cache = Cache(clock)
        self._journal = journal
        self._ids = itertools.count(1)

    def known(
        self, source: Source, window: Window, serving: str | None
    ) -> list[tuple[Match, Outcome]]:
        """What serves `window`: the reply on screen, the first candidate, the
        longest remainder first.
        """
        found = [
            (each, Outcome.TYPED_THROUGH if each.typed else Outcome.CACHE)
            for each in self._cache.matches(window)
        ]
        found += [(each, Outcome.JOINED) for _, each in self.flights.matches(window)]
        mine = [pair for pair in found if _is_from(pair[0].reply, source)]

        def rank(pair: tuple[Match, Outcome]) -> tuple[bool, int, int]:
            reply, typed = pair[0].reply, pair[0].typed
            left = len(reply.text) - len(typed)
            return (reply.id != serving, reply.sampling.candidate, -left)

        return sorted(mine, key=rank)

    def running(self, source: Source, window: Window) -> Flight | None:
        """A stream that a request at `window` can join."""
        for flight, found in self.flights.matches(window):
            if _is_from(found.reply, source) and not found.reply.sampling.candidate:
                return flight
        return None

    def start(
        self,
        request: Request,
        source: NetworkSource,
        window: Window,
        *,
        temperature: float,
        candidate: int = 0,
    ) -> Flight:
        """Ask the endpoint: context, prompt, stream, stop."""
        setup = request.setup
        most = setup.settings.max_lines
        shape = self._serving.shape(window, request.ask.trigger, most)
        sampling = Sampling(source.name, source.model, temperature, candidate)
        snippets = self._context.snippets(window.uri)
        prompt = build_prompt(window, snippets, setup.settings, sampling)
        return self.flights.start(
            Reply(
                id=self._new_id(),
                window=window,
                sampling=sampling,
                redacted=prompt.redacted,
            ),
            lambda: stop(source.stream(prompt.request), window, shape),
            partial(self._landed, request, source, prompt),
        )

    def keep(self, source: Source, window: Window, found: Repetition) -> Reply:
        """A whole answer that came at once."""
        reply = Reply(
            id=self._new_id(),
            window=window,
            sampling=Sampling(source.name, source.model, 0.0),
            text=found.text,
            end="ours",
            origin=found.origin,
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

    def _landed(
        self, request: Request, source: NetworkSource, prompt: Prompt, flight: Flight
    ) -> None:
        """A stream ended: keep what it brought, count what it cost."""
        reply = flight.reply
        if flight.contradicted:
            # What was paid for serves again if the text comes back; an unfinished
            # line does not.
            text = reply.text[: reply.text.rfind("\n") + 1]
            reply = replace(reply, text=text, end="ours")
        if not flight.error and (reply.text or reply.end == "natural"):
            self._cache.put(reply)
        tokens = self._tokens(flight, prompt)
        landing = Landing(
            language=request.ask.document.language,
            model=flight.model,
            tokens=tokens,
            first_token=flight.first_token,
            total=flight.landed - flight.started,
            error=flight.error,
        )
        self._journal.paid(request, tokens, source.landed(landing))

    def _tokens(self, flight: Flight, prompt: Prompt) -> Tokens:
        """What the endpoint counted, where that can be; else an estimate."""
        said, limit = flight.reply.usage, prompt.request.max_tokens
        if said and believable(said, prompt.chars, flight.chars, limit):
            self._journal.counted(prompt.chars, said.prompt)
            return Tokens(said)
        if flight.error and not flight.chars:
            return Tokens(Usage(0, 0), estimated=True)
        usage = self._journal.estimate(prompt.chars, flight.chars)
        return Tokens(usage, estimated=True)


def _is_from(reply: Reply, source: Source) -> bool:
    return (reply.sampling.source, reply.sampling.model) == (source.name, source.model)
