"""Everything that outlives a request, except the open documents.

The session knows neither the protocol nor the terminal; the server and the command line
both use it.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..api.client import ApiClient
from ..api.keystore import KeyStore
from ..api.primary import PrimaryProvider
from ..api.providers import Providers
from ..completion.decision import Offer
from ..completion.engine import Engine
from ..completion.request import Ask, Setup, Source
from ..completion.sources import ECHO
from ..errors import SettingsError
from ..money.bill import Tally
from ..money.ledger import Ledger
from ..money.meter import Meter
from ..next.engine import NextEdits
from ..next.next_edit import NextDecision
from ..next.sources import NextSetup
from ..privacy.by_project import UNREAD, PrivacyByProject
from ..settings import CompletionSettings, PrivacySettings, Settings
from ..settings.live import LiveSettings
from ..text import Document, Edit
from .announcements import Announcements
from .echoes import Echoes
from .gateway import Gateway
from .head_start import HeadStart
from .next_edits import as_decision, setup_of
from .problems import SettingsProblems
from .snooze import Snooze
from .sources import FolderEcho, PaidModel, fitted
from .state import state_of
from .status import Status, describe
from .suggestion_counts import SuggestionCounts


class Session:
    """One user's settings, providers, money, engine and echoes.

    environ: the environment variables, those of the process by default.
    transport: replaces the HTTP transport in tests.
    user_file: the user's settings; by default where the platform keeps settings.
    clock, now, sleep: monotonic time, time since the epoch, and waiting, in seconds.

    on_status: called with each new status.
    """

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
        random: Callable[[], float] = random.random,
    ) -> None:
        self.environ = environ = os.environ if environ is None else environ
        self.store = store or KeyStore()
        self.on_status: Callable[[Status], None] | None = None
        self.settings = LiveSettings(
            environ=environ,
            user_file=user_file,
            clock=clock,
            on_change=self._settings_changed,
        )
        self.problems = SettingsProblems(self.settings)
        self.privacy = PrivacyByProject(self._privacy_settings, clock)
        self._primary = PrimaryProvider(environ, self.store, clock)
        self.providers = Providers(
            environ=environ,
            store=self.store,
            transport=transport,
            clock=clock,
            now=now,
            on_change=self._tell_status,
            random=random,
        )
        self.providers.configure(self.settings.current)
        self.announcements = Announcements(self.providers, self.settings)
        self.money = Meter(
            Ledger(now=now),
            now=now,
            clock=clock,
            on_change=self._tell_status,
            on_unpriced=self.announcements.warn_of_price,
        )
        self._counts = SuggestionCounts(self.providers, self.money)
        self.gateway = Gateway(
            self.providers, self.money, self.announcements.destination
        )
        self.snooze = Snooze(now, self._tell_status)
        self.echoes = Echoes(self.privacy.may_read)
        self.engine = Engine(
            now=now,
            clock=clock,
            sleep=sleep,
            may_read=self.privacy.may_read,
            refusal_of=self.privacy.check,
        )
        self._head_start = HeadStart(
            self.settings, self.privacy, self.providers, self.engine
        )
        self._now = now
        # The tokens and the cost of the decision about the next edit under way.
        self._next_tally = Tally()
        self.next_edits = NextEdits(
            clock=clock,
            sleep=sleep,
            setup=self._next_setup,
            may_send=self._may_send,
        )
        self.next_edits.on_decision = self._next_decided

    # Documents.

    def opened(self, document: Document, folder: Path | None = None) -> None:
        """A document of a workspace folder was opened."""
        self.engine.opened(document)
        if document.cell is not None:
            # A notebook may have hundreds of cells: their first request gathers.
            return
        self.echoes.changed(document)
        if self.has_model:
            self._head_start.gather(document, folder)

    def warm_model(self, document: Document, folder: Path | None) -> None:
        """Have a server on this machine load its model, as a document was opened."""
        if self.has_model:
            self._head_start.warm_model(self.provider, document, folder)

    def changed(
        self,
        before: Document,
        after: Document,
        edits: Sequence[Edit],
        folder: Path | None = None,
    ) -> None:
        """`edits` have turned `before` into `after`, versions of one document."""
        seen, acceptance = self.engine.changed(before, after, edits)
        if acceptance:
            self._counts.accepted(acceptance)
        self.echoes.learn(after.uri, seen)
        if after.cell is None:
            self.echoes.changed(after)
        if self.privacy.refusal_now(after.uri, folder) not in (None, UNREAD):
            self.next_edits.closed(after.uri)
        elif taken := self.next_edits.changed(before, after, edits, folder):
            self.accepted(taken.id)

    def closed(self, uri: str) -> None:
        self.engine.closed(uri)
        self.echoes.closed(uri)
        self.next_edits.closed(uri)

    # Completion.

    async def suggest(self, ask: Ask) -> Offer:
        """Answer one request: always an offer, empty where there is a reason."""
        settings = self.settings.for_folder(ask.folder)
        setup = Setup(
            settings=self._fitted(settings.completion),
            sources=self._sources(settings, ask.folder),
            snoozed=self.snooze.until is not None,
        )
        offer = await self.engine.suggest(ask, setup)
        if offer.newly_shown:
            self._counts.shown(offer.decision)
        return offer

    def _fitted(self, settings: CompletionSettings) -> CompletionSettings:
        """The settings, with what suits the provider where the user chose nothing."""
        if self.provider != ECHO:
            with suppress(SettingsError):
                return fitted(settings, self.gateway.provider(self.provider))
        return settings

    def accepted(self, suggestion: str) -> None:
        """The editor reports that a suggestion, given by its id, was accepted."""
        if acceptance := self.engine.accepted(suggestion):
            self._counts.accepted(acceptance)

    # The next edit.

    def _next_setup(self, folder: Path | None) -> NextSetup:
        """Who proposes next edits for documents of a workspace folder."""
        if self.snooze.until is not None:
            return NextSetup(repeats=False)
        settings = self.settings.known_for(folder)
        chat = self.chat_provider(settings) or ""
        self._next_tally = Tally()
        return setup_of(settings, self.gateway, folder, chat, self._next_tally)

    async def _may_send(self, uri: str, folder: Path | None) -> bool:
        return await self.privacy.check(uri, folder) is None

    def _next_decided(self, decision: NextDecision) -> None:
        """Record a decision about the next edit, and count the edit that is shown."""
        record = as_decision(decision, self._now(), self._next_tally)
        self.engine.note(record)
        if decision.edit:
            self._counts.shown(record)

    def _sources(self, settings: Settings, folder: Path | None) -> tuple[Source, ...]:
        """The sources that are asked in turn: the provider, then the fallbacks."""
        names = dict.fromkeys((self.provider, *settings.fallback))
        echo = FolderEcho(folder, self.echoes)
        return tuple(
            self.engine.echo(echo)
            if name == ECHO
            else self.engine.network(PaidModel(name, settings, self.gateway))
            for name in names
        )

    # Providers.

    @property
    def provider(self) -> str:
        """The name of the source that completes: a provider, or echo."""
        return self._primary.name(self.settings.current) or ECHO

    @property
    def has_model(self) -> bool:
        """Whether a provider completes; False if only echo does."""
        return self.provider != ECHO

    def chat_provider(self, settings: Settings) -> str | None:
        """The provider of chat actions; None where no provider is set up."""
        chosen = settings.chat.provider
        name = self.provider if chosen == "auto" else chosen
        return None if name == ECHO else name

    async def client(self, name: str | None = None) -> ApiClient:
        """The client of a provider, by default of the one in use.

        Raises FimError if the provider cannot be asked.
        """
        name = name or self.provider
        if name == ECHO:
            raise SettingsError("No model is set up; run `fim-lsp login`.")
        client = await self.providers.client(name)
        self.announcements.destination(name)
        return client

    # Status.

    def status(self) -> Status:
        """The present state of completion, in words."""
        state = state_of(
            self.provider,
            self.settings.current,
            gateway=self.gateway,
            money=self.money,
            providers=self.providers,
        )
        return describe(replace(state, snoozed_until=self.snooze.until))

    def _tell_status(self) -> None:
        if self.on_status:
            self.on_status(self.status())

    def _settings_changed(self) -> None:
        self.providers.configure(self.settings.current)
        self.next_edits.refresh()
        self.problems.tell_new()
        self._tell_status()

    def _privacy_settings(self, folder: Path | None) -> PrivacySettings:
        return self.settings.known_for(folder).privacy

    # Life.

    async def warm_up(self) -> None:
        """Read the ledger, and tell the user if no model is set up.

        No connection is made.
        """
        if self.provider == ECHO:
            self.announcements.no_model()
        await self.money.ledger.fresh()
        self._tell_status()

    async def aclose(self) -> None:
        self.snooze.stop()
        await self.next_edits.aclose()
        await self.engine.aclose()
        await self.echoes.aclose()
        await self.providers.aclose()
        await self.money.ledger.aclose()
