"""Which model `auto` means, and what the endpoint last said it has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from decimal import Decimal

from ..errors import (
    ApiError,
    ModelUnknown,
    RequestRefused,
    ServerFailed,
    StreamBroken,
    TimedOut,
)
from .presets import Provider
from .prices import price_of
from .requests import Model

_LIST_AGE = 60.0  # seconds before a refused model makes us ask for the list again


def choose(provider: Provider, offered: Sequence[str]) -> str:
    """The model to use, of the ids that the endpoint offers, in its order.

    The preferred ones in their order, but one without a known price only where none
    of them has one; then the cheapest with a price; then the first.  `""` where
    nothing is offered and nothing is known.
    """
    if not offered:
        return provider.default_model
    preferred = [name for name in provider.preferred if name in offered]
    priced = [name for name in preferred if _price(provider, name) is not None]
    for names in (priced, preferred):
        if names:
            return names[0]
    prices = [
        (price, place)
        for place, name in enumerate(offered)
        if (price := _price(provider, name)) is not None
    ]
    return offered[min(prices)[1]] if prices else offered[0]


class ModelChoice:
    """Remembers the choice, and asks again once it was refused.

    `ask` gives the endpoint's list; `clock` seconds.
    """

    def __init__(
        self,
        provider: Provider,
        ask: Callable[[], Awaitable[tuple[Model, ...]]],
        clock: Callable[[], float],
    ) -> None:
        self._provider = provider
        self._ask = ask
        self._clock = clock
        self._choosing = asyncio.Lock()
        self._chosen: str | None = None
        self._offered: tuple[str, ...] = ()
        self._asked_at: float | None = None

    def learn(self, models: tuple[Model, ...]) -> None:
        """Keeps what the endpoint said it has."""
        self._offered = tuple(model.id for model in models)
        self._asked_at = self._clock()

    async def chosen(self) -> str:
        """The choice; asks the endpoint the first time.

        A list that could not be had just now is asked for again the next time, one
        that does not exist is not.
        """
        async with self._choosing:
            if self._chosen is not None:
                return self._chosen
            try:
                await self._ask()
            except (ServerFailed, StreamBroken, TimedOut):
                if not self._provider.default_model:
                    raise
                return self._provider.default_model
            except RequestRefused:
                self._offered = ()
            self._chosen = self._named(choose(self._provider, self._offered))
            return self._chosen

    async def refused(self, model: str, otherwise: str = "") -> ModelUnknown | None:
        """The error for a model that the endpoint does not offer, if that is so.

        `otherwise` is what else the refusal may mean.
        """
        at = self._asked_at
        if at is None or self._clock() - at >= _LIST_AGE:
            with suppress(ApiError):
                await self._ask()
        if not self._offered or model in self._offered:
            return None
        self._chosen = None
        return ModelUnknown(
            f'{self._provider.host} does not offer the model "{model}"; '
            f"it offers {', '.join(self._offered[:8])}{otherwise}."
        )

    def _named(self, model: str) -> str:
        if not model and self._provider.dialect != "infill":
            raise ModelUnknown(
                f"{self._provider.host} does not say which models it has; set "
                f"providers.{self._provider.name}.model."
            )
        return model


def _price(provider: Provider, model: str) -> Decimal | None:
    price = price_of(model, 0, provider.prices)
    return None if price is None else price.input + price.output
