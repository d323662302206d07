"""Finds out that an answer holds the block around the lines that it is to replace.

Asked for one line of a function, a model often answers with the whole function.  In the
place of the line it would double the rest, which may still be valid code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from ..text import Document, Span, one_line
from .blocks import blocks_around, heading, is_definition

# Lines of the largest block that is looked for in an answer.
_LONGEST = 200
# Letters and digits from which on two lines are hardly equal by chance.
_SIGNIFICANT = 8
# Lines of a block of which half are no chance.
_SEVERAL = 4
# The least similarity (of difflib) of a line to what an answer made of it.
_ALIKE = 0.75
# The most characters of a line that a reason quotes.
_QUOTED = 60


def repeated_block(document: Document, span: Span, answer: Sequence[str]) -> str | None:
    """Why lines that are to replace the lines of `span` would repeat code around them.

    A sentence, or None where the answer holds none of the blocks around `span`.
    """
    first, last = span.start.line, span.end.line
    selected = [document.lines[row].strip() for row in range(first, last + 1)]
    added = _without(answer, selected)
    for top, bottom in blocks_around(document, first, last, _LONGEST):
        head = heading(document, top)
        opening = document.lines[head].strip()
        around = (*range(top, first), *range(last + 1, bottom + 1))
        others = [document.lines[row].strip() for row in around]
        others = [line for line in others if _is_significant(line)]
        if first <= head <= last:
            is_repeated = _holds(others, added)
        else:
            is_repeated = _is_opened(opening, others, added)
        if is_repeated:
            return (
                "The model answered with the whole block around the selection "
                f"(“{one_line(opening, _QUOTED)}”); select that block and try again."
            )
    return None


def _is_opened(opening: str, others: Sequence[str], added: Sequence[str]) -> bool:
    """Whether `added` holds the line that opens a block, and `others` of its lines.

    The line of a definition is enough; what opens another block may well occur twice.
    """
    if opening in added:
        return is_definition(opening) or 2 * _count(others, added) >= len(others)
    return _is_changed(opening, added) and _holds(others, added)


def _is_changed(opening: str, added: Sequence[str]) -> bool:
    """Whether a line is added that may be what became of the one that opens a block."""
    return any(
        _is_alike(opening, line) and is_definition(line) == is_definition(opening)
        for line in added
    )


def _holds(others: Sequence[str], added: Sequence[str]) -> bool:
    """Whether more of the `others` are added, changed or not, than by chance.

    That is more than half of them, or half of several.
    """
    count = _count(others, added)
    return 2 * count > len(others) or 2 * count == len(others) >= _SEVERAL


def _count(lines: Sequence[str], added: Sequence[str]) -> int:
    """How many of the `lines` stand in `added` in the same order, changed or not."""
    start = count = 0
    for line in lines:
        for number in range(start, len(added)):
            if line == added[number] or _is_alike(line, added[number]):
                count, start = count + 1, number + 1
                break
    return count


def _is_alike(line: str, other: str) -> bool:
    """Whether `other` may be what an answer made of `line`."""
    words, others = set(_words(line)), set(_words(other))
    if words and 2 * len(words & others) > max(len(words), len(others)):
        return True
    matcher = SequenceMatcher(None, line, other, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _words(line: str) -> list[str]:
    signs = (sign if sign.isalnum() or sign == "_" else " " for sign in line)
    return "".join(signs).split()


def _without(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    """The `lines`, stripped, without blank ones, and without each of `others` once."""
    left = Counter(others)
    kept = []
    for line in map(str.strip, lines):
        if left[line] > 0:
            left[line] -= 1
        elif line:
            kept.append(line)
    return kept


def _is_significant(line: str) -> bool:
    return sum(map(str.isalnum, line)) >= _SIGNIFICANT
