"""Reading a glob as git does: cut into parts at slashes, and at each star.

No glob becomes a regular expression: what stands between two stars is a text, or a set
of characters for each place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits, punctuation
from typing import Final

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
LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_ANY: Final = frozenset(map(chr, range(256))) - {"/"}

# What stands between two `*`: a text, or for each character those that it may be.
GlobPiece = str | tuple[frozenset[str], ...]
# One part of a path, between slashes, cut at each `*`.
GlobPart = tuple[GlobPiece, ...]
# Any number of parts: what `**` stands for.
ANY_PARTS: Final[GlobPart] = ()


def meanings(glob: str) -> tuple[str, ...]:
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


def parts_of(glob: str, *, by_path: bool, ignore_case: bool) -> tuple[GlobPart, ...]:
    """The parts of a glob.  Raises ValueError where git would match nothing."""
    parts = tuple(_parts(glob, ignore_case=ignore_case))
    if not by_path:
        return (parts[0] or ("", ""),)
    if parts[-1] == ANY_PARTS:
        return (*parts[:-1], ("", ""), ANY_PARTS)  # at least one part
    return parts


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
            pieces[-1].append(char.translate(LOWER) if ignore_case else char)
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
        members | {char.translate(LOWER) for char in members}
        if ignore_case
        else members
    )


def _escaped(glob: str, at: int) -> tuple[str, int]:
    """The character at a place, without its backslash, and the place behind it."""
    at += glob[at] == "\\"
    if at >= len(glob):
        raise ValueError("a bracket that is never closed")
    return glob[at], at + 1
