"""The settings in force: files, editor and environment, read again when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from stat import S_ISREG
from typing import Any

from .. import settings
from . import PROJECT_FILE, Layer, Parsed, Problem, Settings

# Seconds between two looks at the same file.
LOOK_EVERY = 1.0

# Modification time in nanoseconds and size; None where there is no file.
FileStamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """What a project's own file made of the settings of all the other layers."""

    looked_at: float
    stamp: FileStamp
    of: Parsed
    values: Mapping[str, Any]
    settings: Settings
    problems: tuple[Problem, ...]


class LiveSettings:
    """Settings from weakest to strongest, kept up to date at the price of a `stat`."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        user_file: Path | None,
        clock: Callable[[], float],
    ) -> None:
        self._user_file = user_file or settings.user_file()
        self._user = Layer("user", {})
        self._environment = settings.environment_layer(environ)
        self._editor = Layer("editor", {})
        self._clock = clock
        self._projects: dict[Path, ProjectFile] = {}
        self._switched: bool | None = None
        self._looked_at = clock()
        self._stamp: FileStamp = None
        self.parsed: Parsed
        self._read()

    def set_editor(self, values: Mapping[str, Any]) -> None:
        self._editor = Layer("editor", values)
        self._read()

    def switch(self, *, on: bool) -> None:
        """Completion as the user has switched it; only a project may say less."""
        self._switched = on
        self._read()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Of all layers, those of the projects in use included."""
        projects = (each.problems for each in self._projects.values())
        return (*self.parsed.problems, *chain.from_iterable(projects))

    def refresh(self) -> bool:
        """Read the user file again if it has changed; True if it had."""
        if self._clock() - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = self._clock()
        if _stamp(self._user_file) == self._stamp:
            return False
        self._read()
        return True

    def for_folder(self, folder: Path | None) -> Settings:
        """The settings for documents of a workspace folder; its own file restricts."""
        if folder is None:
            return self.parsed.settings
        known = self._projects.get(folder)
        if known is None or self._clock() - known.looked_at >= LOOK_EVERY:
            known = self._projects[folder] = self._project(folder, known)
        return known.settings

    def _project(self, folder: Path, known: ProjectFile | None = None) -> ProjectFile:
        path, now = folder / PROJECT_FILE, self._clock()
        stamp = _stamp(path)
        if known and known.stamp == stamp and known.of is self.parsed:
            return replace(known, looked_at=now)
        values, unreadable = settings.read_toml(path, "project") if stamp else ({}, ())
        if unreadable and known:
            values = known.values  # it may be half written
        restricted, wrong = settings.restrict(self.parsed.settings, values)
        problems = (*unreadable, *wrong)
        return ProjectFile(now, stamp, self.parsed, values, restricted, problems)

    def _read(self) -> None:
        """Read all files again, those of the projects in use included."""
        self._looked_at = self._clock()
        self._stamp = _stamp(self._user_file)
        values, unreadable = settings.read_toml(self._user_file)
        if not unreadable:  # else it may be half written: what it said holds on
            self._user = Layer("user", values)
        parsed = settings.parse([self._user, self._editor, self._environment])
        applied = parsed.settings
        if self._switched is not None:
            completion = replace(applied.completion, enabled=self._switched)
            applied = replace(applied, completion=completion)
        problems = (*unreadable, *parsed.problems)
        self.parsed = Parsed(applied, problems, parsed.origins)
        for folder, known in self._projects.items():
            self._projects[folder] = self._project(folder, known)


def _stamp(path: Path) -> FileStamp:
    try:
        found = path.stat()
    except OSError:
        return None
    if not S_ISREG(found.st_mode):
        return None  # a pipe would be waited for
    return found.st_mtime_ns, found.st_size
