"""Gathers the facts from which the status follows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from ..api.providers import Providers
from ..completion.sources import ECHO
from ..errors import SettingsError
from ..money.meter import Meter
from ..settings import Settings
from .gateway import Gateway
from .status import State


def state_of(
    name: str,
    settings: Settings,
    *,
    gateway: Gateway,
    money: Meter,
    providers: Providers,
) -> State:
    """The state of completion by a provider, or by echo, apart from a pause."""
    state = State(
        name,
        settings.completion.model,
        money.today(settings.budget.currency),
        enabled=settings.completion.enabled,
        fallback=settings.fallback,
    )
    if name == ECHO:
        return state
    state = replace(state, refusal=gateway.trouble(name, settings.budget))
    with suppress(SettingsError):
        standing = money.standing(settings.budget, gateway.provider(name))
        return replace(state, standing=standing, loading=providers.loading(name))
    return state
