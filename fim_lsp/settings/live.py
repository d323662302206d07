"""The settings in force, kept up to date as files and the editor's settings change."""

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

# Modification time in nanoseconds and size in bytes; None if there is no file.
FileStamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A project's own file, and the settings for the project's documents.

    looked_at: when the file was last looked at, in seconds of the clock.
    stamp: the state of the file at that time.
    of: the settings of all other layers, which the file restricts.
    values: the raw settings in the file.
    settings: the settings of all layers together.
    """

    looked_at: float
    stamp: FileStamp
    of: Parsed
    values: Mapping[str, Any]
    settings: Settings
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the user has chosen since the program started; None means no choice."""

    enabled: bool | None = None
    provider: str | None = None
    model: str | None = None


class LiveSettings:
    """The settings of all layers; the files are looked at once a second at most.

    user_file: the user's settings; by default where the platform keeps settings.
    clock: monotonic time in seconds.
    on_change: called after the settings or their problems have changed.
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
        """The problems of all layers and of the files of the projects in use."""
        projects = (project.problems for project in self._projects.values())
        return (*self.parsed.problems, *chain.from_iterable(projects))

    def set_editor(self, values: Mapping[str, Any]) -> None:
        """Use these settings of the editor from now on, instead of the former ones."""
        self._editor = Layer("editor", values)
        self._read()
        self._tell()

    def reread(self) -> None:
        """Read all files again at once."""
        self._read()
        self._tell()

    # What the user chooses while the program runs.

    def toggle(self, on: bool | None = None) -> bool:  # noqa: FBT001 - the value itself
        """Switch completion on or off, by default to the other state.

        Returns whether completion is on now.
        """
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
        """The settings for documents of a workspace folder; changed files are read."""
        changed = self.refresh()
        folder_settings = self.known_for(folder)
        if changed or self.problems != self._told_problems:
            self._tell()
        return folder_settings

    def refresh(self) -> bool:
        """Read the user file again if it has changed; returns whether it had."""
        if self._clock() - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = self._clock()
        if _stamp(self._user_file) == self._stamp:
            return False
        self._read()
        return True

    def known_for(self, folder: Path | None) -> Settings:
        """As `for_folder`, but without looking at the user file and without reporting.

        May be called in a thread.
        """
        if folder is None:
            return self.parsed.settings
        project = self._projects.get(folder)
        if project is None or self._clock() - project.looked_at >= LOOK_EVERY:
            project = self._projects[folder] = self._project(folder, project)
        return project.settings

    def _tell(self) -> None:
        self._told_problems = self.problems
        if self._on_change:
            self._on_change()

    def _project(self, folder: Path, before: ProjectFile | None = None) -> ProjectFile:
        """The project's file as it is now; `before` is what was last read of it."""
        path, now = folder / PROJECT_FILE, self._clock()
        stamp = _stamp(path)
        if before and before.stamp == stamp and before.of is self.parsed:
            return replace(before, looked_at=now)
        values, unreadable = settings.read_toml(path, "project") if stamp else ({}, ())
        if unreadable and before:
            values = before.values  # the file may be half written
        restricted, wrong = settings.restrict(self.parsed.settings, values)
        problems = (*unreadable, *wrong)
        return ProjectFile(now, stamp, self.parsed, values, restricted, problems)

    def _read(self) -> None:
        """Read all files again, those of the projects in use included."""
        self._looked_at = self._clock()
        self._stamp = _stamp(self._user_file)
        values, unreadable = settings.read_toml(self._user_file)
        if not unreadable:  # a file that is half written leaves the former values
            self._user = Layer("user", values)
        parsed = settings.parse([self._user, self._editor, self._environment])
        applied = _overridden(parsed.settings, self._overrides)
        problems = (*unreadable, *parsed.problems)
        self.parsed = Parsed(applied, problems, parsed.origins)
        for folder, project in self._projects.items():
            self._projects[folder] = self._project(folder, project)


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
        status = path.stat()
    except OSError:
        return None
    if not S_ISREG(status.st_mode):
        return None  # reading a pipe could wait for ever
    return status.st_mtime_ns, status.st_size
