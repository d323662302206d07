"""Which model `auto` means, and what the endpoint last said it has."""

from __future__ import annotations

import asyncio
import re
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
from .dialects import DIALECTS
from .presets import Provider
from .prices import price_of
from .requests import Model

_LIST_AGE = 60.0  # seconds before a refused model makes us ask for the list again

# Parts of the names of models that complete code.
_FOR_CODE = (
    *("coder", "codestral", "starcoder", "codegemma", "codellama", "code-llama"),
    *("stable-code", "granite-code", "mercury", "zeta", "code", "fim"),
)
# Parts of the names of models that do something else than to write text.
_NOT_FOR_TEXT = (
    *("embed", "rerank", "whisper", "tts", "speech", "audio", "image", "vision"),
    *("-vl", "ocr", "moderation", "guard", "bge-", "diffusion", "flux", "video"),
)


def choose(provider: Provider, offered: Sequence[str]) -> str:
    """The model to use, of the ids that the endpoint offers, in its order.

    The preferred ones in their order, but one without a known price only where none
    of them has one; then the cheapest with a price; then the first whose name tells
    most of code.  `""` where nothing is offered and nothing is known.
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
    if prices:
        return offered[min(prices)[1]]
    return min(offered, key=_unlikeness)


def is_made_for_chat(model: str) -> bool:
    """Whether a model's name says that it was trained to converse."""
    return (
        re.search(r"instruct|chat|(?:^|[-_:])it(?:$|[-_:])", model.lower()) is not None
    )


def _unlikeness(model: str) -> int:
    """How unlikely it is, by its name, that a model completes code; 0 is likeliest."""
    name = model.lower()
    if any(part in name for part in _NOT_FOR_TEXT):
        return 3
    if not any(part in name for part in _FOR_CODE):
        return 2
    return 1 if is_made_for_chat(name) else 0


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

    async def refused(
        self, model: str, words: str, otherwise: str = ""
    ) -> ModelUnknown | None:
        """The error for a model that the endpoint does not offer, if that is so.

        words: what the endpoint said, as the continuation of a sentence.
        otherwise: what else the refusal may mean.
        """
        at = self._asked_at
        if at is None or self._clock() - at >= _LIST_AGE:
            with suppress(ApiError):
                await self._ask()
        if not self._offered or model in self._offered:
            return None
        self._chosen = None
        return ModelUnknown(
            f'{self._provider.host} does not offer the model "{model}"{words}; '
            f"it offers {', '.join(self._offered[:8])}{otherwise}."
        )

    def _named(self, model: str) -> str:
        if not model and DIALECTS[self._provider.dialect].names_model:
            raise ModelUnknown(
                f"{self._provider.host} does not say which models it has; set "
                f"providers.{self._provider.name}.model."
            )
        return model


def _price(provider: Provider, model: str) -> Decimal | None:
    price = price_of(model, 0, provider.prices)
    return None if price is None else price.input + price.output
