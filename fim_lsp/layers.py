"""The settings in force: files, editor and environment, read again when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import settings
from .settings import PROJECT_FILE, Layer, Parsed, Problem, Settings

# Seconds between two looks at the same file.
LOOK_EVERY = 1.0

# Modification time in nanoseconds and size; None where there is no file.
Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Project:
    """What a project's own file made of the settings."""

    looked_at: float
    settings: Settings
    problems: tuple[Problem, ...]


class Layers:
    """Settings from weakest to strongest, kept up to date at the price of a `stat`."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        user_file: Path | None,
        clock: Callable[[], float],
    ) -> None:
        self._user_file = user_file or settings.user_file()
        self._environment = settings.environment_layer(environ)
        self._editor = Layer("editor", {})
        self._clock = clock
        self._projects: dict[Path, Project] = {}
        self.parsed = self._parse()

    def set_editor(self, values: Mapping[str, Any]) -> None:
        self._editor = Layer("editor", values)
        self.parsed = self._parse()

    def refresh(self) -> bool:
        """Read the user file again if it has changed; True if it had."""
        if self._clock() - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = self._clock()
        if _stamp(self._user_file) == self._stamp:
            return False
        self.parsed = self._parse()
        return True

    def for_folder(self, folder: Path | None) -> tuple[Settings, tuple[Problem, ...]]:
        """The settings for documents of a workspace folder, and what is wrong with
        its own file.
        """
        if folder is None:
            return self.parsed.settings, ()
        known = self._projects.get(folder)
        if known and self._clock() - known.looked_at < LOOK_EVERY:
            return known.settings, known.problems
        path = folder / PROJECT_FILE
        values, unreadable = settings.read_toml(path, "project")
        restricted, wrong = settings.restrict(self.parsed.settings, values)
        problems = (*unreadable, *wrong)
        self._projects[folder] = Project(self._clock(), restricted, problems)
        return restricted, problems

    def _parse(self) -> Parsed:
        self._looked_at = self._clock()
        self._stamp = _stamp(self._user_file)
        self._projects.clear()
        values, unreadable = settings.read_toml(self._user_file)
        parsed = settings.parse(
            [Layer("user", values), self._editor, self._environment]
        )
        return Parsed(parsed.settings, (*unreadable, *parsed.problems), parsed.origins)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
