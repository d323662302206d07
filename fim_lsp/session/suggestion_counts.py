"""Counts in the ledger which suggestions were shown and which were accepted."""

from __future__ import annotations

from contextlib import suppress

from ..api.providers import Providers
from ..completion.decision import Acceptance, Decision
from ..completion.sources import ECHO
from ..errors import SettingsError
from ..money.meter import Meter
from .next_edits import REPEAT, kind_of

# The sources of suggestions that are not providers.
LOCAL = frozenset({ECHO, REPEAT})


class SuggestionCounts:
    """Counts each suggestion under its source, its model and its language."""

    def __init__(self, providers: Providers, money: Meter) -> None:
        self._providers = providers
        self._money = money

    def shown(self, decision: Decision) -> None:
        self._money.shown(
            decision.source or "",
            self._model(decision),
            decision.language,
            kind_of(decision),
        )

    def accepted(self, acceptance: Acceptance) -> None:
        decision = acceptance.decision
        self._money.accepted(
            decision.source or "",
            self._model(decision),
            decision.language,
            kind_of(decision),
            chars=acceptance.chars,
            first=acceptance.first,
        )

    def _model(self, decision: Decision) -> str:
        """The model's own name, even where the decision only says "auto"."""
        source = decision.source
        if decision.model in (None, "", "auto") and source and source not in LOCAL:
            with suppress(SettingsError):
                return self._providers.get(source).model
        return decision.model or ""
