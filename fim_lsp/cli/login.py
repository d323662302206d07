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
from ..errors import (
    AuthenticationFailed,
    BalanceInsufficient,
    InputError,
    RateLimited,
    RequestRefused,
)
from ..settings.live import LiveSettings
from . import on_terminal
from .output import put, say
from .setup.change import save
from .user_file import plan_for

# Where a key comes from that somebody has typed or piped.
TYPED = "your input"

_PROBE = FimRequest("def add(a, b):\n    return ", "\n", max_tokens=8, temperature=0)


@click.command
@click.argument("provider", default="deepseek")
@click.option("--no-check", is_flag=True, help="Store the key without trying it.")
def login(provider: str, *, no_check: bool) -> None:
    """Store the key of a provider, once it is proved to work.

    The key is asked for, or read from the first line of stdin.
    """
    layers = user_layers()
    service = resolve(provider, layers.current)
    if not no_check:
        say(f"The key and two short test requests go to {service.host}.")
    key = _ask(service)
    if no_check:
        put("The key is stored without a check; `fim-lsp doctor` checks it later.")
    else:
        put(asyncio.run(_prove(service, key)))
    try:
        where = KeyStore().set(provider, key.value if key else "")
    except OSError as error:
        raise InputError(f"The key cannot be stored: {error.strerror}.") from error
    put(f"The key is stored in {where}." if key else f"{provider} is chosen.")
    variable = service.api_key_env
    if key and variable and os.environ.get(variable, "").strip() not in {"", key.value}:
        say(f"{variable} is set to another key, which comes before the stored one.")
    _choose(provider, layers)


def user_layers() -> LiveSettings:
    """The settings of the user file and the environment; says what is wrong there."""
    layers = LiveSettings(environ=os.environ, user_file=None, clock=time.monotonic)
    for problem in layers.parsed.problems:
        say(problem.sentence)
    return layers


def _choose(provider: str, layers: LiveSettings) -> None:
    """Make the provider the one that completes, where the user file names another."""
    chosen = layers.current.completion.provider
    if chosen in ("auto", provider):
        return
    if layers.parsed.origins.get("completion.provider") != "user":
        say(f"completion.provider is {chosen} in the environment, and stays so.")
        return
    plan = plan_for({("completion",): {"provider": provider}})
    backup = save(plan)
    say(
        f"completion.provider was {chosen} in {plan.path} and is now {provider}. "
        f"To undo, put back {backup}."
    )


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
    key = typed_key(typed)
    if key is None and provider.api_key_env:
        raise InputError("No key was given; nothing is stored.")
    return key


def typed_key(typed: str) -> Key | None:
    """A key as people paste it: without the quotes or the word around it."""
    text = typed.strip().removeprefix("Bearer ").strip()
    for opener, closer in ('""', "''", "``", "“”", "‘’"):
        if len(text) > 1 and text.startswith(opener) and text.endswith(closer):
            text = text[1:-1]
    return clean_key(text, TYPED)


async def _prove(provider: Provider, key: Key | None) -> str:
    """Ask for the models and for a completion; says in a sentence how it went.

    Raises FimError where the key does not work.
    """
    client = ApiClient(provider, key)
    try:
        with suppress(RequestRefused):  # not every endpoint has a list of models
            await client.models()
        model = await client.resolve_model("auto", chat=False)
        started = time.monotonic()
        async with aclosing(client.stream_fim(_PROBE, model)) as deltas:
            async for _ in deltas:
                pass
    except AuthenticationFailed as error:
        words = f": “{error.detail}”" if error.detail else ""
        raise InputError(
            f"{provider.host} refuses the key ({error.status}{words}); copy it again, "
            "and see whether it is for this service. Nothing is stored."
        ) from error
    except (BalanceInsufficient, RateLimited) as error:
        return f"The key is right, but: {error.sentence}"
    finally:
        await client.aclose()
    took = (time.monotonic() - started) * 1000
    name = model or provider.host
    return (
        f"{'The key works' if key else 'It works'}: {name} answered in {took:.0f} ms."
    )
