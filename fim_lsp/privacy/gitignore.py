"""What git ignores: the .gitignore chain, .git/info/exclude, the user's own file."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from ..settings.reading import LARGEST, TooLargeError, read_regular
from .patterns import EVERYTHING, Pattern, compile_lines, verdict

# Bytes of the largest file of patterns that git itself reads.
_LARGEST_FOR_GIT = 100_000_000
# Lines of a file of patterns; in one with more, all files count as ignored.
_MOST_LINES = 20_000
# Bytes of all files of patterns that count for one folder; from there on, all files
# below count as ignored.  The largest of real projects have some 100,000.
_MOST_BYTES = 2_000_000
# Nanoseconds after a change in which another may leave the same time.
_RACY = 50_000_000
# The most folders, and files of one folder, that are remembered; beyond that all are
# forgotten.
_REMEMBERED = 4_096
_EXCLUDES_FILE = re.compile(
    r'(?im)^\s*excludesfile\s*=\s*"?([^"\n#;]*?)"?\s*(?:[#;].*)?$'
)
_IGNORE_CASE = re.compile(r"(?im)^\s*ignorecase\s*(?:=\s*(\S*))?")
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

    chain: from the weakest patterns to the strongest, empty outside a repository.
    answers: for the paths in it that were asked about, whether they are ignored.
    """

    chain: tuple[_Patterns, ...]
    is_ignored: bool
    ignore_case: bool
    stamps: tuple[tuple[str, Stamp], ...]
    answers: dict[tuple[str, bool], bool] = field(default_factory=dict)


class GitIgnore:
    """Remembers what it read, and reads again what has changed on the disk."""

    def __init__(self, home: Path, configuration: Path | None = None) -> None:
        """`configuration` is the folder of git's own settings, `~/.config/git`."""
        self._home = home
        self._configuration = configuration or home / ".config" / "git"
        self._folders: dict[str, _Folder] = {}

    def is_known(self, path: Path) -> bool:
        """Whether `ignores` would read no file of patterns."""
        return self._known(os.path.dirname(path)) is not None  # noqa: PTH120 - fast

    def ignores(self, path: Path) -> bool:
        """Whether git ignores a file or folder, by its absolute path.

        A tracked one counts too.
        """
        folder = self._folder(os.path.dirname(path))  # noqa: PTH120 - ten times as fast
        if folder.is_ignored or not folder.chain:
            return folder.is_ignored
        is_folder = os.path.isdir(path)  # noqa: PTH112 - on the path of every key
        remembered = folder.answers.get((str(path), is_folder))
        if remembered is not None:
            return remembered
        if len(folder.answers) >= _REMEMBERED:
            folder.answers.clear()
        answer = folder.answers[str(path), is_folder] = _is_ignored(
            folder.chain,
            str(path),
            is_folder=is_folder,
            ignore_case=folder.ignore_case,
        )
        return answer

    def _known(self, path: str) -> _Folder | None:
        folder = self._folders.get(path)
        if folder is not None and all(_stamp(at) == was for at, was in folder.stamps):
            return folder
        return None

    def _folder(self, path: str) -> _Folder:
        if (remembered := self._known(path)) is not None:
            return remembered
        if len(self._folders) >= _REMEMBERED:
            self._folders.clear()
        folder = self._read(path)
        newest = max(stamp[0] for _, stamp in folder.stamps if stamp is not None)
        if time.time_ns() - newest >= _RACY:
            self._folders[path] = folder
        else:
            # A second change so soon could leave the same stamp.
            self._folders.pop(path, None)
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
            return _Folder((), False, False, tuple(stamps))  # noqa: FBT003 - not ignored, with case
        repository = visited[root]
        outer, ignore_case = self._outer_files(repository, stamps)
        chain = [
            _Patterns(repository, _read_patterns(file, ignore_case=ignore_case))
            for file in outer
        ]
        is_ignored = False
        size = sum(map(_size, outer))
        for folder in reversed(visited[: root + 1]):
            if folder != repository:
                is_ignored = is_ignored or _is_ignored(
                    chain, folder, is_folder=True, ignore_case=ignore_case
                )
            file = f"{folder}/.gitignore"
            if (stamp := _stamp(file)) is not None:
                stamps.append((file, stamp))
                size += _size(file)
            if size > _MOST_BYTES:
                chain.append(_Patterns(folder, (EVERYTHING,)))
                break
            if patterns := _read_patterns(file, ignore_case=ignore_case):
                chain.append(_Patterns(folder, patterns))
        return _Folder(tuple(chain), is_ignored, ignore_case, tuple(stamps))

    def _outer_files(
        self, repository: str, stamps: list[tuple[str, Stamp]]
    ) -> tuple[tuple[str, str], bool]:
        """The user's file and the repository's own, weakest first; and whether upper
        and lower case are one.
        """
        own = _common_folder(repository)
        excludes = str(self._configuration / "ignore")
        ignore_case = False
        for file in (
            str(self._configuration / "config"),
            str(self._home / ".gitconfig"),
            f"{own}/config",
        ):
            stamps.append((file, _stamp(file)))
            core = _core_of(file)
            if named := _last(_EXCLUDES_FILE, core):
                excludes = self._named_file(named, repository)
            if (value := _last(_IGNORE_CASE, core)) is not None:
                ignore_case = value.lower() not in {"false", "no", "off", "0"}
        outer = (excludes, f"{own}/info/exclude")
        stamps += [(file, _stamp(file)) for file in outer]
        return outer, ignore_case

    def _named_file(self, name: str, repository: str) -> str:
        if name.startswith("~/"):
            return str(self._home / name[2:])
        return str(Path(repository) / name.replace("\\\\", "\\"))


