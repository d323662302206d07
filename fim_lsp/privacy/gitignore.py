"""What git ignores: the .gitignore chain, .git/info/exclude, the user's own file."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .patterns import Pattern, compile_lines, verdict

_LARGEST = 1_000_000  # bytes read of a file of patterns
_RACY = 50_000_000  # nanoseconds; file systems count time in steps
_REMEMBERED = 4_096  # folders, then all are forgotten
_EXCLUDES_FILE = re.compile(
    r'(?im)^\s*excludesfile\s*=\s*"?([^"\n#;]*?)"?\s*(?:[#;].*)?$'
)
_CORE = re.compile(r"(?ims)^\s*\[core\](.*?)(?=^\s*\[|\Z)")

Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of one file; `folder` is what they are relative to."""

    folder: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    """What is known of a folder, as long as `stamps` hold.

    `chain`: from the weakest patterns to the strongest, empty outside a repository.
    """

    chain: tuple[_Patterns, ...]
    is_ignored: bool
    stamps: tuple[tuple[str, Stamp], ...]


class GitIgnore:
    """Remembers what it read, and reads again what has changed on the disk."""

    def __init__(self, home: Path, configuration: Path | None = None) -> None:
        """`configuration` is the folder of git's own settings, `~/.config/git`."""
        self._home = home
        self._configuration = configuration or home / ".config" / "git"
        self._folders: dict[str, _Folder] = {}

    def ignores(self, path: Path) -> bool:
        """Whether git ignores a file or folder, by its absolute path.

        A tracked one counts too.
        """
        folder = self._folder(os.path.dirname(path))  # noqa: PTH120 - ten times as fast
        if folder.is_ignored or not folder.chain:
            return folder.is_ignored
        is_folder = os.path.isdir(path)  # noqa: PTH112 - on the path of every key
        return _is_ignored(folder.chain, str(path), is_folder=is_folder)

    def _folder(self, path: str) -> _Folder:
        known = self._folders.get(path)
        if known is not None and all(_stamp(at) == was for at, was in known.stamps):
            return known
        if len(self._folders) >= _REMEMBERED:
            self._folders.clear()
        folder = self._folders[path] = self._read(path)
        newest = max(stamp[0] for _, stamp in folder.stamps if stamp is not None)
        if time.time_ns() - newest < _RACY:
            # A second change so soon could leave the same stamp.
            del self._folders[path]
        return folder

    def _read(self, path: str) -> _Folder:
        visited = [path, *map(str, Path(path).parents)]
        stamps: list[tuple[str, Stamp]] = []
        root = None
        for depth, folder in enumerate(visited):
            # A new entry changes the folder's own stamp: no need to watch for files
            # that are not there.
            stamps.append((folder, _stamp(folder)))
            if os.path.lexists(f"{folder}/.git"):
                root = depth
                break
        if root is None:
            return _Folder((), is_ignored=False, stamps=tuple(stamps))
        repository = visited[root]
        chain = [
            _Patterns(repository, _read_patterns(file))
            for file in self._outer_files(repository, stamps)
        ]
        is_ignored = False
        for folder in reversed(visited[: root + 1]):
            if folder != repository:
                is_ignored = is_ignored or _is_ignored(chain, folder, is_folder=True)
            if patterns := _read_patterns(file := f"{folder}/.gitignore"):
                chain.append(_Patterns(folder, patterns))
            if (stamp := _stamp(file)) is not None:
                stamps.append((file, stamp))
        return _Folder(tuple(chain), is_ignored, tuple(stamps))

    def _outer_files(
        self, repository: str, stamps: list[tuple[str, Stamp]]
    ) -> Iterator[str]:
        """The user's file and the repository's own, weakest first."""
        own = _common_folder(repository)
        excludes = str(self._configuration / "ignore")
        for file in (
            str(self._configuration / "config"),
            str(self._home / ".gitconfig"),
            f"{own}/config",
        ):
            stamps.append((file, _stamp(file)))
            excludes = self._excludes_file(file, repository) or excludes
        for file in (excludes, f"{own}/info/exclude"):
            stamps.append((file, _stamp(file)))
            yield file

    def _excludes_file(self, configuration: str, repository: str) -> str | None:
        """`core.excludesFile` of a git configuration file."""
        named = [
            match[1].strip()
            for section in _CORE.finditer(_read_text(configuration))
            for match in _EXCLUDES_FILE.finditer(section[1])
        ]
        if not named or not named[-1]:
            return None
        if named[-1].startswith("~/"):
            return str(self._home / named[-1][2:])
        return str(Path(repository) / named[-1].replace("\\\\", "\\"))


def _is_ignored(
    chain: list[_Patterns] | tuple[_Patterns, ...], path: str, *, is_folder: bool
) -> bool:
    for part in reversed(chain):
        relative = path[len(part.folder) :].replace(os.sep, "/").lstrip("/")
        said = verdict(part.patterns, relative, is_folder=is_folder)
        if said is not None:
            return said
    return False


def _common_folder(repository: str) -> str:
    """The folder of git's own files: `.git`, or where a worktree's file points."""
    own = Path(repository) / ".git"
    pointer = _read_text(str(own)) if own.is_file() else ""
    if pointer.startswith("gitdir:"):
        own = Path(repository) / pointer.removeprefix("gitdir:").strip()
        if common := _read_text(str(own / "commondir")).strip():
            own = own / common
    return str(own)


def _read_patterns(file: str) -> tuple[Pattern, ...]:
    return compile_lines(_read_text(file).split("\n"))


def _read_text(file: str) -> str:
    """The text of a small file; empty where there is none that can be read."""
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(_LARGEST)
    except OSError:
        return ""
    return raw.decode("utf-8-sig", errors="surrogateescape")


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)  # noqa: PTH116 - on the path of every key
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
