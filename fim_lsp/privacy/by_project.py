"""Which files may be read and sent, by the settings of their workspace folder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cachetools import TTLCache

from ..settings import PrivacySettings
from . import Privacy

# Sets of settings for which a `Privacy` is kept: each project may have its own.
KEPT = 32
# Documents whose answer is kept, and for how many seconds: an answer takes several
# looks at the file system, and is needed at every key.
ANSWERS = 256
ANSWER_SECONDS = 1.0
# Stands for an answer that is not kept.
_UNKNOWN: Any = object()


class PrivacyByProject:
    """Keeps one `Privacy` for each distinct `PrivacySettings`.

    `settings_of` gives the settings for documents of a workspace folder.  Files that
    the user allowed are allowed under all settings.

    uri_of: the URI by which a document is judged; for a cell, that of its notebook.
    """

    def __init__(
        self,
        settings_of: Callable[[Path | None], PrivacySettings],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.uri_of: Callable[[str], str] = lambda uri: uri
        self._settings_of = settings_of
        self._answers: TTLCache[
            tuple[str, Path | None, PrivacySettings], str | None
        ] = TTLCache(ANSWERS, ANSWER_SECONDS, clock)
        self._by_settings: dict[PrivacySettings, Privacy] = {}
        self._allowed: list[str] = []

    def refusal(self, uri: str, folder: Path | None) -> str | None:
        """The reason's name for which a document may not be sent, or None."""
        uri = self.uri_of(uri)
        key = uri, folder, self._settings_of(folder)
        answer: str | None = self._answers.get(key, _UNKNOWN)
        if answer is _UNKNOWN:
            answer = self._answers[key] = self._privacy(folder).refusal(uri, folder)
        return answer

    async def check(self, uri: str, folder: Path | None) -> str | None:
        """As `refusal`; files of patterns that are new or have changed are read in a
        thread, because a project can make them slow to read.
        """
        uri = self.uri_of(uri)
        key = uri, folder, self._settings_of(folder)
        privacy = self._privacy(folder)
        if key in self._answers or privacy.is_known(uri):
            return self.refusal(uri, folder)
        answer = await asyncio.to_thread(privacy.refusal, uri, folder)
        if uri not in self._allowed:  # it may have been allowed meanwhile
            self._answers[key] = answer
        return answer

    def may_read(self, path: Path, folder: Path) -> bool:
        """Whether a file may be read and sent; may be called in a thread."""
        return self._privacy(folder).refusal_of_path(path, folder) is None

    def allow(self, uri: str) -> None:
        """Allow a file that git ignores, whatever the settings."""
        uri = self.uri_of(uri)
        self._allowed.append(uri)
        self._answers.clear()
        for privacy in self._by_settings.values():
            privacy.allow(uri)

    def _privacy(self, folder: Path | None) -> Privacy:
        settings = self._settings_of(folder)
        if (kept := self._by_settings.get(settings)) is not None:
            return kept
        if len(self._by_settings) >= KEPT:
            self._by_settings.clear()
        privacy = self._by_settings[settings] = Privacy(settings)
        for uri in self._allowed:
            privacy.allow(uri)
        return privacy