def _core_of(configuration: str) -> str:
    """What a configuration file of git says in its section `core`."""
    return "\n".join(
        section[1] for section in _CORE.finditer(_read_text(configuration))
    )


def _last(pattern: re.Pattern[str], core: str) -> str | None:
    """The last value of a key; "" where it has none, None where it is not there."""
    values = [(match[1] or "").strip() for match in pattern.finditer(core)]
    return values[-1] if values else None


def _is_ignored(
    chain: list[_Patterns] | tuple[_Patterns, ...],
    path: str,
    *,
    is_folder: bool,
    ignore_case: bool,
) -> bool:
    for part in reversed(chain):
        relative = path[len(part.folder) :].replace(os.sep, "/").lstrip("/")
        ignored = verdict(
            part.patterns, relative, is_folder=is_folder, ignore_case=ignore_case
        )
        if ignored is not None:
            return ignored
    return False


def _common_folder(repository: str) -> str:
    """The folder of git's own files: `.git`, or where a worktree's file points."""
    own = Path(repository) / ".git"
    pointer = "" if own.is_dir() else _read_text(str(own))
    if pointer.startswith("gitdir:"):
        own = Path(repository) / pointer.removeprefix("gitdir:").strip()
        if common := _read_text(str(own / "commondir")).strip():
            own = own / common
    return str(own)


def _read_patterns(file: str, *, ignore_case: bool) -> tuple[Pattern, ...]:
    """The patterns of a file; at least as strict as git reads them.

    Git follows no link to a `.gitignore`, at least not in newer versions: patterns of
    a link may ignore files, but not admit them.
    """
    try:
        lines = _decoded(read_regular(file)).split("\n")
    except TooLargeError as error:
        return (EVERYTHING,) if error.size <= _LARGEST_FOR_GIT else ()
    except OSError:
        return ()
    if len(lines) > _MOST_LINES:
        return (EVERYTHING,)
    patterns = compile_lines(lines, ignore_case=ignore_case)
    if file.endswith("/.gitignore") and os.path.islink(file):  # noqa: PTH114 - as above
        return tuple(pattern for pattern in patterns if not pattern.admits)
    return patterns


def _size(file: str) -> int:
    """The bytes that `_read_patterns` reads of a file."""
    stamp = _stamp(file)
    return stamp[1] if stamp is not None and stamp[1] <= LARGEST else 0


def _read_text(file: str) -> str:
    """The text of a small file; empty where there is none that can be read."""
    try:
        return _decoded(read_regular(file))
    except OSError:
        return ""


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8-sig", errors="surrogateescape")


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116 - on the path of every key
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
