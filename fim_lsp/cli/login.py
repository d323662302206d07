"""`fim-lsp login`: ask for a key, prove that it works, keep it."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import aclosing, suppress

import click

from ..api.client import ApiClient
from ..api.keys import Key, clean_key
from ..api.keystore import KeyStore
from ..api.presets import Provider, resolve
from ..api.requests import FimRequest
from ..errors import BalanceInsufficient, InputError, RateLimited, RequestRefused
from ..settings import Settings
from ..settings.live import LiveSettings
from . import on_terminal
from .output import put, say

_PROBE = FimRequest("def add(a, b):\n    return ", "\n", max_tokens=8, temperature=0)


@click.command
@click.argument("provider", default="deepseek")
def login(provider: str) -> None:
    """Store the key of a provider, once it is proved to work.

    The key is asked for, or read from the first line of stdin.
    """
    found = resolve(provider, user_settings())
    say(f"The key and two short test requests go to {found.host}.")
    key = _ask(found)
    put(asyncio.run(_prove(found, key)))
    try:
        where = KeyStore().set(provider, key.value if key else "")
    except OSError as error:
        raise InputError(f"The key cannot be stored: {error.strerror}.") from error
    put(f"The key is stored in {where}." if key else f"{provider} is chosen.")
    variable = found.api_key_env
    if key and variable and os.environ.get(variable, "").strip() not in {"", key.value}:
        say(f"{variable} is set to another key, which comes before the stored one.")


def user_settings() -> Settings:
    """The settings of the user file and the environment."""
    layers = LiveSettings(environ=os.environ, user_file=None, clock=time.monotonic)
    for problem in layers.parsed.problems:
        say(problem.sentence)
    return layers.parsed.settings


def _ask(provider: Provider) -> Key | None:
    """The key as typed; None where the provider has none and nothing was typed."""
    if on_terminal():
        typed = click.prompt(
            f"Key for {provider.name}",
            hide_input=True,
            default="",
            show_default=False,
            err=True,
        )
    else:
        typed = sys.stdin.readline() if sys.stdin is not None else ""
    key = clean_key(typed, "your input")
    if key is None and provider.api_key_env:
        raise InputError("No key was given; nothing is stored.")
    return key


async def _prove(provider: Provider, key: Key | None) -> str:
    """Ask the endpoint once each way; what it said, in a sentence."""
    client = ApiClient(provider, key)
    try:
        with suppress(RequestRefused):  # not every endpoint has a list of models
            await client.models()
        model = await client.resolve_model("auto", chat=False)
        started = time.monotonic()
        async with aclosing(client.stream_fim(_PROBE, model)) as deltas:
            async for _ in deltas:
                pass
    except (BalanceInsufficient, RateLimited) as error:
        return f"The key is right, but: {error.sentence}"
    finally:
        await client.aclose()
    took = (time.monotonic() - started) * 1000
    name = model or provider.host
    return (
        f"{'The key works' if key else 'It works'}: {name} answered in {took:.0f} ms."
    )
