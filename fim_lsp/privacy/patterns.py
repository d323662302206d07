"""Patterns as in a .gitignore file, by git's own rules (gitignore(5), wildmatch).

Patterns come from repositories that nobody has checked, so none is compiled to a
regular expression: matching takes linear time in the name.  Names and patterns are
compared as bytes, as git does, one character of a text standing for each byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits, punctuation
from typing import Final

# Characters of the longest line that is read: no path is longer.
LONGEST_LINE: Final = 4_096

_CLASSES: Final = {
    "alnum": frozenset(ascii_letters + digits),
    "alpha": frozenset(ascii_letters),
    "blank": frozenset(" \t"),
    "cntrl": frozenset(map(chr, (*range(32), 127))),
    "digit": frozenset(digits),
    "graph": frozenset(map(chr, range(33, 127))),
    "lower": frozenset(ascii_lowercase),
    "print": frozenset(map(chr, range(32, 127))),
    "punct": frozenset(punctuation),
    "space": frozenset(" \t\n\v\f\r"),
    "upper": frozenset(ascii_uppercase),
    "xdigit": frozenset("0123456789abcdefABCDEF"),
}
# Text that ends inside a part, then stars that git takes for any number of parts.
_TEXT_AND_STARS: Final = re.compile(
    r"(?P<text>[^*?\[\\]*[^*?\[\\/])\*\*+(?:(?P<slash>/)(?:\*\*+/)*|\Z)"
)
# Git folds the letters of ASCII alone.
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_ANY: Final = frozenset(map(chr, range(256))) - {"/"}

# What stands between two `*`: a text, or for each character those that it may be.
GlobPiece = str | tuple[frozenset[str], ...]
# One part of a path, between slashes, cut at each `*`.
GlobPart = tuple[GlobPiece, ...]
# Any number of parts: what `**` stands for.
ANY_PARTS: Final[GlobPart] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line.

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
        path = path.translate(_LOWER)
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
                _parts_of(meaning, by_path=by_path, ignore_case=ignore_case),
                admits,
                only_folders,
                by_path,
            )
            for meaning in (_meanings(glob) if by_path else (glob,))
        )
    except ValueError:
        return ()


def _parts_of(glob: str, *, by_path: bool, ignore_case: bool) -> tuple[Part, ...]:
    """The parts of a glob.  Raises ValueError where git would match nothing."""
    parts = tuple(_parts(glob, ignore_case=ignore_case))
    if not by_path:
        return (parts[0] or ("", ""),)
    if parts[-1] == ANY_PARTS:
        return (*parts[:-1], ("", ""), ANY_PARTS)  # at least one part
    return parts


def _meanings(glob: str) -> tuple[str, ...]:
    """A glob with a slash as globs in which `**` is a whole part or means `*`.

    Git compares the text before the first wildcard on its own, and takes what follows
    for a glob of its own: so `src/foo**/x` matches `src/foox` and `src/food/e/x`.
    """
    match = _TEXT_AND_STARS.match(glob)
    if match is None:
        return (glob,)
    text, rest = match["text"], glob[match.end() :]
    if not match["slash"]:
        return (f"{text}*", f"{text}*/**")
    return (text + rest, f"{text}*/**/{rest}")


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


# Reading a pattern.


def _parts(glob: str, *, ignore_case: bool) -> Iterable[GlobPart]:
    """The parts of a glob.  Raises ValueError where git would match nothing."""
    pieces: list[list[str | frozenset[str]]] = [[]]
    stars = at = 0
    while at < len(glob):
        char = glob[at]
        at += 1
        is_escaped = char == "\\"
        if is_escaped:
            if at == len(glob):
                raise ValueError("a backslash that escapes nothing")
            char = glob[at]
            at += 1
        if char == "/":
            yield _part(pieces, stars)
            pieces, stars = [[]], 0
        elif is_escaped or char not in "*?[":
            pieces[-1].append(char.translate(_LOWER) if ignore_case else char)
        elif char == "*":
            pieces.append([])
            stars += 1
        elif char == "?":
            pieces[-1].append(_ANY)
        else:
            members, at = _bracket(glob, at, ignore_case=ignore_case)
            pieces[-1].append(members)
    yield _part(pieces, stars)


def _part(pieces: list[list[str | frozenset[str]]], stars: int) -> GlobPart:
    if stars > 1 and not any(pieces):
        return ANY_PARTS
    first, *inner, last = pieces if len(pieces) > 1 else (*pieces, None)
    kept = [first, *filter(None, inner), last]
    return tuple(_piece(piece) for piece in kept if piece is not None)


def _piece(items: list[str | frozenset[str]]) -> GlobPiece:
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) == len(items):
        return "".join(texts)
    return tuple(frozenset(item) for item in items)


def _bracket(glob: str, at: int, *, ignore_case: bool) -> tuple[frozenset[str], int]:
    """The characters of a class that begins after `[`, and where it ends.

    ignore_case: of ranges and named classes; git compares single letters as they are.
    """
    is_negated = glob[at : at + 1] in {"!", "^"}
    at += is_negated
    start, before = at, ""
    members: set[str] = set()
    while at < len(glob) and (glob[at] != "]" or at == start):
        char = glob[at]
        if glob.startswith("[:", at):
            end = glob.find("]", at + 2)
            if end < 0:
                break
            if end > at + 2 and glob[end - 1] == ":":
                name = glob[at + 2 : end - 1]
                if name not in _CLASSES:
                    raise ValueError("a class that git does not know")
                members |= _folded(_CLASSES[name], ignore_case=ignore_case)
                at, before = end + 1, ""
                continue
        if char == "-" and before and glob[at + 1 : at + 2] not in {"", "]"}:
            high, at = _escaped(glob, at + 1)
            between = frozenset(map(chr, range(ord(before), ord(high) + 1)))
            members |= _folded(between, ignore_case=ignore_case)
            before = ""
        else:
            before, at = _escaped(glob, at)
            members.add(before)
    if at >= len(glob):
        raise ValueError("a bracket that is never closed")
    return (_ANY - members if is_negated else frozenset(members) - {"/"}), at + 1


def _folded(members: frozenset[str], *, ignore_case: bool) -> frozenset[str]:
    return (
        members | {char.translate(_LOWER) for char in members}
        if ignore_case
        else members
    )


def _escaped(glob: str, at: int) -> tuple[str, int]:
    """The character at a place, without its backslash, and the place behind it."""
    at += glob[at] == "\\"
    if at >= len(glob):
        raise ValueError("a bracket that is never closed")
    return glob[at], at + 1


# Matching.


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
        found = _find(piece, name, at, end)
        if found < 0:
            return False
        at = found + len(piece)
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
