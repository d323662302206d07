"""Which files may be read and sent, by the settings that hold for them."""

from __future__ import annotations

from ..settings import PrivacySettings
from . import Privacy

# Each project may have its own settings; more than these are made anew.
_KEPT = 32


class PrivacyByProject:
    """A Privacy for each set of settings, and the files admitted in all of them."""

    def __init__(self) -> None:
        self._made: dict[PrivacySettings, Privacy] = {}
        self._allowed: list[str] = []

    def under(self, settings: PrivacySettings) -> Privacy:
        if (known := self._made.get(settings)) is not None:
            return known
        if len(self._made) >= _KEPT:
            self._made.clear()
        made = self._made[settings] = Privacy(settings)
        for uri in self._allowed:
            made.allow(uri)
        return made

    def allow(self, uri: str) -> None:
        """Admit a file that git ignores, whatever settings hold for it."""
        self._allowed.append(uri)
        for privacy in self._made.values():
            privacy.allow(uri)
