"""`fim-lsp connect URL`: find out how an endpoint is asked, prove it, set it up."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import click

from ..api.keys import Key, clean_key, find_key
from ..api.keystore import KeyStore
from ..api.presets import resolve
from ..api.services import PRESETS
from ..doctor.address import Address, read_address
from ..doctor.advice import advice, sentences
from ..doctor.probe import Probe, ProbeOutcome, provider_settings
from ..errors import FimError, InputError
from ..settings import Settings
from . import on_terminal
from .connect_progress import ProbeProgress, way_in_words
from .login import TYPED, typed_key, user_layers
from .output import (
    print_json,
    print_table,
    put,
    put_sentence,
    say,
)
from .running import JSON
from .setup.change import diff, save
from .user_file import Tables, as_toml, plan_for

# Names that a provider of the user's own cannot have, because they mean something else.
_TAKEN = {"echo", "auto"}
_MOST_MODELS = 5  # names of models that are printed


@click.command
@click.argument("url")
@click.option("--name", metavar="NAME", help="What to call it in the settings.")
@click.option(
    "--model", metavar="MODEL", help="The model to ask, if not the usual one."
)
@click.option("--key-env", metavar="VARIABLE", help="The variable that holds its key.")
@click.option("--write", is_flag=True, help="Write the settings; a backup is kept.")
@JSON
def connect(
    url: str,
    *,
    name: str | None,
    model: str | None,
    key_env: str | None,
    write: bool,
    as_json: bool,
) -> None:
    """Find out how the endpoint at URL is asked to complete, and prove it.

    Makes at most six short calls and sends no code of yours.
    """
    address = read_address(url)
    settings = user_layers().current
    name = _checked_name(name) if name else free_name(address, settings)
    key = _key(address, name, key_env, settings)
    for note in address.notes:
        say(note)
    progress = ProbeProgress(quiet=as_json)
    progress.begin(address, key)
    probe = Probe(
        address,
        name,
        key=key,
        model=model,
        ask_key=lambda: _typed_key(address),
        on_call=progress.asking,
        on_attempt=progress.answered,
    )
    outcome = asyncio.run(probe.run())
    tables = settings_for(outcome, name, key_env)
    if as_json:
        print_json(as_data(outcome, tables))
    else:
        _print(outcome, tables)
    if tables and write:
        _write(tables, outcome, name)
    elif tables and not as_json:
        say("Nothing was written. Add --write to put it into your settings.")
    sys.exit(outcome.endpoint.chosen is None)


def free_name(address: Address, settings: Settings) -> str:
    """The host's label; with a number where another provider is called so."""
    label = address.label
    number = 1
    while True:
        name = label if number == 1 else f"{label}-{number}"
        if name not in _TAKEN and _is_free(name, address, settings):
            return name
        number += 1


def settings_for(outcome: ProbeOutcome, name: str, key_env: str | None) -> Tables:
    """The settings that a probe has proved; empty where none were."""
    endpoint = outcome.endpoint
    if endpoint.chosen is None:
        return {}
    provider = {
        "baseUrl": None,
        "dialect": None,
        "model": None,
        "template": None,
        "apiKeyEnv": key_env,
        "apiKeyHeader": None,
        "unversioned": None,
        "allowInsecure": None,
        **provider_settings(endpoint, endpoint.chosen),
    }
    return {("completion",): {"provider": name}, ("providers", name): provider}


def as_data(outcome: ProbeOutcome, tables: Tables) -> dict[str, Any]:
    """The outcome as `connect --json` prints it."""
    endpoint = outcome.endpoint
    chosen = endpoint.chosen
    return {
        "url": endpoint.address.url,
        "server": endpoint.server.name if endpoint.server else None,
        "models": list(endpoint.listing.ids) if endpoint.listing else [],
        "attempts": [
            {
                "dialect": attempt.way.dialect,
                "template": attempt.way.template,
                "verdict": attempt.verdict,
                "detail": attempt.detail,
            }
            for attempt in endpoint.attempts
            if attempt.verdict is not None
        ],
        "chosen": chosen
        and {
            "dialect": chosen.dialect,
            "template": chosen.template,
            "model": endpoint.model,
        },
        "chat": endpoint.chat,
        "calls": endpoint.calls,
        "settings": _nested(tables) or None,
        "advice": advice(outcome),
    }


