"""One provider in use, and one that is ready for a request."""

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

    client: made at the first call.
    key: what was found when it was looked for last, at `looked_at`.
    problem: why there is no usable key.
    model: the model that was asked for a completion last.
    error: how the last call failed; None where it did not.
    has_worked: whether any call has succeeded.
    looking: held while the key is looked for.
    loading: how long the provider has been loading its model; watched on this machine.
    is_warm: whether a warm-up was begun, or needs none.
    is_asked: whether the provider was asked for anything yet.
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
    """A provider ready for one request: its client, and the model to name."""

    state: ProviderState
    client: ApiClient
    model: str

    @property
    def provider(self) -> Provider:
        return self.state.provider
