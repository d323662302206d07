"""Patterns as in a .gitignore file, by git's own rules (gitignore(5), wildmatch)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-\/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line.  `by_path`: the whole path has to match, else its last part does."""

    regex: re.Pattern[str]
    admits: bool
    only_folders: bool
    by_path: bool


def compile_lines(lines: Iterable[str]) -> tuple[Pattern, ...]:
    """The patterns of a file; comments and what git cannot read are left out."""
    compiled = (_compile(line) for line in lines)
    return tuple(pattern for pattern in compiled if pattern is not None)


def verdict(patterns: Sequence[Pattern], path: str, *, is_folder: bool) -> bool | None:
    """True: ignored; False: admitted; None: nothing said.  The last pattern wins.

    `path` is relative to the patterns' folder, with slashes.  Only `path` itself is
    looked at: whether one of its folders is ignored is the caller's question.
    """
    name = path.rpartition("/")[2]
    for pattern in reversed(patterns):
        if pattern.only_folders and not is_folder:
            continue
        if pattern.regex.fullmatch(path if pattern.by_path else name):
            return not pattern.admits
    return None


def matches(patterns: Sequence[Pattern], path: str) -> bool:
    """Whether `path` or one of its folders is matched: the last pattern wins."""
    parts = path.split("/")
    return any(
        verdict(patterns, "/".join(parts[:depth]), is_folder=depth < len(parts))
        for depth in range(1, len(parts) + 1)
    )


def _compile(line: str) -> Pattern | None:
    line = _without_trailing_spaces(line.rstrip("\r\n"))
    if not line or line.startswith("#"):
        return None
    admits = line.startswith("!")
    glob = line[1:] if admits else line
    only_folders = glob.endswith("/")
    glob = glob.removesuffix("/")
    by_path = "/" in glob
    glob = glob.removeprefix("/")
    try:
        regex = re.compile(_path_regex(glob), re.DOTALL) if glob else None
    except (ValueError, re.error):
        regex = None
    return regex and Pattern(regex, admits, only_folders, by_path)


def _without_trailing_spaces(line: str) -> str:
    bare = line.rstrip(" ")
    cut = len(line) - len(bare)
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if cut and backslashes % 2 else bare


def _path_regex(glob: str) -> str:
    parts = glob.split("/")
    if parts == ["**"]:
        return ".*"
    regex = ""
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        if part == "**":
            regex += ".+" if is_last else "(?:.*/)?"
        else:
            regex += _part_regex(part) + ("" if is_last else "/")
    return regex


def _part_regex(part: str) -> str:
    """One part of a path.  Atomic groups: no pattern can take exponential time."""
    pieces = [""]
    at = 0
    while at < len(part):
        character = part[at]
        at += 1
        if character == "*":
            pieces.append("")
        elif character == "?":
            pieces[-1] += "[^/]"
        elif character == "[":
            bracket, at = _bracket_regex(part, at)
            pieces[-1] += bracket
        else:
            if character == "\\":
                if at == len(part):
                    raise ValueError("a backslash that escapes nothing")
                character = part[at]
                at += 1
            pieces[-1] += re.escape(character)
    if len(pieces) == 1:
        return pieces[0]
    first, *inner, last = pieces
    return first + "".join(f"(?>[^/]*?{piece})" for piece in inner) + f"[^/]*{last}"


def _bracket_regex(part: str, at: int) -> tuple[str, int]:
    """The class that begins after `[`, and where it ends."""
    is_negated = part[at : at + 1] in {"!", "^"}
    at += is_negated
    start = at
    inside = ""
    while at < len(part) and (part[at] != "]" or at == start):
        if part.startswith("[:", at) and (end := part.find(":]", at)) > 0:
            inside += _CLASSES.get(part[at + 2 : end], "")
            at = end + 2
            continue
        if part[at] == "\\":
            at += 1
        elif part[at] == "-" and at > start and part[at + 1 : at + 2] not in {"", "]"}:
            inside += "-"
            at += 1
            continue
        inside += re.escape(part[at : at + 1])
        at += 1
    if at >= len(part):
        raise ValueError("a bracket that is never closed")
    return f"(?!/)[{'^' if is_negated else ''}{inside}]", at + 1
