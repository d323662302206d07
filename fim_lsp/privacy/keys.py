r"""Private keys inside text: whole blocks, and what is left where a window cuts one.

A block may stand in a file of its own, in comments, or in a text constant: on one
line with `\n`, or as pieces that are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

# What every block says of itself.
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
_PIECE: Final = re.compile("[A-Za-z0-9+/=]+")
# Characters of a piece: of the first one, and of the others, which may be shorter.
_FIRST: Final = 32
_OTHERS: Final = 16
# Characters in which a key may be damaged: more than a line of it has.
_DAMAGED: Final = 100
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
            start = _start_of_rest(text, end_line.start())
            if start < end_line.start():
                yield max(start, reached), end_line.end()
            reached = end_line.end()


def lines_above(lines: Sequence[str], line: int) -> str:
    """The lines of a private key that begins above `line` and reaches it, or "".

    A text that begins at `line` is redacted as if they stood before it.
    """
    if line <= 0 or line >= len(lines) or not _is_of_a_key(lines[line]):
        return ""
    for number in range(line - 1, max(-1, line - 1 - LONGEST_KEY), -1):
        text = lines[number]
        if (MARKER in text or PUTTY in text) and _BEGIN.search(text):
            return "".join(lines[number:line])
        if not _is_of_a_key(text):
            return ""
    return ""


def touches_key(lines: Sequence[str], first: int, end: int) -> bool:
    """Whether the lines `first` up to `end` hold a part of a private key.

    Alone they may not show it: the key's first and last lines can stand elsewhere.
    """
    start = max(0, first - LONGEST_KEY)
    around = lines[start : end + LONGEST_KEY]
    if not any(MARKER in line or PUTTY in line for line in around):
        return False
    offsets = [0]
    for line in around:
        offsets.append(offsets[-1] + len(line))
    last = min(end - start, len(around))
    return any(
        key_start < offsets[last] and key_end > offsets[first - start]
        for key_start, key_end in key_spans("".join(around))
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

    A key in which somebody types has pieces that are too short; they belong to it where
    a longer one follows soon.
    """
    at, seen = start, False
    while True:
        after = _behind_space(text, at)
        if end := _END.match(text, after):
            return end.end() if seen else 0
        if not seen and (header := _HEADER.match(text, after)):
            at = header.end()
            continue
        length = _OTHERS if seen else _FIRST
        piece = _PIECE.match(text, after)
        if piece and len(piece[0]) >= length:
            at, seen = piece.end(), True
        elif piece and (longer := _longer_piece(text, piece.end(), length)):
            at, seen = longer, True
        elif seen:
            return _end_of_last(text, at, piece)
        else:
            return 0


def _behind_space(text: str, at: int) -> int:
    """The place behind what may stand between two pieces."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _longer_piece(text: str, at: int, length: int) -> int:
    """Where the next piece of at least `length` characters ends, if only short ones
    stand before it, and few; else 0.
    """
    last = at + _DAMAGED
    while at < last:
        piece = _PIECE.match(text, _behind_space(text, at))
        if piece is None:
            return 0
        at = piece.end()
        if len(piece[0]) >= length:
            return at
    return 0


def _end_of_last(text: str, at: int, piece: re.Match[str] | None) -> int:
    """The end of a key whose last piece is short, or whose end is cut off."""
    if piece is None:
        return at
    after = _behind_space(text, piece.end())
    if end := _END.match(text, after):
        return end.end()
    is_last = after == len(text) and "\n" in text[at : piece.start()]
    return piece.end() if is_last or piece[0].endswith("=") else at


def _start_of_rest(text: str, end: int) -> int:
    """Where the key begins that ends at `end` and whose first line was cut off."""
    start = text.rfind("\n", 0, end) + 1
    escaped = re.search(r"[A-Za-z0-9+/=\\]*\Z", text[start:end])
    if start > 0 and not text[start:end].strip(" \t\"'`#*/;+,|>"):
        return _first_line_of_key(text, start)
    return start + escaped.start() if escaped else end


def _first_line_of_key(text: str, start: int) -> int:
    """The start of the first of the lines of a key that end at `start`."""
    first = start
    while first > 0:
        line = text.rfind("\n", 0, first - 1) + 1
        if not _is_of_a_key(text[line:first]) or not text[line:first].strip():
            break
        first = line
    return first
