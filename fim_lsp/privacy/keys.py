r"""Private keys inside text: whole blocks, and what is left where a window cuts one.

A block may stand in a file of its own, in comments, or in a text constant: on one
line with `\n`, or as pieces that are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

# The words that every block has in its first and last line.
MARKER: Final = "PRIVATE KEY"
# The beginning of a block of PuTTY, which has no such word.
PUTTY: Final = "Private-Lines:"
# Lines above or below a place that are searched for the first or last line of a key.
LONGEST_KEY: Final = 600

_DASHES: Final = "-{4,5}"
_NAMED: Final = r"(?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?"
_BEGIN: Final = re.compile(
    rf"{_DASHES} ?BEGIN {_NAMED} ?{_DASHES}|Private-Lines: *\d{{1,4}}"
)
_END: Final = re.compile(rf"{_DASHES} ?END {_NAMED} ?{_DASHES}|Private-MAC:.*")
# What may stand between two pieces of a key: white space, quotes, signs of comments
# and of joining, and line breaks that are written as `\n`.
_BETWEEN: Final = re.compile(r"(?:[\s\"'`,;#*>|.&()!%+:\[\]]|//|\\{1,4}[nrt]?)*")
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z-]{2,30}: [^\r\n\\\"']{0,200}")
# Headers that a key has at most.
_HEADERS: Final = 20
_PIECE: Final = re.compile("[A-Za-z0-9+/=]+")
# Characters of a piece: of the first one, and of the others, which may be shorter.
_FIRST: Final = 32
_OTHERS: Final = 16
# A long piece of a key, or its end, behind what somebody types into the key: about two
# lines, and never beyond the end.
_TYPED: Final = r"(?:[^-]|-(?!---)){0,160}?"
_LONGER: Final = re.compile(rf"{_TYPED}[A-Za-z0-9+/=]{{32,}}")
_SOON_THE_END: Final = re.compile(rf"{_TYPED}(?:{_END.pattern})")
# Lines of a key that may hold something else.
_DAMAGED_LINES: Final = 3
# A line that can stand in the middle of a key.
_LINE: Final = re.compile(
    r"(?:[\s\"'`,;#*>|.&()!%+:\[\]]|//)*[A-Za-z0-9+/=]{16,}[\s\"'`,;+.&()\\nr]*"
)


def key_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the private keys of `text` begin and end, in characters."""
    if MARKER not in text and PUTTY not in text:
        return
    reached = 0
    for begin in _BEGIN.finditer(text):
        if begin.start() >= reached and (end := _end_of_block(text, begin.end())):
            yield begin.start(), end
            reached = end
    for end_line in _END.finditer(text):
        if end_line.start() >= reached:
            start = _start_of_rest(text, end_line.start(), reached)
            if start < end_line.start():
                yield max(start, reached), end_line.end()
            reached = end_line.end()


def lines_above(lines: Sequence[str], line: int) -> str:
    """The lines of a private key that begins above `line` and may reach it, or "".

    A text that begins at `line` is redacted as if they stood before it.
    """
    damaged = 0
    for number in range(min(line, len(lines)) - 1, max(-1, line - 1 - LONGEST_KEY), -1):
        text = lines[number]
        if (MARKER in text or PUTTY in text) and _BEGIN.search(text):
            return "".join(lines[number:line])
        if not _is_of_a_key(text):
            damaged += 1
            if damaged > _DAMAGED_LINES:
                return ""
    return ""


def lines_below(lines: Sequence[str], line: int) -> str:
    """The lines below `line` of a private key that it may be a part of, or ""."""
    damaged = 0
    for number in range(line + 1, min(len(lines), line + 1 + LONGEST_KEY)):
        text = lines[number]
        if MARKER in text and _END.search(text):
            return "".join(lines[line + 1 : number + 1])
        if not _is_of_a_key(text):
            damaged += 1
            if damaged > _DAMAGED_LINES:
                return ""
    return ""


def touches_key(lines: Sequence[str], first: int, end: int) -> bool:
    """Whether the lines `first` up to `end` hold a part of a private key.

    Alone they may not show it: the key's first and last lines can stand elsewhere.
    """
    start = max(0, first - LONGEST_KEY)
    around = lines[start : end + LONGEST_KEY]
    text = "".join(around)
    if MARKER not in text and PUTTY not in text:
        return False
    offsets = [0]
    for line in around:
        offsets.append(offsets[-1] + len(line))
    last = min(end - start, len(around))
    return any(
        key_start < offsets[last] and key_end > offsets[first - start]
        for key_start, key_end in key_spans(text)
    )


def _is_of_a_key(line: str) -> bool:
    bare = line.strip()
    if not bare or _LINE.fullmatch(line):
        return True
    if MARKER in line and _END.search(line):
        return True
    return _HEADER.fullmatch(bare) is not None or (
        _PIECE.fullmatch(bare.strip("\"'`,;#*>|+/ ")) is not None
    )


def _end_of_block(text: str, start: int) -> int:
    """Where the key ends whose first line ends at `start`; 0 where there is none.

    A key in which somebody types holds what belongs to no key; it is a part of this one
    where a long piece follows soon.
    """
    at, seen, headers = start, False, 0
    while headers <= _HEADERS:
        after = _behind_space(text, at)
        if end := _END.match(text, after):
            return end.end() if seen else 0
        if not seen and (header := _HEADER.match(text, after)):
            at = header.end()
            headers += 1
            continue
        piece = _PIECE.match(text, after)
        if piece and len(piece[0]) >= (_OTHERS if seen else _FIRST):
            at, seen = piece.end(), True
        elif longer := _LONGER.match(text, after):
            at, seen = longer.end(), True
        elif seen and (end := _SOON_THE_END.match(text, after)):
            return end.end()
        elif seen:
            return _end_of_last(text, at, piece)
        else:
            return 0
    return 0


def _behind_space(text: str, at: int) -> int:
    """The place behind what may stand between two pieces."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _end_of_last(text: str, at: int, piece: re.Match[str] | None) -> int:
    """The end of a key whose last piece is short, or whose end is cut off."""
    if piece is None:
        return at
    after = _behind_space(text, piece.end())
    if end := _END.match(text, after):
        return end.end()
    is_last = after == len(text) and "\n" in text[at : piece.start()]
    return piece.end() if is_last or piece[0].endswith("=") else at


def _start_of_rest(text: str, end: int, least: int) -> int:
    """Where the key begins that ends at `end` and whose first line was cut off.

    Nothing before `least` is looked at.
    """
    start = text.rfind("\n", 0, end) + 1
    escaped = re.search(r"[A-Za-z0-9+/=\\]*\Z", text[start:end])
    if start > 0 and not text[start:end].strip(" \t\"'`#*/;+,|>"):
        return _first_line_of_key(text, start, least)
    return start + escaped.start() if escaped else end


def _first_line_of_key(text: str, start: int, least: int) -> int:
    """The start of the first of the lines of a key that end at `start`."""
    first = reached = start
    damaged = 0
    while reached > least:
        line = text.rfind("\n", 0, reached - 1) + 1
        content = text[line:reached]
        if not content.strip():
            break
        if _is_of_a_key(content):
            if _is_long(content) or not damaged:
                first = line
        elif damaged == _DAMAGED_LINES or not _PIECE.search(content):
            break
        else:
            damaged += 1
        reached = line
    return first


def _is_long(line: str) -> bool:
    """Whether a line is, without doubt, one from the middle of a key."""
    return any(len(piece[0]) >= _FIRST for piece in _PIECE.finditer(line))
