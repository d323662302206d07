"""Files that hold secrets, recognised by their names alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Final

from ..text import visible
from .rules import tables

# Characters that end a name for some file systems and servers: they begin a query, a
# fragment, or a stream of NTFS.
_TAIL: Final = re.compile(r"[?#:]")
# Some file systems drop dots and blanks at the end; `~` marks a backup copy.
_DROPPED: Final = " .~\u00a0\u2007\u202f\u3000\t\r\n\f\v"


@dataclass(frozen=True, slots=True)
class SecretNames:
    """The rules about names, in lower case.

    names, endings: of files, where a rule holds no or one leading `*`.
    folders, paths: the last parts of a folder's or a file's path.
    """

    names: frozenset[str]
    endings: tuple[str, ...]
    pattern: re.Pattern[str]
    folders: frozenset[tuple[str, ...]]
    paths: frozenset[tuple[str, ...]]


def is_secret(path: PurePath) -> bool:
    """Whether a file of this name is never sent; upper and lower case are one."""
    parts = [_bare(part) for part in path.parts]
    if not parts:
        return False
    last = path.parts[-1]
    names = {parts[-1], _bare(_TAIL.split(last, maxsplit=1)[0])}
    return any(_is_secret_name(name) for name in names) or _is_in_secret_folder(parts)


def _bare(part: str) -> str:
    """A part of a path without what nobody sees, in lower case."""
    return visible(part).casefold().rstrip(_DROPPED)


def _is_secret_name(name: str) -> bool:
    rules = _rules()
    return (
        name in rules.names
        or name.endswith(rules.endings)
        or rules.pattern.fullmatch(name) is not None
    )


def _is_in_secret_folder(parts: list[str]) -> bool:
    rules = _rules()
    return tuple(parts[-2:]) in rules.paths or any(
        (folder,) in rules.folders or (parts[at - 1], folder) in rules.folders
        for at, folder in enumerate(parts[:-1])
    )


@cache
def _rules() -> SecretNames:
    rules = tables()
    globs: list[str] = [rule["name"] for rule in rules["files"]]
    return SecretNames(
        names=frozenset(glob for glob in globs if "*" not in glob),
        endings=tuple(glob[1:] for glob in globs if glob.rfind("*") == 0),
        pattern=_pattern(
            [glob for glob in globs if glob.rfind("*") > 0], rules["data"]
        ),
        folders=_split(rules["folders"]["paths"]),
        paths=_split(rules["folders"]["files"]),
    )


def _pattern(globs: Iterable[str], data: dict[str, list[str]]) -> re.Pattern[str]:
    """Globs with a `*` elsewhere, and the words of data formats."""
    words = "|".join(map(re.escape, data["names"]))
    endings = "|".join(re.escape(f".{ending}") for ending in data["endings"])
    alternatives = [".*".join(map(re.escape, glob.split("*"))) for glob in globs]
    plain = "|".join(re.escape(f".{ending}") for ending in data["plain_endings"])
    alternatives.append(f"(?:{words})(?:[._-].*)?(?:{endings}|{plain})")
    alternatives.append(f".*[._-](?:{words})(?:[._-].*)?(?:{endings})")
    alternatives.append(words)
    return re.compile("|".join(alternatives), re.DOTALL)


def _split(paths: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(path.split("/")) for path in paths)
