"""Decides which files may be read and sent: by secrets, git's rules and settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from ..settings import PrivacySettings
from ..text import path_of
from .gitignore import GitIgnore
from .keys import lines_above, lines_below, touches_key
from .patterns import Pattern, compile_lines, matches
from .redaction import in_secret, redact, redact_around, redact_in_lines
from .secrets import is_secret

__all__ = [
    "Privacy",
    "in_secret",
    "lines_above",
    "lines_below",
    "redact",
    "redact_around",
    "redact_in_lines",
    "touches_key",
]

PrivacyReason = Literal["secret", "ignored-by-git", "excluded", "scheme"]


class Privacy:
    """The decisions under one set of settings; it remembers what git ignores."""

    def __init__(
        self,
        settings: PrivacySettings,
        *,
        home: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`home` and `environ` are the user's own where they are not given."""
        self._respect_gitignore = settings.respect_gitignore
        self._home = home or Path.home()
        self._exclude = compile_lines(map(self._spelled, settings.exclude))
        self._include = compile_lines(map(self._spelled, settings.include))
        surroundings = os.environ if environ is None and home is None else environ or {}
        configuration = surroundings.get("XDG_CONFIG_HOME")
        self._git = GitIgnore(
            self._home, Path(configuration) / "git" if configuration else None
        )
        self._allowed: set[Path] = set()

    def refusal(self, uri: str, folder: Path | None) -> PrivacyReason | None:
        """Why a document may not be sent, or None.  `folder` is its workspace folder.

        Takes microseconds where nothing on the disk has changed.
        """
        path = _path_of(uri)
        if path is None:
            return "scheme"
        if not path.is_absolute():  # of a document that is saved nowhere
            return self._refusal_by_name(path, folder)
        return self.refusal_of_path(path, folder)

    def is_known(self, uri: str, folder: Path | None) -> bool:
        """Whether `refusal` would read no file of patterns."""
        path = _path_of(uri)
        if path is None or not path.is_absolute() or not self._respect_gitignore:
            return True
        if self._refusal_by_name(path, folder):
            return True
        try:
            real = Path(os.path.realpath(path))
        except ValueError:  # no file system has such a name
            return True
        return self._git.is_known(path) and (real == path or self._git.is_known(real))

    def refusal_of_path(self, path: Path, folder: Path | None) -> PrivacyReason | None:
        """As `refusal`, for a file on the disk; a link counts by both its ends."""
        if reason := self._refusal_by_name(path, folder):
            return reason
        try:
            real = os.path.realpath(path)
        except ValueError:  # no file system has such a name
            return None
        is_link = real != str(path)
        resolved = Path(real) if is_link else path
        if is_link and (reason := self._refusal_by_name(resolved, folder)):
            return reason
        if not self._respect_gitignore or path in self._allowed:
            return None
        for place in (path, resolved) if is_link else (path,):
            if self._git.ignores(place) and not self._is_included(place, folder):
                return "ignored-by-git"
        return None

    def allow(self, uri: str) -> None:
        """Admit a file that git ignores, from now on.  Secrets stay refused."""
        path = _path_of(uri)
        if path is not None:
            self._allowed.add(path)

    def _refusal_by_name(self, path: Path, folder: Path | None) -> PrivacyReason | None:
        reason: PrivacyReason | None = None
        if is_secret(path):
            reason = "secret"
        elif self._exclude and self._is_matched(self._exclude, path, folder):
            reason = "excluded"
        if reason and self._is_included(path, folder):
            return None
        return reason

    def _is_included(self, path: Path, folder: Path | None) -> bool:
        return bool(self._include) and self._is_matched(self._include, path, folder)

    def _is_matched(
        self, patterns: tuple[Pattern, ...], path: Path, folder: Path | None
    ) -> bool:
        """Patterns are relative to the workspace folder, or to the file system."""
        if matches(patterns, _spelled_path(path)):
            return True
        if folder is None or not path.is_relative_to(folder):
            return False
        return matches(patterns, _spelled_path(path.relative_to(folder)))

    def _spelled(self, pattern: str) -> str:
        """A pattern of the settings as the paths are spelled: `~/` is the home."""
        if pattern.startswith("~/"):
            pattern = f"/{_spelled_path(self._home)}/{pattern[2:]}"
        return pattern.casefold()


def _spelled_path(path: Path) -> str:
    """With slashes, without a first one; upper and lower case are one."""
    return path.as_posix().lstrip("/").casefold()


def _path_of(uri: str) -> Path | None:
    """The path that tells whether a document may be sent; None where nothing tells.

    The path of a document that is saved nowhere may be relative.
    """
    scheme, _, rest = uri.partition(":")
    match scheme.lower():
        case "file":
            return path_of(uri)
        case "untitled":
            return Path(unquote(rest))
        case "vscode-notebook-cell":
            return path_of("file:" + _without_host(rest.partition("#")[0]))
        case _:
            return None


def _without_host(rest: str) -> str:
    """`//remote/path` -> `/path`: a notebook's cell names its machine there."""
    if rest.startswith("//"):
        return "/" + rest[2:].partition("/")[2]
    return rest
