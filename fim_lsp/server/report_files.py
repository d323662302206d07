"""Markdown reports: files that only the user can read, and that are soon deleted."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from itertools import count
from pathlib import Path

import platformdirs

from ..text import visible

log = logging.getLogger(__name__)

# The age in seconds from which on reports of other servers are deleted.
_DAY = 86_400.0


class ReportFiles:
    """The reports that one server has written."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._written: list[Path] = []
        self._numbers = count(1)

    def write(self, title: str, markdown: str) -> Path | None:
        """Write a report, and return its path.

        None if it cannot be written; the log says why.
        """
        try:
            folder = self._private_folder()
            _delete_old(folder)
            word = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "report"
            path = folder / f"{word}-{os.getpid()}-{next(self._numbers)}.md"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
                file.write(visible(markdown))
        except OSError as error:
            log.warning("No report could be written: %s.", error.strerror)
            return None
        self._written.append(path)
        return path

    def clear(self) -> None:
        """Delete the reports of this server."""
        for path in self._written:
            with contextlib.suppress(OSError):
                path.unlink()
        self._written.clear()

    def _private_folder(self) -> Path:
        folder = self._folder or platformdirs.user_cache_path("fim-lsp") / "reports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)  # raises OSError if the folder is somebody else's
        return folder


def _delete_old(folder: Path) -> None:
    """Delete old reports of servers that were killed before they could do so."""
    for path in folder.glob("*.md"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _DAY:
                path.unlink()
