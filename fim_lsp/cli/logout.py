"""`fim-lsp logout`: forget a stored key."""

from __future__ import annotations

import os

import click

from ..api.keystore import KeyStore
from ..api.services import PRESETS
from ..errors import InputError
from .output import put, say


@click.command
@click.argument("provider", required=False)
def logout(provider: str | None) -> None:
    """Forget the stored key of a provider.

    Without PROVIDER: that of the last login.
    """
    store = KeyStore()
    name = provider or store.last_login
    if name is None or not store.delete(name):
        raise InputError(
            f"No key of {name} is stored." if name else "No key is stored."
        )
    put(f"The key of {name} is forgotten.")
    variable = PRESETS[name].api_key_env if name in PRESETS else None
    if variable and os.environ.get(variable, "").strip():
        say(f"{variable} is still set and will be used.")
