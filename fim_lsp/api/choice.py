"""Which model `auto` means, by the list of models that the endpoint offers."""

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

# Seconds before the list of models is asked for again when a model is refused.
_LIST_AGE = 60.0

# Parts of the names of models that complete code.
_FOR_CODE = (
    *("coder", "codestral", "starcoder", "codegemma", "codellama", "code-llama"),
    *("stable-code", "granite-code", "mercury", "zeta", "code", "fim"),
)
# How unlikely a model is to complete code if its name does not speak of code.
_NO_CODE = 3
# Parts of the names of models that do not write text.
_NOT_FOR_TEXT = (
    *("embed", "rerank", "whisper", "tts", "speech", "audio", "image", "vision"),
    *("-vl", "ocr", "moderation", "guard", "bge-", "diffusion", "flux", "video"),
)


def choose(provider: Provider, offered: Sequence[str]) -> str:
    """The model to use; empty if nothing is offered and the provider has no default.

    offered: the ids of the models, in the order of the endpoint.
    The first preferred model with a known price is chosen; else the first preferred
    one; else the cheapest of all with a known price; else the one whose name is most
    likely that of a model for code.
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


def code_models(offered: Sequence[str]) -> list[str]:
    """The models whose names speak of code, the likeliest to complete first."""
    return sorted(
        (name for name in offered if _unlikeness(name) < _NO_CODE), key=_unlikeness
    )


def _unlikeness(model: str) -> int:
    """How unlikely it is, by its name, that a model completes code: from 0 to 4."""
    name = model.lower()
    if any(part in name for part in _NOT_FOR_TEXT):
        return 4
    if not any(part in name for part in _FOR_CODE):
        return _NO_CODE
    if is_made_for_chat(name):
        return 2
    return 0 if re.search(r"(?<![a-z])fim(?![a-z])", name) else 1


class ModelChoice:
    """Chooses a model once, and again when the chosen model was refused.

    ask: asks the endpoint for the list of its models.
    clock: monotonic time in seconds.
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
        """Keep the list of models that the endpoint has sent."""
        self._offered = tuple(model.id for model in models)
        self._asked_at = self._clock()

    async def chosen(self) -> str:
        """The chosen model; the first call asks the endpoint for its models.

        If the endpoint fails, the provider's default model is used for now, or none
        if the dialect needs no name, and the next call asks again.  An endpoint that
        has no list is not asked again.
        """
        async with self._choosing:
            if self._chosen is not None:
                return self._chosen
            try:
                await self._ask()
            except (ServerFailed, StreamBroken, TimedOut):
                model = self._provider.default_model
                if not model and DIALECTS[self._provider.dialect].names_model:
                    raise
                return model
            except RequestRefused:
                self._offered = ()
            self._chosen = self._named(choose(self._provider, self._offered))
            return self._chosen

    async def refused(
        self, model: str, words: str, otherwise: str = ""
    ) -> ModelUnknown | None:
        """The error to raise if a refused model is one that the endpoint lacks.

        None if the list of models names it, or if there is no list.

        words: the endpoint's own words, as the continuation of a sentence.
        otherwise: another meaning that the refusal may have.
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
