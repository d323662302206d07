"""The providers in use: the key, the connections and the health of each."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
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
from .key_search import KeySearch, refused_key
from .keystore import KeyStore
from .loading import Loading
from .presets import resolve
from .prices import price_of
from .provider_state import OpenProvider, ProviderState
from .requests import Balance, Delta
from .warm_up import WarmUps

log = logging.getLogger(__name__)

# Seconds for which the machine must have slept until its connections count as dead.
LONG_SLEEP = 15.0
# The errors of requests while there is no network.
_OUT_OF_REACH = (Unreachable, TimedOut, StreamBroken)


class Providers:
    """The state of each provider that was asked for, by name.

    environ: the environment variables, in which keys are looked for.
    store: the keys of `fim-lsp login`.
    transport: replaces the HTTP transport in tests; None for the real one.
    clock, now: monotonic time, and the time since the epoch, in seconds.
    on_change: called when the health of a provider changes.
    random: a number from 0 to 1, by which waits are spread.
    """

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
        self._keys = KeySearch(environ, store, clock)
        self._transport = transport
        self._clock = clock
        self._on_change = on_change
        self._random = random
        self._states: dict[str, ProviderState] = {}
        self._settings: Settings
        self._background: set[asyncio.Task[None]] = set()
        self._warm_ups = WarmUps(self.client, now)
        self._awake = now() - clock()

    def configure(self, settings: Settings) -> None:
        """Use these settings; providers that they change lose their state."""
        for name, state in list(self._states.items()):
            try:
                provider = resolve(name, settings)
            except FimError:
                provider = None
            if provider != state.provider:
                del self._states[name]
                state.is_dropped = True
                self._close(state)
        self._settings = settings

    def get(self, name: str) -> ProviderState:
        """The state of a provider.  Raises SettingsError if the provider is unknown."""
        if name not in self._states:
            self._states[name] = ProviderState(
                resolve(name, self._settings), Loading(self._clock, self._on_change)
            )
        return self._states[name]

    async def client(self, name: str) -> ApiClient:
        """The client of a provider.  Raises FimError if it cannot be asked."""
        self._notice_sleep()
        state = self.get(name)
        if not state.provider.trusted:
            raise not_trusted(state.provider)
        if await self._keys.look(state):
            self._drop_client(state)
        if state.problem:
            raise state.problem
        if state.client is None:
            state.client = ApiClient(
                state.provider,
                state.key,
                transport=self._transport,
                clock=self._clock,
                environ=self._environ,
            )
            if state.is_dropped:
                # The settings changed while the key was looked for: this request is
                # the last one, and nobody will close the client after it.
                await state.client.aclose()
        return state.client

    def refusal(
        self, name: str, *, invoked: bool, probing: bool = True
    ) -> Refusal | None:
        """Why nothing is sent to a provider now; None if it may be asked.

        invoked: whether the user asked for the request.
        probing: whether a request follows at once.  One request a second may then try
            whether a provider that was out of reach is back.
        Raises SettingsError if there is no such provider.
        """
        state, now = self.get(name), self._clock()
        if not state.provider.trusted:
            return Refusal("settings", not_trusted(state.provider).sentence)
        if self._keys.is_due(state):
            return None
        if state.problem:
            return Refusal("key-missing", state.problem.sentence)
        if health.balance_due(state.health, now):
            self._in_background(self._ask_balance(state))
        if probing and health.may_probe(state.health, now):
            return None
        return health.refusal(state.health, now, invoked=invoked)

    def is_down(self, name: str) -> bool:
        """Whether a provider has failed more often in a row than by chance."""
        return health.is_down(self.get(name).health)

    def is_quiet(self, name: str) -> bool:
        """Whether a provider that has worked is out of reach, as on a train.

        The user need not be told then, as there is nothing to correct.
        """
        state = self.get(name)
        return state.has_worked and isinstance(state.error, _OUT_OF_REACH)

    async def balance(self, name: str) -> Balance:
        """The balance of the account at a provider.  Raises FimError."""
        state, client = self.get(name), await self.client(name)
        balance = await client.balance()
        state.health = health.balance_told(
            state.health, available=balance.available, now=self._clock()
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
        """A provider that is ready for one request, and the model to ask for.

        announce: called with the provider's name and the wanted model, before anything
            is sent to the provider.
        Raises ApiError, KeyMissing or SettingsError.
        """
        client = await self.client(name)
        announce(name, wanted_model)
        state = self.get(name)
        if refused := refused_key(state):
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
        """Learn about the provider's health while the stream of an answer is read.

        Yields a function that puts the model's name into each delta.  A stream that
        breaks off counts as a failure, however much text has come.
        """
        state, works = opened.state, False
        answered, name = None, opened.model
        state.request_made()

        def named(delta: Delta) -> Delta:
            nonlocal works, answered, name
            if not works:
                state.loading.end()
            works = True
            if delta.model != answered:
                answered = delta.model
                name = _counted_as(state, opened.model, answered)
            return delta if delta.model == name else replace(delta, model=name)

        try:
            yield named
        except ApiError as error:
            works = False
            self._failed(state, error)
            raise
        finally:
            state.loading.end()
            if works:
                self._succeeded(state)

    # Loading and warming up a model on this machine.

    def loading(self, name: str) -> float | None:
        """The seconds for which a server on this machine has been loading its model."""
        return self.get(name).loading.seconds

    def warm_up(self, name: str) -> None:
        """Have a server on this machine load its model.  Raises SettingsError."""
        self._warm_ups.begin(self.get(name))

    def _succeeded(self, state: ProviderState) -> None:
        state.has_worked, state.error = True, None
        if state.health != Health():
            state.health = Health()
            self._on_change()

    def _failed(self, state: ProviderState, error: ApiError) -> None:
        log.info("%s: %s", type(error).__name__, error.sentence)
        log.debug("The endpoint's own words: %s", error.detail or "none")
        state.error = error
        state.health = health.after_error(
            state.health, error, self._clock(), self._spread()
        )
        self._on_change()

    def _spread(self) -> float:
        """By which share the next wait is longer, so that servers do not all retry at
        the same moment.
        """
        return self._random() * health.MOST_SPREAD

    def _notice_sleep(self) -> None:
        """Drop all connections after the machine has slept, because they are dead.

        The monotonic clock stands still while the machine sleeps; the time since the
        epoch goes on.
        """
        ahead = self._now() - self._clock()
        slept = ahead - self._awake > LONG_SLEEP
        self._awake = ahead
        for state in self._states.values() if slept else ():
            self._drop_client(state)

    async def _ask_balance(self, state: ProviderState) -> None:
        state.health = health.balance_told(
            state.health, available=False, now=self._clock()
        )
        with suppress(FimError):
            await self.balance(state.provider.name)

    def _drop_client(self, state: ProviderState) -> None:
        """Close the connections; the next request opens others."""
        self._close(state)
        state.client = None

    def _close(self, state: ProviderState) -> None:
        if state.client:
            self._in_background(state.client.aclose())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def aclose(self) -> None:
        await self._warm_ups.aclose()
        for state in self._states.values():
            state.loading.end()
            self._close(state)
        await asyncio.gather(*self._background, return_exceptions=True)


def _counted_as(state: ProviderState, asked: str, answered: str | None) -> str:
    """The model's name under which an answer is counted.

    asked: the name in the request.
    answered: the name in the answer, which often adds a date to it.  It counts only
        if it has a price.
    """
    own = state.provider.prices
    if answered and (not asked or price_of(answered, 0, own)):
        return answered
    return asked
