"""Everything that outlives a request, except the open documents.

Knows neither the protocol nor the terminal: the server and the command line both use
this one object.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..api.client import ApiClient
from ..api.keystore import KeyStore
from ..api.presets import Provider, resolve
from ..api.providers import Providers
from ..api.requests import ChatRequest, Delta
from ..chat.actions import problems_of_own_actions
from ..completion.decision import Acceptance, Decision, Offer
from ..completion.engine import Engine
from ..completion.request import Ask, Setup, Source
from ..completion.sources import ECHO
from ..errors import OverBudget, SettingsError
from ..money.bill import Bill, Tally
from ..money.budget import unstoppable
from ..money.counts import NEXT_EDIT
from ..money.ledger import Ledger
from ..money.meter import Meter
from ..next.engine import NextEdits
from ..next.next_edit import NextDecision
from ..next.sources import NextSetup
from ..privacy.by_project import PrivacyByProject
from ..settings import CompletionSettings, PrivacySettings, Problem, Settings
from ..settings.live import LiveSettings
from ..text import Document, Edit
from .echoes import Echoes
from .gateway import Gateway
from .next_edits import REPEAT, as_decision, kind_of, setup_of
from .snooze import Snooze
from .sources import FolderEcho, PaidModel, fitted
from .status import ECHO_SENTENCE, State, Status, describe
from .told import Told

# Sources that are no provider.
LOCAL = frozenset({ECHO, REPEAT})


@dataclass(frozen=True, slots=True)
class ChatSource:
    """The model that answers a chat action; `tally` holds what the action has used."""

    bill: Bill
    gateway: Gateway
    tally: Tally = field(default_factory=Tally, kw_only=True)

    @property
    def provider(self) -> str:
        return self.bill.provider.name

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer in pieces; reading it raises FimError."""
        return self.gateway.stream_chat(self.bill, request, self.tally)


