"""The pipeline from a place to an offer, top to bottom.

gate (place) → replies → gate (sending) → pacing → flight → shape and clean.
Nothing that is already there is debounced, and every path leaves one Decision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from ..errors import OverBudget
from .decision import Offer, Outcome
from .document_state import DocumentStates
from .edits import is_fresh
from .fitting import Fitted, Fitting, silence
from .flights import Flight
from .gate import gate_place
from .journal import Journal
from .offers import Offers
from .pacing import REST_AFTER_MOVE, REST_AFTER_POPUP
from .replies import Match, match
from .reply_store import ReplyStore
from .request import AnswerBy, Ask, Ended, Missed, Request, Setup
from .snippets import Snippets
from .sources import EchoSource, NetworkSource, Source
from .window import Window, cut_window

# Seconds that a request which started a stream waits after its first whole line.
MORE = 0.400
# Seconds that a menu which delays nobody waits for the first line.
MENU = 1.5
# Seconds that other candidates are waited for; later ones serve the next request.
OTHERS = 3.0
OTHERS_TEMPERATURE = 0.7


class Engine:
    """Completion for one user: replies, streams, documents, decisions."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        journal: Journal,
        context: Snippets,
    ) -> None:
        self.journal = journal
        self._context = context
        self._clock = clock
        self._sleep = sleep
        serving = Fitting()
        self._answers = ReplyStore(
            clock=clock,
            sleep=sleep,
            journal=journal,
            context=context,
            serving=serving,
        )
        self.documents = DocumentStates(
            clock=clock,
            journal=journal,
            flights=self._answers.flights,
            context=context,
        )
        self._offers = Offers(self.documents, journal, serving)
        self._live: dict[str, Request] = {}
        self._menus: set[asyncio.Task[Offer]] = set()

    async def suggest(self, ask: Ask, setup: Setup) -> Offer:
        """Answer one request, whatever happens: with an offer or with a reason."""
        request = self._begin(ask, setup)
        if ask.manner is AnswerBy.INLINE:
            return await self._answer(request)
        return await self._answer_menu(request)

    def closed(self, uri: str) -> None:
        """The document was closed: nothing of it is wanted any more."""
        self.documents.closed(uri)
        if live := self._live.get(uri):
            live.end("closed")

    def clear(self) -> None:
        """Forget every reply and close every stream."""
        self._answers.clear()

    async def aclose(self) -> None:
        for live in self._live.values():
            live.end("closed")
        for menu in self._menus:
            menu.cancel()
        await asyncio.gather(*self._menus, return_exceptions=True)
        await self._context.aclose()
        await self._answers.aclose()

    def _begin(self, ask: Ask, setup: Setup) -> Request:
        """One live request a document: a newer one ends the older at once."""
        uri = ask.document.uri
        if older := self._live.get(uri):
            older.end("superseded")
        activity = self.documents.activity(ask.document)
        request = Request(ask, setup, activity, self._clock())
        self._live[uri] = request
        return request

    async def _answer(self, request: Request) -> Offer:
        try:
            if reason := _gate(request):
                return self._offers.silent(request, reason)
            window = self._window(request)
            offer = self._at_once(request, window)
            return offer or await self._later(request, window)
        except Ended as ended:
            return self._offers.silent(request, ended.reason)
        except asyncio.CancelledError:
            self._offers.silent(request, "superseded")
            raise
        finally:
            if self._live.get(request.uri) is request:
                del self._live[request.uri]

    async def _answer_menu(self, request: Request) -> Offer:
        """A menu is answered in time; a stream it started serves the next key."""
        task = asyncio.create_task(self._answer(request))
        self._menus.add(task)
        task.add_done_callback(self._menus.discard)
        wait = MENU if request.ask.manner is AnswerBy.MENU_WAIT else 0
        timer = asyncio.ensure_future(self._sleep(wait))
        try:
            await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            timer.cancel()
        if task.done():
            return task.result()
        late = self.journal.draft(request, Outcome.SILENT, reason="not-yet")
        return Offer((), late)

    def _at_once(self, request: Request, window: Window) -> Offer | None:
        """What needs no waiting: a reply that is there, or that nobody may answer."""
        for source in request.setup.sources:
            if offer := self._known(request, source, window):
                return offer
            if refusal := source.refusal(request.invoked):
                request.refused(refusal.reason)
            else:
                return None
        return self._offers.silent(request, request.reason or "no-provider")

    async def _later(self, request: Request, window: Window) -> Offer:
        """Ask the sources in turn: the provider, then its fallbacks."""
        paced = False
        for source in request.setup.sources:
            if refusal := source.refusal(request.invoked):
                request.refused(refusal.reason)
                continue
            if isinstance(source, EchoSource):
                offer = await self._echo(request, source, window)
            elif known := self._repeated(request, source, window):
                offer = await self._others(request, source, known)
            else:
                offer = await self._network(request, source, window, paced=paced)
                paced = True
            if offer:
                return offer
        return self._offers.silent(request, request.reason or "no-provider")

    def _known(self, request: Request, source: Source, window: Window) -> Offer | None:
        """The best reply that is there, or what it says of the place."""
        if self._repeated(request, source, window):
            return None
        serving = self.documents.serving(window.uri)
        reason: Callable[[], Offer] | None = None
        for found, outcome in self._answers.known(source, window, serving):
            served, reply = self._offers.serve(request, found, window), found.reply
            if reply.end == "open" and _waits(request, served):
                continue
            if served.text:
                return self._offers.offer(request, [(served, reply)], outcome)
            if name := silence(found, served):
                reason = reason or partial(
                    self._offers.silent, request, name, served, reply
                )
        return reason() if reason else None

    def _repeated(
        self, request: Request, source: Source, window: Window
    ) -> Match | None:
        """The known answer, if the user asks for another: once for each answer."""
        wants_others = request.invoked and request.setup.settings.candidates > 1
        if not wants_others or isinstance(source, EchoSource):
            return None
        if source.refusal(request.invoked):
            return None
        for found, outcome in self._answers.known(source, window, None):
            if outcome is not Outcome.CACHE or found.reply.sampling.candidate:
                continue
            if self.documents.asked_others(found.reply.id):
                continue
            if self._offers.serve(request, found, window).text:
                return found
        return None

    async def _network(
        self,
        request: Request,
        source: NetworkSource,
        window: Window,
        *,
        paced: bool,
    ) -> Offer | None:
        """Join the stream that agrees, else wait for a rest and open one."""
        flight = self._answers.running(source, window)
        if not flight and not paced:
            budget = request.setup.settings.context_tokens
            chars = int(budget * self.journal.chars_per_token)
            self._context.prepare(window, request.ask.folder, chars)
            await self._pace(request, source, window)
            if offer := self._known(request, source, window):
                return offer
            flight = self._answers.running(source, window)
        if flight:
            try:
                return await self._watch(request, flight, window, Outcome.JOINED)
            except Missed:
                request.check()
                await self._pace(request, source, window)
        flight = self._answers.start(
            request,
            source,
            window,
            temperature=request.setup.settings.temperature,
        )
        self.documents.asked(window.uri)
        return await self._watch(request, flight, window, Outcome.NETWORK)

    async def _pace(
        self, request: Request, source: NetworkSource, window: Window
    ) -> None:
        """Wait until the user rests; moving the cursor alone costs nothing."""
        if request.invoked:
            return
        activity, fixed = request.activity, request.setup.settings.debounce_ms
        if is_fresh(activity, request.ask.place):
            delay = self.documents.pacing.delay(
                window,
                fixed=None if fixed is None else fixed / 1000,
                loopback=source.loopback,
                waited=self._clock() - activity.at,
            )
        else:
            delay = REST_AFTER_POPUP if request.ask.selected else REST_AFTER_MOVE
        if delay:
            await request.until(self._sleep(delay))

    async def _watch(
        self, request: Request, flight: Flight, window: Window, outcome: Outcome
    ) -> Offer | None:
        """Wait for what may be shown; None if the stream failed.

        Who joined a stream takes the first whole line, because ghost text grows with
        the next key; who started it, and a menu that merges late answers, waits a
        little for more, because no editor asks again by itself.
        """
        self._answers.flights.joined(flight)
        patience: float | None = None
        cancelled = True
        try:
            while not flight.ended:
                flight.seen()
                served = self._look(request, flight, window)
                enough = served.full or outcome is Outcome.JOINED
                if served.text and enough and not _waits(request, served):
                    break
                if not served.text:
                    await request.until(flight.news())
                    continue
                patience = patience or self._clock() + MORE
                left = patience - self._clock()
                if left <= 0:
                    break
                await request.until(flight.news(), self._sleep(left))
            cancelled = False
        finally:
            self._answers.flights.left(flight, cancelled=cancelled)
        if flight.error:
            over = isinstance(flight.error, OverBudget)
            request.refused("over-budget" if over else "failed", flight.error)
            return None
        served, reply = self._look(request, flight, window), flight.reply
        if served.text:
            return self._offers.offer(request, [(served, reply)], outcome, flight)
        if outcome is Outcome.JOINED and not served.rejected_by and reply.end == "ours":
            raise Missed
        reason = "rejected" if reply.text.strip() else "nothing-follows"
        return self._offers.silent(request, reason, served, reply)

    def _look(self, request: Request, flight: Flight, window: Window) -> Fitted:
        """What a stream offers so far.

        Raises Ended where the text has changed since: the editor asks again.  Raises
        Missed where the stream went another way than what was typed.
        """
        found = match(flight.reply, window)
        if found and not flight.contradicted:
            return self._offers.serve(request, found, window)
        if self.documents.is_as_asked(request):
            raise Missed
        raise Ended("contradicted")

    async def _others(
        self, request: Request, source: NetworkSource, known: Match
    ) -> Offer:
        """The known answer and up to `candidates - 1` others, asked for once."""
        window = known.reply.window
        self.documents.ask_others(known.reply.id)
        flights = [
            self._answers.start(
                request,
                source,
                window,
                temperature=OTHERS_TEMPERATURE,
                candidate=number,
            )
            for number in range(1, request.setup.settings.candidates)
        ]
        for flight in flights:
            self._answers.flights.joined(flight)
        cancelled = True
        try:
            tasks = [flight.task for flight in flights if flight.task]
            await request.until(asyncio.wait(tasks), self._sleep(OTHERS))
            cancelled = False
        finally:
            for flight in flights:
                self._answers.flights.left(flight, cancelled=cancelled)
        served = {}
        for found, _ in self._answers.known(source, window, known.reply.id):
            each = self._offers.serve(request, found, window)
            if each.text and each.text not in served:
                served[each.text] = (each, found.reply)
        if not served:
            return self._offers.silent(request, "rejected")
        return self._offers.offer(request, [*served.values()], Outcome.NETWORK)

    async def _echo(
        self, request: Request, source: EchoSource, window: Window
    ) -> Offer | None:
        """What the workspace repeats, kept like any reply: typing along keeps it."""
        document, place = request.view()
        found = await source.guess(document, place, request.invoked)
        request.check()
        if found is None:
            request.refused("echo-quiet")
            return None
        reply = self._answers.keep(source, window, found)
        served = self._offers.serve(request, Match(reply, ""), window)
        if not served.text:
            return self._offers.silent(request, "rejected", served, reply)
        return self._offers.offer(request, [(served, reply)], Outcome.ECHO)

    def _window(self, request: Request) -> Window:
        settings, ratio = request.setup.settings, self.journal.chars_per_token
        document, place = request.view()
        return cut_window(
            document,
            place,
            prefix_chars=int(settings.prefix_tokens * ratio),
            suffix_chars=int(settings.suffix_tokens * ratio),
        )


def _gate(request: Request) -> str | None:
    ask, setup = request.ask, request.setup
    return gate_place(
        ask.document,
        ask.place,
        ask.trigger,
        setup.settings,
        activity=request.activity,
        refusal=setup.file_refusal,
    )


def _waits(request: Request, served: Fitted) -> bool:
    """Whether more of a stream is waited for: a menu keeps what it was given."""
    return request.ask.manner is AnswerBy.MENU_WAIT and not served.full
