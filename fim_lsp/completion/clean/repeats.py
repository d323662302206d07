"""The rules about answers that repeat the text around the cursor, or themselves."""

from __future__ import annotations

import re

from ... import languages
from ...text import leading_space
from ..code.lines import closes_block, is_same_line, line_among, opens_block, width
from ..code.rounds import first_circle, lines_of_first_round
from .draft import Around, Draft
from .unbalanced import breaks

# The fewest word characters of a line above that counts as repeated.
TELLING_CHARS = 3


def repeats_next_line(draft: Draft, around: Around) -> Draft | None:
    """Reject an answer whose first lines are the lines below the cursor."""
    lines = [line for line in _full_lines(draft, around) if line.strip()]
    if not lines or not around.below:
        return draft
    at = line_among(lines[0], around.below)
    if at and len(lines) > 1 and all(map(is_same_line, lines, around.below[at:])):
        return None
    count = min(len(lines), len(around.below))
    if not re.search(r"\w|[)\]}]", lines[0]):
        return draft
    if (
        count == 1
        and closes_block(lines[0])
        and width(lines[0]) != width(around.below[0])
    ):
        return draft
    texts = [line.strip() for line in lines[:count]]
    below = [line.strip() for line in around.below[:count]]
    return None if _nearly_equal(texts, below) else draft


def repeats_next_closer(draft: Draft, around: Around) -> Draft:
    """Drop a last line that equals the next closing line."""
    head, line_break, last = draft.text.rstrip().rpartition("\n")
    if not (around.below and line_break) or around.rest.strip():
        return draft
    closer = around.below[0]
    reopens = opens_block(closer, around.window.language)
    if not closes_block(closer) or reopens or last.strip() != closer.strip():
        return draft
    if width(last) != width(closer):
        return draft
    shorter = Draft(head, draft.replace)
    if not breaks(draft, around) and breaks(shorter, around):
        return draft
    return shorter


def repeats_line_above(draft: Draft, around: Around) -> Draft:
    """Drop a first line that equals the line above it."""
    text = draft.text
    space = leading_space(text)
    if not around.blank and "\n" not in space:
        return draft
    above = around.above if around.blank else around.line
    first, line_break, others = text[len(space) :].partition("\n")
    if first.strip() != above.strip() or len(re.findall(r"\w", above)) < TELLING_CHARS:
        return draft
    if not line_break:
        return Draft("", draft.replace)
    if around.blank:
        # The next line moves up to the cursor, which is indented already.
        others = others.lstrip("\n")
        others = others.removeprefix(around.line) if around.line else others
        return Draft(others, draft.replace)
    return Draft(space + others.lstrip(), draft.replace)


def repetition(draft: Draft, around: Around) -> Draft:
    """Cut lines that repeat, and an end that runs in circles."""
    comments = languages.language(around.window.language).openers
    numbers = [at for at, line in enumerate(draft.text.split("\n")) if line.strip()]
    lines = _full_lines(draft, around)
    for end in range(2, len(numbers) + 1):
        visible = [lines[at] for at in numbers[:end] if lines[at].strip()]
        count = lines_of_first_round(visible, comments)
        if count is not None:
            last = numbers[count - 1]
            text = "\n".join(draft.text.split("\n")[: last + 1])
            return Draft(first_circle(text), draft.replace)
    return Draft(first_circle(draft.text) if draft.text else "", draft.replace)


def _full_lines(draft: Draft, around: Around) -> list[str]:
    """The lines as they stand after inserting; a first line that stays is blank."""
    first, *others = draft.text.split("\n")
    return [around.line + first if first.strip() else "", *others]


def _nearly_equal(lines_given: list[str], there: list[str]) -> bool:
    """Equal but for punctuation: a character, or a twentieth of all.

    Names and numbers must be equal, because they are what distinguishes lines.
    """
    if lines_given == there:
        return True
    one, other = "\n".join(lines_given), "\n".join(there)
    if re.findall(r"\w+", one) != re.findall(r"\w+", other):
        return False
    limit = max(1, len(other) // 20)
    return abs(len(one) - len(other)) <= limit and _distance(one, other, limit) <= limit


def _distance(one: str, other: str, limit: int) -> int:
    """The edit distance, or anything greater than `limit` where it is greater."""
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        low, high = max(1, at - limit), min(len(other), at + limit)
        new = [limit + 1] * (len(other) + 1)
        new[0] = at
        for place in range(low, high + 1):
            new[place] = min(
                row[place] + 1,
                new[place - 1] + 1,
                row[place - 1] + (char != other[place - 1]),
            )
        if min(new) > limit:
            return limit + 1
        row = new
    return row[-1]