def _print(outcome: ProbeOutcome, tables: Tables) -> None:
    """The table of attempts, the settings and the advice."""
    endpoint = outcome.endpoint
    attempts = [attempt for attempt in endpoint.attempts if attempt.verdict]
    if attempts:
        put()
        print_table(
            ("dialect", "template", "verdict", "what came back"),
            [
                (
                    attempt.way.dialect,
                    attempt.way.template or "",
                    attempt.verdict or "",
                    attempt.detail,
                )
                for attempt in attempts
            ],
        )
    put()
    for part in _summary(outcome):
        put_sentence(part, indent=2)
    if tables:
        put()
        put(as_toml(tables))


def _summary(outcome: ProbeOutcome) -> Iterator[str]:
    """Who answered, what it offers, what was chosen, and what to mind."""
    endpoint = outcome.endpoint
    if endpoint.server:
        yield f"The server is {endpoint.server.name}."
    if endpoint.listing and endpoint.listing.ids:
        ids = endpoint.listing.ids
        more = f" and {len(ids) - _MOST_MODELS} more" if len(ids) > _MOST_MODELS else ""
        yield f"It offers {', '.join(ids[:_MOST_MODELS])}{more}."
    if endpoint.chosen:
        asked = f" with {endpoint.model}" if endpoint.model else ""
        yield f"Chosen: {way_in_words(endpoint.chosen)}{asked}."
    yield from sentences(outcome)


def _write(tables: Tables, outcome: ProbeOutcome, name: str) -> None:
    """Put the settings into the user file, and a typed key into the store."""
    if outcome.key and outcome.key.source == TYPED:
        try:
            where = KeyStore().set(name, outcome.key.value)
        except OSError as error:
            raise InputError(f"The key cannot be stored: {error.strerror}.") from error
        say(f"The key is stored in {where}.")
    plan = plan_for(tables)
    if plan.before == plan.after:
        say(f"{plan.path} says so already.")
        return
    say(diff(plan))
    backup = save(plan)
    undo = f"put back {backup}" if backup else "delete that file"
    say(f"Wrote {plan.path}. To undo, {undo}.")


def _nested(tables: Tables) -> dict[str, Any]:
    """The settings as nested objects, without what is not set."""
    nested: dict[str, Any] = {}
    for path, values in tables.items():
        table = nested
        for part in path:
            table = table.setdefault(part, {})
        table.update({key: value for key, value in values.items() if value is not None})
    return nested


# The key


def _key(
    address: Address, name: str, key_env: str | None, settings: Settings
) -> Key | None:
    """The key to send: from the variable, else the one that the provider has already.

    Raises InputError for a variable that is empty, and for a key that others on the
    way could read.
    """
    if key_env:
        key = clean_key(os.environ.get(key_env, ""), key_env)
        if key is None:
            raise InputError(f"The variable {key_env} is not set or empty.")
    elif _is_at(name, address, settings):
        key = find_key(resolve(name, settings), os.environ, KeyStore())
    else:
        key = None
    if key and address.plain:
        raise InputError(
            f"The key from {key.source} would go over plain http, so that others could "
            "read it; use https."
        )
    return key


def _typed_key(address: Address) -> Key | None:
    """The key as the user types it; None without a terminal, or where none is typed."""
    if not on_terminal():
        return None
    typed = click.prompt(
        f"{address.host} wants a key",
        hide_input=True,
        default="",
        show_default=False,
        err=True,
    )
    return typed_key(typed)


def _checked_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name) or name in _TAKEN:
        raise InputError(
            f'"{name}" cannot be the name of a provider; take letters, digits and -.'
        )
    return name


def _is_free(name: str, address: Address, settings: Settings) -> bool:
    """Whether no other provider has the name."""
    is_known = name in settings.providers or name in PRESETS
    return not is_known or _is_at(name, address, settings)


def _is_at(name: str, address: Address, settings: Settings) -> bool:
    """Whether there is a provider of this name at this very host and port."""
    if name not in settings.providers and name not in PRESETS:
        return False
    try:
        provider = resolve(name, settings)
    except FimError:
        return False
    return _place(provider.base_url) == _place(address.url)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
