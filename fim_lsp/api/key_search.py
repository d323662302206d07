"""When the key of a provider is looked for: at the first request, and again later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from ..errors import FimError
from .health import Health
from .keys import find_key, missing
from .keystore import KeyStore
from .provider_state import ProviderState

# Seconds before a key that was missing or refused is looked for again.
LOOK_AGAIN = 60.0


class KeySearch:
    """Looks for keys in the environment, the settings and the system's key store.

    clock: monotonic time in seconds.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        store: KeyStore,
        clock: Callable[[], float],
    ) -> None:
        self._environ = environ
        self._store = store
        self._clock = clock

    async def look(self, state: ProviderState) -> bool:
        """Look for the key of a provider, if that is due.

        Returns whether the key has changed.  The state then starts with good health;
        `state.problem` says why there is no usable key.
        """
        async with state.looking:  # a second caller waits for what the first one finds
            if state.looked_at is not None and not self.is_due(state):
                return False
            state.looked_at = self._clock()
            return await self._find(state)

    def is_due(self, state: ProviderState) -> bool:
        """Whether it is time to see if a missing or refused key was corrected."""
        return bool(
            (state.problem or refused_key(state))
            and state.looked_at is not None
            and self._clock() - state.looked_at >= LOOK_AGAIN
        )

    async def _find(self, state: ProviderState) -> bool:
        provider = state.provider
        try:
            key = await asyncio.to_thread(
                find_key, provider, self._environ, self._store
            )
        except FimError as error:
            state.problem = error
            return False
        needs_key = key is None and provider.key_needed
        state.problem = missing(provider) if needs_key else None
        has_changed = key != state.key
        if has_changed:
            state.key, state.health = key, Health()
        return has_changed


def refused_key(state: ProviderState) -> str | None:
    """The sentence with which the provider refused the present key, if it did."""
    refusal = state.health.refusal
    return refusal.sentence if refusal and refusal.reason == "key-refused" else None
