"""Work that is done when a document is opened, so that its first request is fast."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..api.providers import Providers
from ..completion.engine import Engine
from ..errors import SettingsError
from ..privacy.by_project import PrivacyByProject
from ..settings.live import LiveSettings
from ..text import Document


class HeadStart:
    """Prepares requests for documents that may be sent; others are left alone."""

    def __init__(
        self,
        settings: LiveSettings,
        privacy: PrivacyByProject,
        providers: Providers,
        engine: Engine,
    ) -> None:
        self._settings = settings
        self._privacy = privacy
        self._providers = providers
        self._engine = engine

    def gather(self, document: Document, folder: Path | None) -> None:
        """Read the files that a request will send along with the document."""

        def gather(refusal: str | None) -> None:
            if refusal is None:
                settings = self._settings.for_folder(folder).completion
                self._engine.gather(document, folder, settings.context_tokens)

        self._privacy.when_known(document.uri, folder, gather)

    def warm_model(self, name: str, document: Document, folder: Path | None) -> None:
        """Have the provider called `name` load its model, if it is on this machine.

        Nothing is done while completion is off or only on request.
        """
        settings = self._settings.known_for(folder).completion
        if not settings.enabled or settings.trigger == "manual":
            return

        def warm_up(refusal: str | None) -> None:
            if refusal is None:
                with suppress(SettingsError):
                    self._providers.warm_up(name)

        self._privacy.when_known(document.uri, folder, warm_up)
