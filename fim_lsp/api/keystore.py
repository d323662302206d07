"""Stores the keys of `fim-lsp login` in the system's keyring, or else in a file.

The file `login.json` lists the providers that have a key, and names the last login.  It
is read first, so that no keyring is opened if nobody has logged in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import platformdirs

_SERVICE = "fim-lsp"
_IN_KEYRING = "keyring"


class Keyring(Protocol):
    """The methods of a keyring that are used here."""

    def get_password(self, service: str, username: str, /) -> str | None: ...

    def set_password(self, service: str, username: str, password: str, /) -> None: ...

    def delete_password(self, service: str, username: str, /) -> None: ...


class KeyStore:
    """The stored keys.

    folder: where the file is; by default the user's configuration folder.
    backend: the keyring; True for the system's, False for none.

    All methods block, and a keyring may ask the user for a password, so that they are
    to be called in a thread.
    """

    def __init__(
        self, folder: Path | None = None, *, backend: Keyring | bool = True
    ) -> None:
        self._folder = folder or platformdirs.user_config_path("fim-lsp")
        self._backend = backend

    @property
    def file(self) -> Path:
        return self._folder / "login.json"

    @property
    def last_login(self) -> str | None:
        """The provider of the last login, those that were logged out aside."""
        last = self._read().get("last")
        return last if isinstance(last, str) else None

    def get(self, provider: str) -> tuple[str, str] | None:
        """The key of a provider, and in words where it is kept; None without a key."""
        kept = _keys(self._read()).get(provider)
        if isinstance(kept, str):
            return kept, str(self.file)
        if kept is None or (keyring := self._keyring()) is None:
            return None
        with suppress(Exception):  # a backend raises what it likes
            value = keyring.get_password(_SERVICE, provider)
            return (value, "the system's keyring") if value else None
        return None

    def set(self, provider: str, key: str) -> str:
        """Store a key, and return in words where it is kept.

        Raises OSError if the file cannot be written.
        """
        content = self._read()
        kept: object = key
        where = f"{self.file}, which only you can read"
        if (keyring := self._keyring()) is not None:
            with suppress(Exception):  # a backend raises what it likes
                keyring.set_password(_SERVICE, provider, key)
                if keyring.get_password(_SERVICE, provider) == key:
                    kept, where = {"in": _IN_KEYRING}, "the system's keyring"
        self._write({"last": provider, "keys": {**_keys(content), provider: kept}})
        return where

    def delete(self, provider: str) -> bool:
        """Remove a key; returns whether there was one."""
        content = self._read()
        keys = dict(_keys(content))
        kept = keys.pop(provider, None)
        if kept is None:
            return False
        if not isinstance(kept, str) and (keyring := self._keyring()) is not None:
            with suppress(Exception):  # a backend raises what it likes
                keyring.delete_password(_SERVICE, provider)
        last = content.get("last")
        if last == provider:
            last = next(reversed(keys), None)
        self._write({"last": last, "keys": keys})
        return True

    def _keyring(self) -> Keyring | None:
        """The system's keyring, if there is one that can store keys."""
        if not isinstance(self._backend, bool):
            return self._backend
        if not self._backend:
            return None
        with suppress(Exception):  # looking for backends runs foreign code
            import keyring  # noqa: PLC0415 - slow to import, and seldom needed
            from keyring.core import recommended  # noqa: PLC0415 - as above

            backend = keyring.get_keyring()
            return backend if recommended(backend) else None
        return None

    def _read(self) -> Mapping[str, Any]:
        """The content of the file; empty if the file is missing or damaged."""
        try:
            content = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _write(self, content: Mapping[str, Any]) -> None:
        """Replace the file in one step; other users can never read it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(f".{os.getpid()}.new")
        new.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
                json.dump(content, file)
            new.replace(self.file)
        finally:
            new.unlink(missing_ok=True)


def _keys(content: Mapping[str, Any]) -> Mapping[str, Any]:
    keys = content.get("keys")
    return keys if isinstance(keys, dict) else {}
