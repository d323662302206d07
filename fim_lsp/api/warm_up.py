"""Has a server on this machine load its model before the first request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress

from ..errors import FimError
from .client import ApiClient
from .prices import price_of
from .provider_state import ProviderState
from .requests import FimRequest

# Seconds after a file was opened at which its server is warmed up, unless it has been
# asked something until then.
WARM_UP_AFTER = 0.3
# The request that makes a server load its model: one token, and no text of the user.
WARM_UP = FimRequest("", "", max_tokens=1, temperature=0)


class WarmUps:
    """At most one warm-up for each server, in the background.

    client: gives the client of a provider by the provider's name; raises FimError.
    now: seconds since the epoch, for prices that depend on the time of day.
    """

    def __init__(
        self,
        client: Callable[[str], Awaitable[ApiClient]],
        now: Callable[[], float],
    ) -> None:
        self._client = client
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, state: ProviderState) -> None:
        """Warm a server up, where that costs nothing and betrays nothing.

        Done only where the provider is on this machine, needs no key and has no price.
        """
        provider = state.provider
        is_free = provider.loopback and not (provider.api_key_env or provider.prices)
        if is_free and not (state.is_warm or provider.api_key_command):
            state.is_warm = True
            task = asyncio.ensure_future(self._warm_up(state))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _warm_up(self, state: ProviderState) -> None:
        await asyncio.sleep(WARM_UP_AFTER)
        with suppress(FimError):
            client = await self._client(state.provider.name)
            if state.key is not None or state.is_asked:
                return
            model = await client.resolve_model("auto", chat=False)
            if price_of(model, self._now(), state.provider.prices):
                return
            state.request_made()
            try:
                async with aclosing(client.stream_fim(WARM_UP, model)) as deltas:
                    async for _ in deltas:
                        pass
            finally:
                state.loading.end()

    async def aclose(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
