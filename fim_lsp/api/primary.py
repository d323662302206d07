"""Which provider completes: by the settings, the last login, or a key that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..settings import Settings
from .keystore import KeyStore
from .services import PRESETS

# Seconds for which the name of the last login is remembered.
LOGIN_AGE = 1.0
# The provider that completes if its key is in the environment and nobody has logged in.
DEFAULT = "deepseek"


class PrimaryProvider:
    """Names the provider that completes.

    clock: monotonic time in seconds.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        store: KeyStore,
        clock: Callable[[], float],
    ) -> None:
        self._environ = environ
        self._store = store
        self._clock = clock
        self._login: str | None = None
        self._login_read = float("-inf")

    def name(self, settings: Settings) -> str | None:
        """The provider in the settings, else that of the last login, else the default.

        None if there is no such provider.
        """
        chosen = settings.completion.provider
        if chosen != "auto":
            return chosen
        if last := self._last_login():
            return last
        variable = PRESETS[DEFAULT].api_key_env or ""
        return DEFAULT if self._environ.get(variable, "").strip() else None

    def _last_login(self) -> str | None:
        """The provider of the last login, which may have been in another process."""
        if self._clock() - self._login_read >= LOGIN_AGE:
            self._login_read = self._clock()
            self._login = self._store.last_login
        return self._login
