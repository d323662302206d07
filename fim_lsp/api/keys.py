"""Finds a provider's key: in the environment, from a login, by a command.

No function here puts a key into a sentence or a `repr`.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..errors import KeyMissing, SettingsError
from .presets import Provider

# Seconds that `apiKeyCommand` may take.
_COMMAND_SECONDS = 20.0
# Bytes that are read of the command's output.
_LONGEST_KEY = 16 * 1024


@dataclass(frozen=True, slots=True)
class Key:
    """A key.  `source` says in words where it was found; `value` is not in `repr`."""

    value: str = field(repr=False)
    source: str


class Store(Protocol):
    """Where `login` stores keys."""

    def get(self, provider: str) -> tuple[str, str] | None:
        """The key of a provider and where it is kept, in words."""


def find_key(
    provider: Provider, environ: Mapping[str, str], store: Store | None
) -> Key | None:
    """The key of a provider, or None.  May run `apiKeyCommand`: call it in a thread.

    Raises SettingsError for a key that cannot be one and a command that fails.
    An empty variable or entry is a missing one.
    """
    if not provider.trusted:
        return None
    if variable := provider.api_key_env:
        key = clean_key(environ.get(variable, ""), variable)
        if key is not None:
            return key
    if store is not None and (kept := store.get(provider.name)) is not None:
        value, source = kept
        key = clean_key(value, source)
        if key is not None:
            return key
    if provider.api_key_command:
        return _from_command(provider.name, provider.api_key_command)
    return None


def clean_key(text: str, source: str) -> Key | None:
    """A key without the white space around it; None where nothing is left."""
    value = text.strip()
    if not value:
        return None
    if any(char.isspace() for char in value):
        raise SettingsError(
            f"The key from {source} holds a line break or a blank inside; "
            "copy it again."
        )
    if not (value.isascii() and value.isprintable()):
        raise SettingsError(
            f"The key from {source} holds a character that no key has; copy it again."
        )
    return Key(value, source)


def missing(provider: Provider) -> KeyMissing:
    """The error for a provider that needs a key and has none."""
    variable = f" or set {provider.api_key_env}" if provider.api_key_env else ""
    return KeyMissing(
        f"{provider.name} needs a key; run `fim-lsp login {provider.name}`{variable}."
    )


def secrets(provider: Provider, key: Key | None) -> tuple[str, ...]:
    """Texts that must not appear in any log: the key and the user's header values."""
    values = (key.value if key else "", *provider.headers.values())
    return tuple(value for value in values if value)


def _from_command(name: str, command: tuple[str, ...]) -> Key | None:
    """The first line that a command prints; nothing it prints gets into the log."""
    setting = f"providers.{name}.apiKeyCommand"
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError):
        raise SettingsError(f"{setting} cannot be started: {command[0]}.") from None
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(_COMMAND_SECONDS, end)
    timer.start()
    with process:
        assert process.stdout is not None
        line = process.stdout.readline(_LONGEST_KEY)
        rest = process.stdout.read(_LONGEST_KEY)
        if len(rest) == _LONGEST_KEY:
            # Only the first line counts, however much follows it.
            process.kill()
    timer.cancel()
    if late.is_set():
        raise SettingsError(
            f"{setting} did not end within {_COMMAND_SECONDS:.0f} seconds."
        )
    if process.returncode > 0:
        raise SettingsError(f"{setting} failed with exit code {process.returncode}.")
    return clean_key(line.decode("utf-8", "replace"), setting)
