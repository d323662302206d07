"""The head rule about text before the cursor that the answer repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ... import languages
from ..code.lines import line_before
from .draft import Begun
from .place import ReplyPlace

# A line with fewer characters may rightly be followed by its own text: `((`, `- - `.
TELLING_CHARS = 3
# How many lines above are compared with the beginning of an answer.
LINES_ABOVE = 12
# The most characters of those lines: longer ones are not likely to be repeated.
CHARS_ABOVE = 2000
# Word characters that two or more lines have together, to be compared at all.
TELLING_LINES = 8
# A name, or the beginning of one, with the objects and modules it belongs to.
CHAIN = r"(?:[\w$]+(?:\.|\?\.|::|->))*[\w$]*\Z"
SEPARATOR = r"\.|\?\.|::|->"
# A key or a target with its sign, and a word that never stands twice, at the cursor.
KEY = r"(?<![\w.$-])[\w.$\"'-]*\w[\"']?\s*(?::|:?=)\s*\Z"
KEYWORD = (
    r"\b(?:return|await|yield|throw|raise|new|range|import|from|const|let|var|val|def|fn"
    r"|func|function|class|struct|enum|if|elif|while|for|in|case|export|async|public"
    r"|private|static|where|SELECT|FROM|WHERE)\s+\Z"
)
# The mark at the beginning of a line of a list, a comment or a heading.
MARKER = r"[-*+#>/;%!]{1,6} |\d+[.)] "


def without_prefix(text: str, place: ReplyPlace, *, ended: bool) -> Begun | None:
    """Drop a repetition of the lines above and of the cursor's line up to it."""
    rules = (_without_lines, _without_line_start, _without_key, _without_name)
    for rule in rules:
        shorter = rule(text, place, ended=ended)
        if shorter is None:
            return None
        if shorter != text:
            return Begun(shorter)
    return Begun(text)


def _without_lines(text: str, place: ReplyPlace, *, ended: bool) -> str | None:
    """Without lines that end at the cursor: two or more, comments aside."""
    *above, here = place.prefix[-CHARS_ABOVE:].split("\n")
    lines = [line.strip() for line in above if line.strip()][-LINES_ABOVE:]
    marks = languages.language(place.language).openers
    if not _may_begin(text, [*lines, here.strip()]):
        return text
    code = [line for line in lines if not (marks and line.startswith(marks))]
    undecided = False
    for candidates in (lines, code):
        for count in range(len(candidates), 0, -1):
            expected = candidates[-count:]
            if not _tells(expected, lines, here):
                continue
            rest = _after_lines(text, [*expected, here.strip()])
            if rest is not None:
                return rest
            if not ended and _may_repeat(text, [*expected, here.strip()]):
                undecided = True
    return None if undecided else text


def _may_begin(text: str, lines: Sequence[str]) -> bool:
    """Whether a text begins with one of `lines`, or may yet do so."""
    first, line_break, _ = text.lstrip().partition("\n")
    bare = first.strip()
    if line_break:
        return bare in lines or (bool(lines[-1]) and bare.startswith(lines[-1]))
    return any(line.startswith(bare) or bare.startswith(line) for line in lines if line)


def _tells(expected: Sequence[str], lines: Sequence[str], here: str) -> bool:
    """Whether a repetition of `expected` is no coincidence.

    The line above alone is the case of another rule, where nothing stands between it
    and the cursor.
    """
    if len(expected) == 1 and not here.strip() and expected == lines[-1:]:
        return False
    return len(re.findall(r"\w", " ".join(expected))) >= TELLING_LINES


def _after_lines(text: str, expected: Sequence[str]) -> str | None:
    """What follows `expected`, of which the last is the cursor's unfinished line."""
    *whole, begun = expected
    at = 0
    for line in whole:
        end = _end_of_line(text, at, line)
        if end is None:
            return None
        at = end
    if not begun:
        return text[at:].lstrip("\n")
    bare = text[at:].lstrip()
    if not bare.startswith(begun):
        return None
    return bare[len(begun) :]


def _end_of_line(text: str, at: int, line: str) -> int | None:
    """Where the line after the next one that is not blank begins, if that is `line`."""
    while True:
        end = text.find("\n", at)
        next_line = text[at : end if end >= 0 else len(text)].strip()
        if next_line:
            break
        if end < 0:
            return None
        at = end + 1
    if next_line != line:
        return None
    return end + 1 if end >= 0 else len(text)


def _may_repeat(text: str, expected: Sequence[str]) -> bool:
    """Whether more text could make the answer repeat all of `expected`."""
    *complete, unfinished = [line.strip() for line in text.split("\n")]
    lines = [line for line in complete if line]
    if len(lines) >= len(expected) or lines != list(expected[: len(lines)]):
        return False
    return expected[len(lines)].startswith(unfinished)


def _without_line_start(text: str, place: ReplyPlace, *, ended: bool) -> str | None:
    """Without the cursor's line up to the cursor."""
    line = line_before(place.prefix).lstrip()
    if len(line.strip()) < TELLING_CHARS or not re.search(r"\w", line):
        return text
    start = text.lstrip()
    if _may_become(start, line, ended=ended):
        return None
    if start.startswith(line):
        return _unless_in_circles(start[len(line) :], line, ended=ended)
    # The model may leave out the white space at the cursor.
    bare = line.rstrip()
    if bare != line and (start == bare or start.startswith(bare + "\n")):
        return start[len(bare) :]
    return text


def _unless_in_circles(rest: str, line: str, *, ended: bool) -> str | None:
    """The text, or nothing where the line comes a second and a third time."""
    if _may_become(rest, line, ended=ended):
        return None
    again = rest.removeprefix(line)
    if again == rest:
        return rest
    if _may_become(again, line.rstrip(), ended=ended):
        return None
    return "" if again.startswith(line.rstrip()) else rest


def _without_key(text: str, place: ReplyPlace, *, ended: bool) -> str | None:
    """Without the key, the keyword or the list's marker just before the cursor."""
    line = line_before(place.prefix)
    marker = re.fullmatch(MARKER, line.lstrip())
    if marker and not any(
        above.lstrip().startswith(marker.group() * 2) for above in place.lines_above
    ):
        return _without(text, marker.group(), ended=ended)
    key = re.search(KEY, line) or re.search(KEYWORD, line)
    if not key or place.inside != "code":
        return text
    return _without(text, key.group(), ended=ended)


def _without(text: str, start: str, *, ended: bool) -> str | None:
    """`text` without `start`, if it begins with that; None while it may yet do so."""
    if _may_become(text, start, ended=ended):
        return None
    return text.removeprefix(start)


def _without_name(text: str, place: ReplyPlace, *, ended: bool) -> str | None:
    """Without the name at the cursor, where the answer says it from its beginning."""
    chain = re.search(CHAIN, line_before(place.prefix))
    if not chain or not chain.group():
        return text
    starts = [
        0,
        *(separator.end() for separator in re.finditer(SEPARATOR, chain.group())),
    ]
    for start in starts:
        name = chain.group()[start:]
        if len(re.findall(r"\w", name)) < TELLING_CHARS:
            continue
        if _may_become(text, name, ended=ended):
            return None
        if text.startswith(name):
            return text[len(name) :]
    return text


def _may_become(text: str, wanted: str, *, ended: bool) -> bool:
    """Whether more text could make it start with `wanted`, which it does not yet."""
    return not ended and len(text) < len(wanted) and wanted.startswith(text)
