"""Each provider as this user has it: key, connection pool, health."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import (
    ApiError,
    AuthenticationFailed,
    FimError,
    StreamBroken,
    TimedOut,
    Unreachable,
)
from ..reasons import Refusal
from ..settings import Settings
from . import health
from .client import ApiClient
from .failures import not_trusted
from .health import Health
from .keys import Key, find_key, missing
from .keystore import KeyStore
from .presets import Provider, resolve
from .prices import price_of
from .requests import Balance, Delta
from .services import PRESETS

log = logging.getLogger(__name__)

# Seconds before a key that was missing or refused is looked for again.
LOOK_AGAIN = 60.0
# Seconds that a machine must have slept to count its connections as lost.
LONG_SLEEP = 15.0
# Seconds that the name of the last login is remembered.
LOGIN_AGE = 1.0

# What a lost network looks like, where there was one.
_OUT_OF_REACH = (Unreachable, TimedOut, StreamBroken)


@dataclass(slots=True)
class ProviderState:
    """One provider in use.  `key` is looked for once, in a thread; `model` is what
    last completed; `error` is how the last call ended, `has_worked` tells of any.
    """

    provider: Provider
    client: ApiClient | None = None
    key: Key | None = None
    problem: FimError | None = None
    model: str = ""
    error: ApiError | None = None
    has_worked: bool = False
    looked_at: float | None = None
    health: Health = field(default_factory=Health)
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class OpenProvider:
    """A provider ready for one request: its client, and the model to name."""

    state: ProviderState
    client: ApiClient
    model: str

    @property
    def provider(self) -> Provider:
        return self.state.provider


class Providers:
    """Accounts by provider name, rebuilt when what they are made of changes."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        store: KeyStore,
        transport: Any,
        clock: Callable[[], float],
        now: Callable[[], float],
        on_change: Callable[[], None],
        random: Callable[[], float] = random.random,
    ) -> None:
        self._environ = environ
        self._now = now
        self._store = store
        self._transport = transport
        self._clock = clock
        self._on_change = on_change
        self._random = random
        self._accounts: dict[str, ProviderState] = {}
        self._settings: Settings
        self._login: str | None = None
        self._login_read = float("-inf")
        self._background: set[asyncio.Task[None]] = set()
        self._awake = now() - clock()

    def configure(self, settings: Settings) -> None:
        """Take over settings: only what changed loses its connections and health."""
        for name, account in list(self._accounts.items()):
            try:
                provider = resolve(name, settings)
            except FimError:
                provider = None
            if provider != account.provider:
                del self._accounts[name]
                self._close(account)
        self._settings = settings

    def primary(self, settings: Settings) -> str | None:
        """The provider that completes: the one that is chosen, else the one of the last
        login, else the one whose key is present, else None.
        """
        chosen = settings.completion.provider
        if chosen != "auto":
            return chosen
        if last := self._last_login():
            return last
        variable = PRESETS["deepseek"].api_key_env or ""
        return "deepseek" if self._environ.get(variable, "").strip() else None

    def _last_login(self) -> str | None:
        """Read again after a while: another process may log in."""
        if self._clock() - self._login_read >= LOGIN_AGE:
            self._login_read = self._clock()
            self._login = self._store.last_login
        return self._login

    def get(self, name: str) -> ProviderState:
        """Raises SettingsError for a provider that does not exist."""
        if name not in self._accounts:
            self._accounts[name] = ProviderState(resolve(name, self._settings))
        return self._accounts[name]

    async def client(self, name: str) -> ApiClient:
        """A client that may be used; raises what stands in the way."""
        self._notice_sleep()
        account = self.get(name)
        if not account.provider.trusted:
            raise not_trusted(account.provider)
        await self._look_for_key(account)
        if account.problem:
            raise account.problem
        if account.client is None:
            account.client = ApiClient(
                account.provider,
                account.key,
                transport=self._transport,
                clock=self._clock,
                environ=self._environ,
            )
        return account.client

    def refusal(
        self, name: str, *, invoked: bool, probing: bool = True
    ) -> Refusal | None:
        """Why nothing is sent to a provider now; raises SettingsError as `get`.

        probing: whether a request is about to be sent, which may look once a second
        whether a provider that was out of reach is back.
        """
        account, now = self.get(name), self._clock()
        if not account.provider.trusted:
            return Refusal("settings", not_trusted(account.provider).sentence)
        if self._may_look_again(account):
            return None
        if account.problem:
            return Refusal("key-missing", account.problem.sentence)
        if health.balance_due(account.health, now):
            self._in_background(self._ask_balance(account))
        if probing and health.may_probe(account.health, now):
            return None
        return health.refusal(account.health, now, invoked=invoked)

    def is_quiet(self, name: str) -> bool:
        """Whether a provider that has worked is out of reach: as on a train, it comes
        back by itself.
        """
        account = self.get(name)
        return account.has_worked and isinstance(account.error, _OUT_OF_REACH)

    async def balance(self, name: str) -> Balance:
        account, client = self.get(name), await self.client(name)
        balance = await client.balance()
        account.health = health.balance_told(
            account.health, available=balance.available, now=self._clock()
        )
        self._on_change()
        return balance

    async def open(
        self,
        name: str,
        wanted_model: str,
        *,
        chat: bool,
        announce: Callable[[str, str], None] = lambda _name, _model: None,
    ) -> OpenProvider:
        """A provider that can be asked now, once for each request.

        `announce` is called with its name and the wanted model before anything is
        sent to it.  Raises ApiError, KeyMissing or SettingsError.
        """
        client = await self.client(name)
        announce(name, wanted_model)
        state = self.get(name)
        if refused := self._refused_key(state):
            raise AuthenticationFailed(refused)
        state.health = health.probing(state.health, self._clock(), self._spread())
        try:
            model = await client.resolve_model(wanted_model, chat=chat)
        except ApiError as error:
            self._failed(state, error)
            raise
        if not chat:
            state.model = model
        return OpenProvider(state, client, model)

    @contextmanager
    def watching(self, opened: OpenProvider) -> Iterator[Callable[[Delta], Delta]]:
        """Learn from a stream how the provider is; hold it around the reading.

        Yields a function that puts the model's name into each delta.  A stream that
        breaks off is not a success, however much it has brought.
        """
        state, works = opened.state, False
        answered, name = None, opened.model

        def named(delta: Delta) -> Delta:
            nonlocal works, answered, name
            works = True
            if delta.model != answered:
                answered = delta.model
                name = self._named(state, opened.model, answered)
            return delta if delta.model == name else replace(delta, model=name)

        try:
            yield named
        except ApiError as error:
            works = False
            self._failed(state, error)
            raise
        finally:
            if works:
                self._succeeded(state)

    def _named(self, account: ProviderState, asked: str, answered: str | None) -> str:
        """The name to count by: the answer's own where it has a price, as a dated one
        may not; else what was asked for.
        """
        own = account.provider.prices
        if answered and (not asked or price_of(answered, 0, own)):
            return answered
        return asked

    def _succeeded(self, account: ProviderState) -> None:
        account.has_worked, account.error = True, None
        if account.health != Health():
            account.health = Health()
            self._on_change()

    def _failed(self, account: ProviderState, error: ApiError) -> None:
        log.info("%s: %s", type(error).__name__, error.sentence)
        log.debug("The endpoint's own words: %s", error.detail or "none")
        account.error = error
        account.health = health.after_error(
            account.health, error, self._clock(), self._spread()
        )
        self._on_change()

    def _spread(self) -> float:
        """The share by which the next wait is longer."""
        return self._random() * health.MOST_SPREAD

    def _notice_sleep(self) -> None:
        """A machine that slept finds its connections dead, and nobody told it.

        The monotonic clock stands still meanwhile, the other one does not.
        """
        ahead = self._now() - self._clock()
        slept = ahead - self._awake > LONG_SLEEP
        self._awake = ahead
        for account in self._accounts.values() if slept else ():
            self._close(account)
            account.client = None

    async def _look_for_key(self, account: ProviderState) -> None:
        async with account.looking:  # who comes second waits for what the first finds
            if account.looked_at is None or self._may_look_again(account):
                account.looked_at = self._clock()
                await self._find_key(account)

    async def _find_key(self, account: ProviderState) -> None:
        provider = account.provider
        try:
            key = await asyncio.to_thread(
                find_key, provider, self._environ, self._store
            )
        except FimError as error:
            account.problem = error
            return
        needs = key is None and provider.key_needed
        account.problem = missing(provider) if needs else None
        if key != account.key:
            account.key, account.health = key, Health()
            if account.client:
                self._close(account)
                account.client = None

    def _refused_key(self, account: ProviderState) -> str | None:
        """What is wrong with the key that was found last, if it was refused."""
        found = account.health.refusal
        return found.sentence if found and found.reason == "key-refused" else None

    def _may_look_again(self, account: ProviderState) -> bool:
        """Whether a missing or refused key may have been mended meanwhile."""
        return bool(
            (account.problem or self._refused_key(account))
            and account.looked_at is not None
            and self._clock() - account.looked_at >= LOOK_AGAIN
        )

    async def _ask_balance(self, account: ProviderState) -> None:
        account.health = health.balance_told(
            account.health, available=False, now=self._clock()
        )
        with suppress(FimError):
            await self.balance(account.provider.name)

    def _close(self, account: ProviderState) -> None:
        if account.client:
            self._in_background(account.client.aclose())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def aclose(self) -> None:
        for account in self._accounts.values():
            self._close(account)
        await asyncio.gather(*self._background, return_exceptions=True)
