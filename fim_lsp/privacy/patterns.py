"""Patterns as in a .gitignore file, by git's own rules (gitignore(5), wildmatch).

Patterns come from repositories that nobody has checked, so none is compiled to a
regular expression: matching takes linear time in the name.  Names and patterns are
compared as bytes, as git does, one character of a text standing for each byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .globs import ANY_PARTS, LOWER, GlobPart, GlobPiece, meanings, parts_of

# Characters of the longest line that is read: no path is longer.
LONGEST_LINE: Final = 4_096


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a line means, or one of two things that it means.

    parts: what has to match, in turn.
    by_path: whether the whole path has to match, or its last part alone.
    """

    parts: tuple[GlobPart, ...]
    admits: bool
    only_folders: bool
    by_path: bool


# Matches whatever there is: for what would be ignored, had it been read.
EVERYTHING: Final = Pattern(
    (("", ""),), admits=False, only_folders=False, by_path=False
)


def compile_lines(
    lines: Iterable[str], *, ignore_case: bool = False
) -> tuple[Pattern, ...]:
    """The patterns of a file; comments and what git cannot read are left out.

    A line that is too long counts as matching everything, unless it admits files or
    can match no path.
    """
    return tuple(
        pattern
        for line in lines
        for pattern in _compile(_as_bytes(line), ignore_case=ignore_case)
    )


def verdict(
    patterns: Sequence[Pattern],
    path: str,
    *,
    is_folder: bool,
    ignore_case: bool = False,
) -> bool | None:
    """True: ignored; False: admitted; None: nothing said.  The last pattern wins.

    path: relative to the patterns' folder, with slashes.  Only the path itself is
    looked at: whether one of its folders is ignored is the caller's question.
    """
    path = _as_bytes(path)
    if ignore_case:
        path = path.translate(LOWER)
    parts = path.split("/")
    last = parts[-1:]
    for pattern in reversed(patterns):
        if pattern.only_folders and not is_folder:
            continue
        if _matches_parts(pattern.parts, parts if pattern.by_path else last):
            return not pattern.admits
    return None


def matches(patterns: Sequence[Pattern], path: str) -> bool:
    """Whether `path` or one of its folders is matched: the last pattern wins."""
    parts = path.split("/")
    return any(
        verdict(patterns, "/".join(parts[:depth]), is_folder=depth < len(parts))
        for depth in range(1, len(parts) + 1)
    )


def _compile(line: str, *, ignore_case: bool) -> tuple[Pattern, ...]:
    """The patterns of one line; none for a comment and for what git cannot read."""
    # Git takes one carriage return for a part of the line end, not several.
    line = _without_trailing_spaces(line.removesuffix("\n").removesuffix("\r"))
    if not line or line.startswith("#"):
        return ()
    admits = line.startswith("!")
    glob = line[1:] if admits else line
    if len(glob) > LONGEST_LINE:
        can_match = sum(char not in "*[]" for char in glob) <= LONGEST_LINE
        return (EVERYTHING,) if can_match and not admits else ()
    only_folders = glob.endswith("/")
    glob = glob.removesuffix("/")
    by_path = "/" in glob
    glob = glob.removeprefix("/")
    if not glob:
        return ()
    try:
        return tuple(
            Pattern(
                parts_of(meaning, by_path=by_path, ignore_case=ignore_case),
                admits,
                only_folders,
                by_path,
            )
            for meaning in (meanings(glob) if by_path else (glob,))
        )
    except ValueError:
        return ()


def _without_trailing_spaces(line: str) -> str:
    bare = line.rstrip(" ")
    cut = len(line) - len(bare)
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if cut and backslashes % 2 else bare


def _as_bytes(text: str) -> str:
    """`text` with a character for each byte of its name on the disk."""
    if text.isascii():
        return text
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "replace")
    return raw.decode("latin-1")


def _matches_parts(pattern: Sequence[GlobPart], path: Sequence[str]) -> bool:
    """Whether the parts of a path match; `**` takes as few of them as it can."""
    at = here = 0
    star: tuple[int, int] | None = None  # where `**` stands, and what it took so far
    while here < len(path):
        if at < len(pattern) and pattern[at] == ANY_PARTS:
            at += 1
            star = at, here
        elif at < len(pattern) and _matches_part(pattern[at], path[here]):
            at, here = at + 1, here + 1
        elif star:
            star = star[0], star[1] + 1
            at, here = star
        else:
            return False
    while at < len(pattern) and pattern[at] == ANY_PARTS:
        at += 1
    return at == len(pattern)


def _matches_part(part: GlobPart, name: str) -> bool:
    """Whether one part of a path matches; each piece is taken where it first fits."""
    first = part[0]
    if len(part) == 1:
        return len(first) == len(name) and _stands_at(first, name, 0)
    last = part[-1]
    at, end = len(first), len(name) - len(last)
    if at > end or not _stands_at(first, name, 0) or not _stands_at(last, name, end):
        return False
    for piece in part[1:-1]:
        start = _find(piece, name, at, end)
        if start < 0:
            return False
        at = start + len(piece)
    return True


def _stands_at(piece: GlobPiece, name: str, at: int) -> bool:
    if isinstance(piece, str):
        return name.startswith(piece, at)
    return all(
        char in members
        for char, members in zip(name[at : at + len(piece)], piece, strict=True)
    )


def _find(piece: GlobPiece, name: str, at: int, end: int) -> int:
    """Where `piece` first stands between two places, or -1."""
    if isinstance(piece, str):
        return name.find(piece, at, end)
    last = end - len(piece)
    return next((i for i in range(at, last + 1) if _stands_at(piece, name, i)), -1)
