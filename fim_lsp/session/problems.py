"""What is wrong with the settings, and which of it the user has not been told yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..chat.actions import problems_of_own_actions
from ..settings import Problem
from ..settings.live import LiveSettings


class SettingsProblems:
    """The problems of the settings in force, those of the user's own actions included.

    on_new: called with the problems that are new since the last call.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._told: tuple[Problem, ...] = ()
        self.on_new: Callable[[Sequence[Problem]], None] | None = None

    @property
    def current(self) -> tuple[Problem, ...]:
        parsed = self._settings.parsed
        layer = parsed.origins.get("chat.actions", "user")
        sentences = problems_of_own_actions(parsed.settings.chat.actions)
        of_actions = (
            Problem(layer, "chat.actions", sentence) for sentence in sentences
        )
        return (*self._settings.problems, *of_actions)

    def tell_new(self) -> None:
        """Report the problems that were not there when this was called last."""
        if self.on_new is None:
            return
        before, self._told = self._told, self.current
        if new := tuple(problem for problem in self._told if problem not in before):
            self.on_new(new)
