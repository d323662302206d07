"""Which sentences the user of this machine has seen, so that none is shown twice."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path


def told_file() -> Path:
    """Where the names of the sentences are kept."""
    return user_state_path("fim-lsp", appauthor=False) / "told.json"


class Told:
    """The names of the sentences that were shown.

    They are kept in a file, or only in memory if the file cannot be written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or told_file()
        self._told: set[str] | None = None

    def first_time(self, name: str) -> bool:
        """Whether `name` was never shown before; marks it as shown."""
        if self._told is None:
            self._told = _read(self._path)
        if name in self._told:
            return False
        # Another server may have added names to the file.
        self._told |= _read(self._path) | {name}
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(sorted(self._told)), "utf-8")
        return True


def _read(path: Path) -> set[str]:
    try:
        names = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(names, list):
        return set()
    return {name for name in names if isinstance(name, str)}