class Session:
    """One user's settings, providers, money, engine and echoes.

    environ: the environment variables, those of the process by default.
    transport: what HTTP requests go through, in tests.
    user_file: the user's settings; by default the one of the platform.
    clock, now, sleep: monotonic time, time since the epoch, and waiting, in seconds.

    `on_status`, `on_notice` and `on_problems` hear what the user is to be told.
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
        self.on_notice: Callable[[str], None] | None = None
        self.on_problems: Callable[[Sequence[Problem]], None] | None = None
        self._told = Told()
        self._told_problems: tuple[Problem, ...] = ()
        self.settings = LiveSettings(
            environ=environ,
            user_file=user_file,
            clock=clock,
            on_change=self._settings_changed,
        )
        self.privacy = PrivacyByProject(self._privacy_settings, clock)
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
        self.money = Meter(
            Ledger(now=now),
            now=now,
            clock=clock,
            on_change=self._tell_status,
            on_unpriced=self._tell_unpriced,
        )
        self.gateway = Gateway(self.providers, self.money, self._announce)
        self.snooze = Snooze(now, self._tell_status)
        self.echoes = Echoes(self.privacy.may_read)
        self.engine = Engine(
            now=now, clock=clock, sleep=sleep, may_read=self.privacy.may_read
        )
        self._now = now
        # What the decision about the next edit that is being made has used.
        self._next_tally = Tally()
        self.next_edits = NextEdits(
            clock=clock,
            sleep=sleep,
            setup=self._next_setup,
            may_send=lambda uri, folder: self.privacy.refusal(uri, folder) is None,
        )
        self.next_edits.on_decision = self._next_decided

    # Documents.

    def opened(self, document: Document, folder: Path | None = None) -> None:
        """A document of a workspace folder was opened."""
        self.engine.opened(document)
        self.echoes.changed(document)
        if self.provider != ECHO and not self.privacy.refusal(document.uri, folder):
            settings = self.settings.for_folder(folder).completion
            self.engine.gather(document, folder, settings.context_tokens)

    def warm_model(self, document: Document, folder: Path | None) -> None:
        """A document was opened: have a server on this machine load its model.

        Nothing is asked where the document may not be sent, or nothing is completed
        without being asked for.
        """
        settings = self.settings.known_for(folder).completion
        name = self.provider
        if name == ECHO or not settings.enabled or settings.trigger == "manual":
            return
        if self.privacy.refusal(document.uri, folder) is None:
            with suppress(SettingsError):
                self.providers.warm_up(name)

    def changed(
        self,
        before: Document,
        after: Document,
        edits: Sequence[Edit],
        folder: Path | None = None,
    ) -> None:
        """`edits` made `after` of `before`, a document of a workspace folder."""
        seen, acceptance = self.engine.changed(before, after, edits)
        self._count_accepted(acceptance)
        self.echoes.learn(after.uri, seen)
        self.echoes.changed(after)
        if self.privacy.refusal(after.uri, folder):
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
            file_refusal=await self.privacy.check(ask.document.uri, ask.folder),
            snoozed=self.snooze.until is not None,
        )
        offer = await self.engine.suggest(ask, setup)
        if offer.newly_shown:
            decision = offer.decision
            self.money.shown(
                decision.source or "", self._model_of(decision), decision.language
            )
        return offer

    def _fitted(self, settings: CompletionSettings) -> CompletionSettings:
        """The settings of completion with what suits the provider in use."""
        if self.provider != ECHO:
            with suppress(SettingsError):
                return fitted(settings, self.providers.get(self.provider).provider)
        return settings

    def accepted(self, suggestion: str) -> None:
        """The editor says that a suggestion was accepted."""
        self._count_accepted(self.engine.accepted(suggestion))

    def _count_accepted(self, acceptance: Acceptance | None) -> None:
        if acceptance:
            decision = acceptance.decision
            self.money.accepted(
                decision.source or "",
                self._model_of(decision),
                decision.language,
                kind_of(decision),
                chars=acceptance.chars,
                first=acceptance.first,
            )

    # The next edit.

    def _next_setup(self, folder: Path | None) -> NextSetup:
        """Who proposes next edits for documents of a workspace folder."""
        if self.snooze.until is not None:
            return NextSetup(repeats=False)
        settings = self.settings.known_for(folder)
        chosen = settings.chat.provider
        chat = self.provider if chosen == "auto" else chosen
        chat = "" if chat == ECHO else chat
        self._next_tally = Tally()
        return setup_of(settings, self.gateway, folder, chat, self._next_tally)

    def _next_decided(self, decision: NextDecision) -> None:
        """Record what was decided about the next edit, and count what is shown."""
        record = as_decision(decision, self._now(), self._next_tally)
        self.engine.note(record)
        if decision.edit:
            model = self._model_of(record)
            source, language = record.source or "", record.language
            self.money.shown(source, model, language, NEXT_EDIT)

    def _model_of(self, decision: Decision) -> str:
        """The model's own name, also where the decision only says "auto"."""
        source = decision.source
        if decision.model in (None, "", "auto") and source and source not in LOCAL:
            with suppress(SettingsError):
                return self.providers.get(source).model
        return decision.model or ""

    def _sources(self, settings: Settings, folder: Path | None) -> tuple[Source, ...]:
        """Who is asked, in turn: the provider, then the fallbacks."""
        names = dict.fromkeys((self.provider, *settings.fallback))
        return tuple(
            self.engine.echo(FolderEcho(folder, self.echoes))
            if name == ECHO
            else self.engine.network(PaidModel(name, settings, self.gateway))
            for name in names
        )

    # Providers.

    @property
    def provider(self) -> str:
        """The name of what completes: a provider, or echo."""
        return self.providers.primary(self.settings.current) or ECHO

    @property
    def has_model(self) -> bool:
        """Whether a provider completes, and not echo alone."""
        return self.provider != ECHO

    async def client(self, name: str | None = None) -> ApiClient:
        """The client of a provider; raises FimError where it cannot be used."""
        name = name or self.provider
        if name == ECHO:
            raise SettingsError("No model is set up; run `fim-lsp login`.")
        client = await self.providers.client(name)
        self._announce(name)
        return client

    def chat_source(
        self, kind: str = "chat", language: str = "", *, over_budget: bool = False
    ) -> ChatSource:
        """The model for chat actions; `kind` is the action's id in the counts.

        Raises SettingsError where there is none, and OverBudget where today's budget is
        used up, unless it may be exceeded.
        """
        settings = self.settings.current
        chosen = settings.chat.provider
        name = self.provider if chosen == "auto" else chosen
        if name == ECHO:
            raise SettingsError(
                "Chat actions need a model, and none is set up; run `fim-lsp login`."
            )
        bill = Bill(
            settings.budget,
            resolve(name, settings),
            settings.chat.model,
            kind,
            language,
            spare=over_budget,
        )
        refusal = self.money.refusal(bill.budget, bill.provider)
        if refusal and not over_budget:
            raise OverBudget(refusal.sentence)
        return ChatSource(bill, self.gateway)

    async def destination(self) -> str:
        """A sentence that says where text goes; no connection is made."""
        name = self.provider
        await self.providers.client(name)
        return self._destination(name)

    def _destination(self, name: str) -> str:
        state = self.providers.get(name)
        key = f" (key from {state.key.source})" if state.key else ""
        return f"Code around the cursor goes to {state.provider.host}{key}."

    def _announce(self, name: str, wanted_model: str = "auto") -> None:
        """Say once a machine where text goes, before the first byte leaves."""
        provider = self.providers.get(name).provider
        if provider.loopback or self.on_notice is None:
            return
        if self._told.first_time(provider.host):
            model = provider.model if wanted_model == "auto" else wanted_model
            warning = model and self._price_warning(provider, model)
            self.on_notice(" ".join(filter(None, (self._destination(name), warning))))

    def _tell_unpriced(self, bill: Bill) -> None:
        warning = self._price_warning(bill.provider, bill.model)
        if warning and self.on_notice:
            self.on_notice(warning)

    def _price_warning(self, provider: Provider, model: str) -> str | None:
        """Once a machine: that the budget cannot stop a model without a price."""
        warning = unstoppable(self.settings.current.budget, provider, model)
        if warning and self._told.first_time(f"price of {model} at {provider.host}"):
            return warning
        return None

    # Status.

    def status(self) -> Status:
        """How completion is right now."""
        name, settings = self.provider, self.settings.current
        state = State(
            name,
            settings.completion.model,
            self.money.today(settings.budget.currency),
            enabled=settings.completion.enabled,
            fallback=settings.fallback,
            snoozed_until=self.snooze.until,
        )
        if name != ECHO:
            refusal = self.gateway.trouble(name, settings.budget)
            state = replace(state, refusal=refusal)
            with suppress(SettingsError):
                provider = self.gateway.provider(name)
                standing = self.money.standing(settings.budget, provider)
                loading = self.providers.loading(name)
                state = replace(state, standing=standing, loading=loading)
        return describe(state)

    def _tell_status(self) -> None:
        if self.on_status:
            self.on_status(self.status())

    def _settings_changed(self) -> None:
        self.providers.configure(self.settings.current)
        self.next_edits.refresh()
        self._tell_problems()
        self._tell_status()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What of the settings cannot be used, own actions included."""
        parsed = self.settings.parsed
        layer = parsed.origins.get("chat.actions", "user")
        sentences = problems_of_own_actions(parsed.settings.chat.actions)
        own = (Problem(layer, "chat.actions", sentence) for sentence in sentences)
        return (*self.settings.problems, *own)

    def _tell_problems(self) -> None:
        """Say which problems of the settings are new since they were told last."""
        if self.on_problems is None:
            return
        told, problems = self._told_problems, self.problems
        self._told_problems = problems
        if new := tuple(problem for problem in problems if problem not in told):
            self.on_problems(new)

    def _privacy_settings(self, folder: Path | None) -> PrivacySettings:
        return self.settings.known_for(folder).privacy

    # Life.

    async def warm_up(self) -> None:
        """Do what would otherwise delay the first request; no connection is made."""
        if self.provider == ECHO and self.on_notice and self._told.first_time(ECHO):
            self.on_notice(ECHO_SENTENCE)
        await self.money.ledger.fresh()
        self._tell_status()

    async def aclose(self) -> None:
        self.snooze.stop()
        await self.next_edits.aclose()
        await self.engine.aclose()
        await self.echoes.aclose()
        await self.providers.aclose()
        await self.money.ledger.aclose()
