"""Everything that outlives a request, except the open documents.

Knows neither the protocol nor the terminal: the server and the command line both
talk to this one object.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from .accounts import Accounts
from .api import prices
from .api.client import ApiClient
from .api.keystore import KeyStore
from .api.presets import resolve
from .api.prices import Money
from .api.requests import Balance, ChatRequest, Delta, FimRequest, Model
from .completion.context import Context
from .completion.decision import Decision, Offer
from .completion.engine import Engine
from .completion.journal import Journal
from .completion.request import Ask, Setup
from .completion.sources import (
    ECHO,
    EchoSource,
    Landing,
    NetworkSource,
    Refusal,
    Source,
)
from .errors import SettingsError
from .layers import Layers
from .once import Once
from .privacy import Privacy
from .settings import LayerName, Problem, Settings
from .text import Document, Edit
from .workspaces import Workspaces

ECHO_SENTENCE = (
    "No model is set up. What you see is repetition from your own files (echo), "
    "not AI. `fim-lsp login` sets one up."
)


@dataclass(frozen=True, slots=True)
class Today:
    """What was asked of endpoints since midnight."""

    requests: int = 0
    cost: str = "0"
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Status:
    """How completion is: `command` names the way out, where there is one."""

    kind: Literal["normal", "busy", "warning", "error", "inactive"]
    reason: str | None
    message: str
    provider: str
    model: str
    today: Today
    command: str | None = None


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
        self._now = now
        self._once = Once()
        self._layers = Layers(environ=environ, user_file=user_file, clock=clock)
        self._enabled: bool | None = None
        self._allowed: set[str] = set()
        self._accounts = Accounts(
            environ=environ,
            store=self.store,
            transport=transport,
            clock=clock,
            on_change=self._tell_status,
        )
        self._echoes = Workspaces(self._may_read)
        self._adopt()
        self.engine = Engine(
            clock=clock,
            sleep=sleep,
            journal=Journal(now=now, clock=clock),
            context=Context(clock=clock, may_read=self._may_read),
        )
        self.on_status: Callable[[Status], None] | None = None
        self.on_notice: Callable[[str], None] | None = None

    # Settings.

    @property
    def settings(self) -> Settings:
        return self._layers.parsed.settings

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._layers.parsed.problems

    @property
    def origins(self) -> Mapping[str, LayerName]:
        return self._layers.parsed.origins

    def configure(self, editor: Mapping[str, Any] | None) -> tuple[Problem, ...]:
        """Take over the editor's settings; they hold from the next request on."""
        self._layers.set_editor(editor or {})
        self._adopt()
        self._tell_status()
        return self.problems

    def settings_for(self, uri: str, folder: Path | None) -> Settings:
        """The settings for one document: its project may have restricted them."""
        del uri  # a folder's own file holds for all of its documents
        if self._layers.refresh():
            self._adopt()
        settings, _ = self._layers.for_folder(folder)
        if self._enabled is None:
            return settings
        completion = replace(settings.completion, enabled=self._enabled)
        return replace(settings, completion=completion)

    def toggle(self, on: bool | None = None) -> bool:  # noqa: FBT001 - the wish itself
        """Switch completion on, off, or to the other; whether it is on now."""
        was = (
            self.settings.completion.enabled if self._enabled is None else self._enabled
        )
        self._enabled = (not was) if on is None else on
        self._tell_status()
        return self._enabled

    def allow(self, uri: str) -> None:
        """Admit a file that git ignores, until the session ends."""
        self._allowed.add(uri)
        self._privacy.allow(uri)

    def refusal(self, uri: str, folder: Path | None) -> str | None:
        """Why a document may not be sent, by the reason's name; None where it may."""
        return self._privacy.refusal(uri, folder)

    # Documents.

    def opened(self, document: Document) -> None:
        self.engine.documents.opened(document)
        self._echoes.changed(document)

    def changed(self, before: Document, after: Document, edits: Sequence[Edit]) -> None:
        seen = self.engine.documents.changed(before, after, edits)
        self._echoes.learn(after.uri, seen)
        self._echoes.changed(after)

    def closed(self, uri: str) -> None:
        self.engine.closed(uri)
        self._echoes.closed(uri)

    # Completion.

    async def suggest(self, ask: Ask) -> Offer:
        """Answer one request: always an offer, empty where there is a reason."""
        settings = self.settings_for(ask.document.uri, ask.folder)
        setup = Setup(
            settings=settings.completion,
            sources=self._sources(settings, ask.folder),
            file_refusal=self._privacy.refusal(ask.document.uri, ask.folder),
        )
        return await self.engine.suggest(ask, setup)

    def accepted(self, suggestion: str) -> None:
        """The editor confirms an acceptance; the text has told it already."""
        self.engine.documents.confirmed(suggestion)

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

    async def models(self) -> tuple[Model, ...]:
        return await (await self.client()).models()

    async def balance(self) -> Balance:
        await self.client()
        return await self._accounts.balance(self.provider)

    def chat_source(self) -> ChatSource:
        """Who answers chat actions; raises SettingsError where nobody does."""
        wish = self.settings.chat
        name = self.provider if wish.provider == "auto" else wish.provider
        if name == ECHO:
            raise SettingsError(
                "Chat actions need a model, and none is set up; run `fim-lsp login`."
            )
        resolve(name, self.settings)
        return ChatSource(name, partial(self._stream_chat, name, wish.model))

    def status(self) -> Status:
        """How completion is right now."""
        name, completion = self.provider, self.settings.completion
        enabled = completion.enabled if self._enabled is None else self._enabled
        about = partial(
            Status, provider=name, model=completion.model, today=self._today()
        )
        if not enabled:
            return about(
                "inactive", "disabled", "Completion is off.", command="fim-lsp.toggle"
            )
        if name == ECHO:
            return about("normal", "no-provider", ECHO_SENTENCE)
        try:
            refusal = self._accounts.refusal(name, invoked=False)
        except SettingsError as error:
            return about("error", "settings", error.sentence)
        if refusal is None:
            return about("normal", None, f"Completing with {name}.")
        kind: Literal["warning", "error"] = (
            "warning" if refusal.reason in {"back-off", "rate-limited"} else "error"
        )
        return about(kind, refusal.reason, refusal.sentence)

    # Life.

    async def warm_up(self) -> None:
        """Do what would otherwise delay the first request; no connection is made."""
        if self.provider == ECHO and self.on_notice and self._once.first_time(ECHO):
            self.on_notice(ECHO_SENTENCE)
        self._tell_status()

    async def echo_ready(self, folder: Path, near: Path | None = None) -> bool:
        """Wait until echo knows the workspace folder; False where it never will."""
        return await self._echoes.ready(folder, near)

    async def aclose(self) -> None:
        await self.engine.aclose()
        await self._echoes.aclose()
        await self._accounts.aclose()

    def _adopt(self) -> None:
        """Settings have changed: what is made of them is made anew."""
        self._accounts.configure(self.settings)
        self._privacy = Privacy(self.settings.privacy)
        for uri in self._allowed:
            self._privacy.allow(uri)

    def _may_read(self, path: Path, folder: Path) -> bool:
        return self._privacy.refusal_of_path(path, folder) is None

    def _sources(self, settings: Settings, folder: Path | None) -> tuple[Source, ...]:
        """Who is asked, in turn: the provider, then the fallbacks."""
        names = dict.fromkeys((self.provider, *settings.fallback))
        return tuple(self._source(name, settings, folder) for name in names)

    def _source(self, name: str, settings: Settings, folder: Path | None) -> Source:
        if name == ECHO:
            return EchoSource(
                refusal=lambda _invoked: None,
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
            refusal=partial(self._refusal, name),
            stream=partial(self._stream_fim, name, wish),
            landed=partial(self._landed, name),
        )

    def _refusal(self, name: str, invoked: bool) -> Refusal | None:  # noqa: FBT001 - the engine's own call
        try:
            return self._accounts.refusal(name, invoked=invoked)
        except SettingsError as error:
            return Refusal("settings", error.sentence)

    async def _stream_fim(
        self, name: str, wish: str, request: FimRequest
    ) -> AsyncGenerator[Delta, None]:
        await self.client(name)
        async with aclosing(self._accounts.stream_fim(name, wish, request)) as deltas:
            async for delta in deltas:
                yield delta

    async def _stream_chat(
        self, name: str, wish: str, request: ChatRequest
    ) -> AsyncGenerator[Delta, None]:
        await self.client(name)
        async with aclosing(self._accounts.stream_chat(name, wish, request)) as deltas:
            async for delta in deltas:
                yield delta

    def _announce(self, name: str) -> None:
        """Say once a machine where text goes, before the first byte leaves."""
        account = self._accounts.get(name)
        host = account.provider.host
        if account.provider.loopback or not self._once.first_time(host):
            return
        key = f" (key from {account.key.source})" if account.key else ""
        if self.on_notice:
            self.on_notice(f"Code around the cursor goes to {host}{key}.")

    def _landed(self, name: str, landing: Landing) -> Money | None:
        """What a stream has cost."""
        provider = self._accounts.get(name).provider
        if landing.model is None:
            return None
        return prices.cost(
            landing.model, landing.tokens.usage, self._now(), provider.prices
        )

    def _today(self) -> Today:
        return Today()

    def _tell_status(self) -> None:
        if self.on_status:
            self.on_status(self.status())
