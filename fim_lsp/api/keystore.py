"""What `login` keeps: keys in the system's keyring, else in a file of the user's own.

The file `login.json` says which providers have a key and who logged in last.  It is
asked first, so that no keyring is opened where nobody ever logged in.
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
    """What is used of a keyring."""

    def get_password(self, service: str, username: str, /) -> str | None: ...

    def set_password(self, service: str, username: str, password: str, /) -> None: ...

    def delete_password(self, service: str, username: str, /) -> None: ...


class KeyStore:
    """`folder` holds the file; `backend` stands in for the keyring, False for none.

    Every method blocks, and a keyring may ask its user: call them in a thread.
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
        """The provider of the last login that was not undone."""
        last = self._read().get("last")
        return last if isinstance(last, str) else None

    def get(self, provider: str) -> tuple[str, str] | None:
        """The key of a provider and where it is kept, in words."""
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
        """Keeps a key; says where.  Raises OSError if the file cannot be written."""
        said = self._read()
        kept: object = key
        where = f"{self.file}, which only you can read"
        if (keyring := self._keyring()) is not None:
            with suppress(Exception):  # a backend raises what it likes
                keyring.set_password(_SERVICE, provider, key)
                if keyring.get_password(_SERVICE, provider) == key:
                    kept, where = {"in": _IN_KEYRING}, "the system's keyring"
        self._write({"last": provider, "keys": {**_keys(said), provider: kept}})
        return where

    def delete(self, provider: str) -> bool:
        """Forgets a key; whether there was one."""
        said = self._read()
        keys = dict(_keys(said))
        kept = keys.pop(provider, None)
        if kept is None:
            return False
        if not isinstance(kept, str) and (keyring := self._keyring()) is not None:
            with suppress(Exception):  # a backend raises what it likes
                keyring.delete_password(_SERVICE, provider)
        last = said.get("last")
        if last == provider:
            last = next(reversed(keys), None)
        self._write({"last": last, "keys": keys})
        return True

    def _keyring(self) -> Keyring | None:
        """The system's keyring, if there is one that keeps anything."""
        if not isinstance(self._backend, bool):
            return self._backend
        if not self._backend:
            return None
        with suppress(Exception):  # looking for backends runs foreign code
            import keyring  # noqa: PLC0415 - slow to import, and seldom needed
            from keyring.core import recommended  # noqa: PLC0415 - as above

            found = keyring.get_keyring()
            return found if recommended(found) else None
        return None

    def _read(self) -> Mapping[str, Any]:
        """What the file says; nothing where it is missing or damaged."""
        try:
            said = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def _write(self, said: Mapping[str, Any]) -> None:
        """Replaces the file at once; nobody else can read it at any moment."""
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(f".{os.getpid()}.new")
        new.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
                json.dump(said, file)
            new.replace(self.file)
        finally:
            new.unlink(missing_ok=True)


def _keys(said: Mapping[str, Any]) -> Mapping[str, Any]:
    keys = said.get("keys")
    return keys if isinstance(keys, dict) else {}
