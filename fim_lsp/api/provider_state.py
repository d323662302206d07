"""What is remembered of a provider in use, and a provider ready for a request."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ..errors import ApiError, FimError
from .client import ApiClient
from .health import Health
from .keys import Key
from .loading import Loading
from .presets import Provider


@dataclass(slots=True)
class ProviderState:
    """One provider in use.

    loading: how long the provider has been loading its model; only for a provider on
        this machine.
    client: made at the first call.
    key: the key that the last search has found.
    problem: why there is no usable key; None if there is one, or none is needed.
    model: the model of the last completion.
    error: how the last call failed; None if it succeeded.
    has_worked: whether any call has succeeded.
    is_warm: whether the model was warmed up, or was asked and so needs no warm-up.
    is_asked: whether any request was sent.
    is_dropped: whether the settings have changed since, and another state counts.
    looked_at: when the key was last looked for, in seconds of the clock.
    looking: held while the key is looked for.
    """

    provider: Provider
    loading: Loading
    client: ApiClient | None = None
    key: Key | None = None
    problem: FimError | None = None
    model: str = ""
    error: ApiError | None = None
    has_worked: bool = False
    is_warm: bool = False
    is_asked: bool = False
    is_dropped: bool = False
    looked_at: float | None = None
    health: Health = field(default_factory=Health)
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def request_made(self) -> None:
        """Note a request; a server on this machine may have to load its model first."""
        self.is_asked = self.is_warm = True
        if self.provider.loopback:
            self.loading.begin()


@dataclass(frozen=True, slots=True)
class OpenProvider:
    """A provider that is ready for one request, and the model that is asked for."""

    state: ProviderState
    client: ApiClient
    model: str

    @property
    def provider(self) -> Provider:
        return self.state.provider
