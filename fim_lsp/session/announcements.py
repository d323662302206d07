"""Sentences that the user reads once on each machine, such as where text goes."""

from __future__ import annotations

from collections.abc import Callable

from ..api.presets import Provider
from ..api.providers import Providers
from ..completion.sources import ECHO
from ..money.bill import Bill
from ..money.budget import unstoppable
from ..settings.live import LiveSettings
from .status import ECHO_SENTENCE
from .told import Told


class Announcements:
    """Shows each sentence once on each machine.

    on_notice: called with the sentence; while it is None nothing is shown, and nothing
        is marked as shown.
    """

    def __init__(self, providers: Providers, settings: LiveSettings) -> None:
        self._providers = providers
        self._settings = settings
        self._told = Told()
        self.on_notice: Callable[[str], None] | None = None

    def no_model(self) -> None:
        """Say that suggestions come from the workspace alone."""
        if self.on_notice and self._told.first_time(ECHO):
            self.on_notice(ECHO_SENTENCE)

    def destination(self, name: str, wanted_model: str = "auto") -> None:
        """Say where the text of requests to a provider goes.

        Called before the first byte leaves.  Nothing is said of a server on this
        machine.
        """
        provider = self._providers.get(name).provider
        if provider.loopback or self.on_notice is None:
            return
        if self._told.first_time(provider.host):
            model = provider.model if wanted_model == "auto" else wanted_model
            warning = model and self._price_warning(provider, model)
            sentence = destination_of(self._providers, name)
            self.on_notice(" ".join(filter(None, (sentence, warning))))

    def warn_of_price(self, bill: Bill) -> None:
        """Say that the budget cannot stop a model whose price is not known."""
        warning = self._price_warning(bill.provider, bill.model)
        if warning and self.on_notice:
            self.on_notice(warning)

    def _price_warning(self, provider: Provider, model: str) -> str | None:
        """The warning about a model without a price; None if it was shown before."""
        warning = unstoppable(self._settings.current.budget, provider, model)
        if warning and self._told.first_time(f"price of {model} at {provider.host}"):
            return warning
        return None


def destination_of(providers: Providers, name: str) -> str:
    """A sentence that says where the text of requests goes, and where the key is from.

    No connection is made.
    """
    state = providers.get(name)
    key = f" (key from {state.key.source})" if state.key else ""
    return f"Code around the cursor goes to {state.provider.host}{key}."
