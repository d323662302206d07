"""The completion sources of a session, as the engine asks them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..api.presets import Provider
from ..api.prices import Money
from ..api.requests import Delta, FimRequest
from ..api.token_counts import Tokens
from ..completion.sources import Repetition
from ..errors import FimError, SettingsError
from ..money.bill import Spend
from ..reasons import Refusal
from ..settings import CompletionSettings, Settings
from ..text import Document, Place
from .echoes import Echoes
from .gateway import Gateway

# Tokens of the text after the cursor for a provider on this machine.  A server reads
# these tokens again at every key, as they come last in the prompt: on a machine without
# a graphics card 128 tokens take three times as long as 32.
LOCAL_SUFFIX = 32


def fitted(settings: CompletionSettings, provider: Provider) -> CompletionSettings:
    """The settings, with what suits a provider where the user chose nothing.

    A provider on this machine gets a short suffix.  A chat model, which is slow and
    dear, is asked only on request.
    """
    if provider.loopback and not settings.suffix_is_chosen:
        shorter = min(LOCAL_SUFFIX, settings.suffix_tokens)
        settings = replace(settings, suffix_tokens=shorter)
    if provider.dialect == "chat" and not settings.trigger_is_chosen:
        settings = replace(settings, trigger="manual")
    return settings


@dataclass(frozen=True, slots=True)
class PaidModel:
    """The model of the provider called `name`, under the settings of one request."""

    name: str
    settings: Settings
    gateway: Gateway

    @property
    def model(self) -> str:
        return self.settings.completion.model

    @property
    def body(self) -> str:
        with suppress(SettingsError):
            return self.gateway.provider(self.name).body_key
        return ""

    @property
    def loopback(self) -> bool:
        with suppress(SettingsError):
            return self.gateway.provider(self.name).loopback
        return False

    def refusal(self, *, invoked: bool) -> Refusal | None:
        return self.gateway.refusal(self.name, self.settings.budget, invoked=invoked)

    def stream(self, request: FimRequest) -> AsyncGenerator[Delta, None]:
        return self.gateway.stream_fim(self.name, self.settings, request)

    def landed(
        self,
        tokens: Tokens,
        *,
        language: str,
        model: str | None,
        first_token: float | None,
        total: float,
        error: FimError | None,
    ) -> Money | None:
        spend = Spend(tokens, first_token, total, error)
        return self.gateway.landed(
            self.name, self.settings.budget, spend, model=model, language=language
        )


@dataclass(frozen=True, slots=True)
class FolderEcho:
    """Echo in one workspace folder; without a folder echo has no answer."""

    folder: Path | None
    echoes: Echoes

    def refusal(self) -> Refusal | None:
        return self.echoes.refusal(self.folder)

    async def guess(
        self, document: Document, place: Place, *, invoked: bool
    ) -> Repetition | None:
        return await self.echoes.guess(self.folder, document, place, invoked=invoked)
