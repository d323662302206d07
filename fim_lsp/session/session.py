"""Everything that outlives a request, except the open documents.

Knows neither the protocol nor the terminal: the server and the command line both
talk to this one object.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..api.client import ApiClient
from ..api.keystore import KeyStore
from ..api.presets import resolve
from ..api.providers import Providers
from ..api.requests import Balance, ChatRequest, Delta
from ..completion.decision import Decision, Offer
from ..completion.engine import Engine
from ..completion.journal import Journal
from ..completion.on_screen import Verdict
from ..completion.request import Ask, Setup
from ..completion.snippets import Snippets
from ..completion.sources import ECHO, EchoSource, NetworkSource, Source
from ..errors import OverBudget, SettingsError
from ..money.ledger import Ledger
from ..money.meter import Bill, Meter
from ..money.report import Report
from ..privacy import Privacy
from ..privacy.by_project import PrivacyByProject
from ..settings import LayerName, Problem, Settings
from ..settings.live import LiveSettings
from ..text import Document, Edit
from .echoes import Echoes
from .gateway import Gateway
from .status import ECHO_SENTENCE, State, Status, describe
from .told import Told


@dataclass(frozen=True, slots=True)
class ChatSource:
    """The model that answers chat actions."""

    provider: str
    stream: Callable[[ChatRequest], AsyncGenerator[Delta, None]]


class Session:
    """One user's settings, accounts, engine, echo and decisions."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        store: KeyStore | None = None,
        transport: Any = None,
        user_file: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.environ = environ = os.environ if environ is None else environ
        self.store = store or KeyStore()
        self._once = Told()
        self._layers = LiveSettings(environ=environ, user_file=user_file, clock=clock)
        self._admission = PrivacyByProject()
        self._told_problems: tuple[Problem, ...] = ()
        self._accounts = Providers(
            environ=environ,
            store=self.store,
            transport=transport,
            clock=clock,
            now=now,
            on_change=self._tell_status,
        )
        self._books = Meter(
            Ledger(now=now), now=now, clock=clock, on_change=self._tell_status
        )
        self._paid = Gateway(self._accounts, self._books, self.client)
        self._echoes = Echoes(self._may_read)
        self._adopt()
        self.engine = Engine(
            clock=clock,
            sleep=sleep,
            journal=Journal(now=now, clock=clock),
            context=Snippets(clock=clock, may_read=self._may_read),
        )
        self.on_status: Callable[[Status], None] | None = None
        self.on_notice: Callable[[str], None] | None = None
        self.on_problems: Callable[[Sequence[Problem]], None] | None = None

    # Settings.

    @property
    def settings(self) -> Settings:
        return self._layers.parsed.settings

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the settings, those of the projects in use included."""
        return self._layers.problems

    @property
    def origins(self) -> Mapping[str, LayerName]:
        return self._layers.parsed.origins

    def configure(self, editor: Mapping[str, Any] | None) -> tuple[Problem, ...]:
        """Take over the editor's settings; they hold from the next request on."""
        self._layers.set_editor(editor or {})
        self._adopt()
        self._tell_problems()
        self._tell_status()
        return self.problems

    def settings_for(self, folder: Path | None) -> Settings:
        """The settings for documents of a workspace folder, which may restrict them."""
        if self._layers.refresh():
            self._adopt()
            self._tell_status()
        settings = self._layers.for_folder(folder)
        self._tell_problems()
        return settings

    def toggle(self, on: bool | None = None) -> bool:  # noqa: FBT001 - the wish itself
        """Switch completion on, off, or to the other; whether it is on now."""
        on = not self.settings.completion.enabled if on is None else on
        self._layers.switch(on=on)
        self._adopt()
        self._tell_status()
        return on

    def allow(self, uri: str) -> None:
        """Admit a file that git ignores, until the session ends."""
        self._admission.allow(uri)

    def refusal(self, uri: str, folder: Path | None) -> str | None:
        """Why a document may not be sent, by the reason's name; None where it may."""
        return self._privacy(folder).refusal(uri, folder)

    # Documents.

    def opened(self, document: Document) -> None:
        self.engine.documents.opened(document)
        self._echoes.changed(document)

    def changed(self, before: Document, after: Document, edits: Sequence[Edit]) -> None:
        reply = self.engine.documents.serving(after.uri)
        seen = self.engine.documents.changed(before, after, edits)
        taken = seen.verdict in (Verdict.ACCEPTED, Verdict.PARTLY)
        item = seen.suggestion if taken else None
        decision = self.engine.journal.get(item.id) if item else None
        if decision:
            self._paid.accepted(decision, reply, seen.chars)
        self._echoes.learn(after.uri, seen)
        self._echoes.changed(after)

    def closed(self, uri: str) -> None:
        self.engine.closed(uri)
        self._books.closed(uri)
        self._echoes.closed(uri)

    # Completion.

    async def suggest(self, ask: Ask) -> Offer:
        """Answer one request: always an offer, empty where there is a reason."""
        settings = self.settings_for(ask.folder)
        setup = Setup(
            settings=settings.completion,
            sources=self._sources(settings, ask.folder),
            file_refusal=self.refusal(ask.document.uri, ask.folder),
        )
        offer = await self.engine.suggest(ask, setup)
        reply = self.engine.documents.serving(ask.document.uri)
        self._paid.offered(offer.decision, reply)
        return offer

    def accepted(self, suggestion: str) -> None:
        """The editor confirms an acceptance; the text has told it already."""
        decision = self.engine.journal.get(suggestion)
        self.engine.documents.confirmed(suggestion)
        if decision and not decision.accepted:
            reply = self.engine.documents.serving(decision.uri)
            self._paid.accepted(decision, reply, len(decision.shown))

    def listen(self, on_answer: Callable[[str, str | None], None]) -> None:
        """Hear each completion as the model wrote it, and how it ended."""
        self._paid.on_answer = on_answer

    def clear_cache(self) -> None:
        self.engine.clear()

    def decisions(
        self, uri: str | None = None, limit: int = 10
    ) -> tuple[Decision, ...]:
        """The last decisions, newest first."""
        return self.engine.journal.last(uri, limit)

    # Providers.

    @property
    def provider(self) -> str:
        """The name of what completes: a provider, or echo."""
        return self._accounts.primary(self.settings)

    async def client(self, name: str | None = None) -> ApiClient:
        """The client of a provider; raises what stands in the way."""
        name = name or self.provider
        if name == ECHO:
            raise SettingsError("No model is set up; run `fim-lsp login`.")
        client = await self._accounts.client(name)
        self._announce(name)
        return client

    async def balance(self) -> Balance:
        await self.client()
        return await self._accounts.balance(self.provider)

    def chat_source(
        self, kind: str = "chat", language: str = "", *, over_budget: bool = False
    ) -> ChatSource:
        """Who answers chat actions, for an action of the id `kind`.

        Raises SettingsError where nobody does, OverBudget where today's budget is used
        up, unless it may be exceeded.
        """
        wish = self.settings.chat
        name = self.provider if wish.provider == "auto" else wish.provider
        if name == ECHO:
            raise SettingsError(
                "Chat actions need a model, and none is set up; run `fim-lsp login`."
            )
        bill = Bill(
            self.settings.budget,
            resolve(name, self.settings),
            wish.model,
            kind,
            language,
            spare=over_budget,
        )
        refusal = self._books.refusal(bill.budget, bill.provider)
        if refusal and not over_budget:
            raise OverBudget(refusal.sentence)
        return ChatSource(name, partial(self._paid.stream_chat, bill))

    # Money and status.

    async def usage(self, days: int = 30) -> Report:
        """What the last `days` have brought and cost, today included."""
        return await self._books.usage(days, self.settings.budget.currency)

    async def continue_today(self) -> None:
        """Go on over today's budget, until midnight."""
        await self._books.continue_today()

    def status(self) -> Status:
        """How completion is right now."""
        name, settings = self.provider, self.settings
        state = State(
            name,
            settings.completion.model,
            self._books.today(settings.budget.currency),
            enabled=settings.completion.enabled,
            fallback=settings.fallback,
        )
        if name != ECHO:
            state = replace(
                state,
                refusal=self._paid.trouble(name, settings.budget),
                standing=self._paid.standing(name, settings.budget),
            )
        return describe(state)

    # Life.

    async def warm_up(self) -> None:
        """Do what would otherwise delay the first request; no connection is made."""
        if self.provider == ECHO and self.on_notice and self._once.first_time(ECHO):
            self.on_notice(ECHO_SENTENCE)
        await self._books.ledger.fresh()
        self._tell_status()

    async def echo_ready(self, folder: Path, near: Path | None = None) -> bool:
        """Wait until echo knows the workspace folder; False where it never will."""
        return await self._echoes.ready(folder, near)

    async def aclose(self) -> None:
        await self.engine.aclose()
        await self._echoes.aclose()
        await self._accounts.aclose()
        await self._books.ledger.aclose()

    def _adopt(self) -> None:
        """Settings have changed: what is made of them is made anew."""
        self._accounts.configure(self.settings)

    def _privacy(self, folder: Path | None) -> Privacy:
        """What holds for the files of a workspace folder; may be asked in a thread."""
        return self._admission.under(self._layers.for_folder(folder).privacy)

    def _may_read(self, path: Path, folder: Path) -> bool:
        return self._privacy(folder).refusal_of_path(path, folder) is None

    def _sources(self, settings: Settings, folder: Path | None) -> tuple[Source, ...]:
        """Who is asked, in turn: the provider, then the fallbacks."""
        names = dict.fromkeys((self.provider, *settings.fallback))
        return tuple(self._source(name, settings, folder) for name in names)

    def _source(self, name: str, settings: Settings, folder: Path | None) -> Source:
        if name == ECHO:
            return EchoSource(
                refusal=lambda _invoked: self._echoes.refusal(folder),
                guess=lambda document, place, invoked: self._echoes.guess(
                    folder, document, place, invoked=invoked
                ),
            )
        wish = settings.completion.model
        loopback = False
        with suppress(SettingsError):
            loopback = self._accounts.get(name).provider.loopback
        return NetworkSource(
            name=name,
            model=wish,
            loopback=loopback,
            refusal=lambda invoked: self._paid.refusal(
                name, settings.budget, invoked=invoked
            ),
            stream=partial(self._paid.stream_fim, name, settings),
            landed=partial(self._paid.landed, name, settings.budget),
        )

    async def destination(self) -> str:
        """Where text goes, in a sentence; no connection is made."""
        name = self.provider
        await self._accounts.client(name)
        return self._destination(name)

    def _destination(self, name: str) -> str:
        account = self._accounts.get(name)
        key = f" (key from {account.key.source})" if account.key else ""
        return f"Code around the cursor goes to {account.provider.host}{key}."

    def _announce(self, name: str) -> None:
        """Say once a machine where text goes, before the first byte leaves."""
        provider = self._accounts.get(name).provider
        if provider.loopback or self.on_notice is None:
            return
        if self._once.first_time(provider.host):
            self.on_notice(self._destination(name))

    def _tell_status(self) -> None:
        if self.on_status:
            self.on_status(self.status())

    def _tell_problems(self) -> None:
        """Say what has become wrong with the settings since this was said last."""
        if self.on_problems is None:
            return
        told, self._told_problems = self._told_problems, self.problems
        if new := tuple(each for each in self.problems if each not in told):
            self.on_problems(new)
