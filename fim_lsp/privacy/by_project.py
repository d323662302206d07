"""Which files may be read and sent, by the settings of their workspace folder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from cachetools import TTLCache

from ..settings import PrivacySettings
from . import Privacy

# Sets of settings for which a `Privacy` is kept: each project may have its own.
KEPT = 32
# Documents whose answer is kept, and for how many seconds: an answer takes several
# looks at the file system, and is needed at every key.
ANSWERS = 256
ANSWER_SECONDS = 1.0
# Stands for an answer for which files would have to be read; the name of no reason.
UNREAD = "unread"


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
        self._reading: dict[str, asyncio.Task[str | None]] = {}

    def refusal(self, uri: str, folder: Path | None) -> str | None:
        """The reason's name for which a document may not be sent, or None.

        To be called in a thread: it may read files of patterns, which a project can
        make slow to read.
        """
        return self._privacy(folder).refusal(self.uri_of(uri), folder)

    async def check(self, uri: str, folder: Path | None) -> str | None:
        """As `refusal`, on the event loop: files of patterns are read in a thread."""
        uri = self.uri_of(uri)
        answer = self._kept(uri, folder)
        if answer != UNREAD:
            return answer
        settings, privacy = self._settings_of(folder), self._privacy(folder)
        answer = await asyncio.to_thread(privacy.refusal, uri, folder)
        if uri not in self._allowed:  # the user may have allowed it meanwhile
            self._answers[uri, folder, settings] = answer
        return answer

    def refusal_now(self, uri: str, folder: Path | None) -> str | None:
        """As `refusal`, at once and without reading a file.

        UNREAD where files of patterns are new or have changed: reading them starts
        here, and the document may not be sent before they are read.
        """
        uri = self.uri_of(uri)
        answer = self._kept(uri, folder)
        if answer == UNREAD:
            self._read(uri, folder)
        return answer

    def when_known(
        self, uri: str, folder: Path | None, then: Callable[[str | None], None]
    ) -> None:
        """Give `then` the refusal: at once, or when files of patterns are read."""
        uri = self.uri_of(uri)
        answer = self._kept(uri, folder)
        if answer != UNREAD:
            then(answer)
            return

        def after_reading(task: asyncio.Task[str | None]) -> None:
            if not task.cancelled():
                then(task.result())

        self._read(uri, folder).add_done_callback(after_reading)

    def _read(self, uri: str, folder: Path | None) -> asyncio.Task[str | None]:
        """The task that reads files of patterns for a document: one at a time."""
        if (task := self._reading.get(uri)) is None:
            task = asyncio.get_running_loop().create_task(self.check(uri, folder))
            self._reading[uri] = task
            task.add_done_callback(lambda _: self._reading.pop(uri))
        return task

    def _kept(self, uri: str, folder: Path | None) -> str | None:
        """The refusal, where no file of patterns has to be read for it, or UNREAD."""
        key = uri, folder, self._settings_of(folder)
        answer = self._answers.get(key, UNREAD)
        if answer == UNREAD:
            privacy = self._privacy(folder)
            if privacy.is_known(uri, folder):
                answer = self._answers[key] = privacy.refusal(uri, folder)
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
