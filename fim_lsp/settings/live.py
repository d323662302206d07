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
    """The settings for documents of a project: its own file restricts the others.

    looked_at: when the file was looked at, in seconds of the clock.
    of: the settings of all other layers, from which `settings` were made.
    """

    looked_at: float
    stamp: FileStamp
    of: Parsed
    values: Mapping[str, Any]
    settings: Settings
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the user chose while the program runs; None where nothing was chosen."""

    enabled: bool | None = None
    provider: str | None = None
    model: str | None = None


class LiveSettings:
    """The settings of all layers, kept up to date at the price of a `stat`.

    `on_change` is called after the settings or their problems have changed.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        user_file: Path | None,
        clock: Callable[[], float],
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self._user_file = user_file or settings.user_file()
        self._user = Layer("user", {})
        self._environment = settings.environment_layer(environ)
        self._editor = Layer("editor", {})
        self._overrides = Overrides()
        self._clock = clock
        self._on_change = on_change
        self._projects: dict[Path, ProjectFile] = {}
        self._looked_at = clock()
        self._stamp: FileStamp = None
        self.parsed: Parsed
        self._read()
        self._told_problems = self.problems

    @property
    def current(self) -> Settings:
        """The settings for documents that belong to no project."""
        return self.parsed.settings

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in any layer, the files of the projects in use included."""
        projects = (project.problems for project in self._projects.values())
        return (*self.parsed.problems, *chain.from_iterable(projects))

    def set_editor(self, values: Mapping[str, Any]) -> None:
        """Take over the editor's settings; they count from the next request on."""
        self._editor = Layer("editor", values)
        self._read()
        self._tell()

    def reread(self) -> None:
        """Read all files again at once."""
        self._read()
        self._tell()

    # What the user chooses while the program runs.

    def toggle(self, on: bool | None = None) -> bool:  # noqa: FBT001 - the value itself
        """Switch completion on, off, or to the other; returns whether it is on now."""
        enabled = not self.current.completion.enabled if on is None else on
        self._override(replace(self._overrides, enabled=enabled))
        return enabled

    def choose_provider(self, name: str) -> None:
        self._override(replace(self._overrides, provider=name))

    def choose_model(self, name: str) -> None:
        self._override(replace(self._overrides, model=name))

    def _override(self, overrides: Overrides) -> None:
        self._overrides = overrides
        self._read()
        self._tell()

    # Files that change.

    def for_folder(self, folder: Path | None) -> Settings:
        """The settings for documents of a workspace folder, read again if need be."""
        changed = self.refresh()
        found = self.known_for(folder)
        if changed or self.problems != self._told_problems:
            self._tell()
        return found

    def refresh(self) -> bool:
        """Read the user file again if it has changed; True if it had."""
        if self._clock() - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = self._clock()
        if _stamp(self._user_file) == self._stamp:
            return False
        self._read()
        return True

    def known_for(self, folder: Path | None) -> Settings:
        """The same without a look at the user file; may be called in a thread."""
        if folder is None:
            return self.parsed.settings
        known = self._projects.get(folder)
        if known is None or self._clock() - known.looked_at >= LOOK_EVERY:
            known = self._projects[folder] = self._project(folder, known)
        return known.settings

    def _tell(self) -> None:
        self._told_problems = self.problems
        if self._on_change:
            self._on_change()

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
        applied = _overridden(parsed.settings, self._overrides)
        problems = (*unreadable, *parsed.problems)
        self.parsed = Parsed(applied, problems, parsed.origins)
        for folder, known in self._projects.items():
            self._projects[folder] = self._project(folder, known)


def _overridden(before: Settings, overrides: Overrides) -> Settings:
    completion = before.completion
    if overrides.enabled is not None:
        completion = replace(completion, enabled=overrides.enabled)
    if overrides.provider is not None:
        completion = replace(completion, provider=overrides.provider)
    if overrides.model is not None:
        completion = replace(completion, model=overrides.model)
    return replace(before, completion=completion)


def _stamp(path: Path) -> FileStamp:
    try:
        found = path.stat()
    except OSError:
        return None
    if not S_ISREG(found.st_mode):
        return None  # a pipe would be waited for
    return found.st_mtime_ns, found.st_size
