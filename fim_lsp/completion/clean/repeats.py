"""The rules about saying again what stands around the cursor, or what was said."""

from __future__ import annotations

import re

from ..shape import closes_block, opens_block, width
from .brackets import breaks
from .draft import Around, Draft

TELLING_CHARS = 3
SEPARATOR = r"[-=*#_~/.+|:\s]+"


def repeats_next_line(draft: Draft, around: Around) -> Draft | None:
    """Drop an answer whose first lines are the next ones."""
    lines = [line for line in _full_lines(draft, around) if line.strip()]
    count = min(len(lines), len(around.below))
    if not count:
        return draft
    if (
        count == 1
        and closes_block(lines[0])
        and width(lines[0]) != width(around.below[0])
    ):
        return draft
    said = [line.strip() for line in lines[:count]]
    there = [line.strip() for line in around.below[:count]]
    return None if _nearly_equal(said, there) else draft


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
    space = text[: len(text) - len(text.lstrip())]
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


def repetition(draft: Draft, around: Around) -> Draft:  # noqa: ARG001 — a rule's form
    """Cut lines that stand there three times, and an end that runs in circles."""
    text = _without_equal_lines(draft.text)
    for least, times in ((3, 6), (10, 4)):
        text = _without_circles(text, least, times)
    return Draft(text, draft.replace)


def _without_equal_lines(text: str) -> str:
    lines = text.split("\n")
    told = [(at, line.rstrip()) for at, line in enumerate(lines) if line.strip()]
    for (first, one), (_, two), (_, three) in zip(
        told, told[1:], told[2:], strict=False
    ):
        if one == two == three and re.search(r"\w", one):
            return "\n".join(lines[: first + 1])
    return text


def _without_circles(text: str, least: int, times: int) -> str:
    """One of `times` or more equal pieces of at least `least` characters at the end."""
    body = text.rstrip("\n")
    for size in range(least, len(body) // times + 1):
        unit = body[-size:]
        if body.endswith(unit * times) and not re.fullmatch(SEPARATOR, unit):
            while body.endswith(unit * 2):
                body = body[:-size]
            return body
    return text


def _full_lines(draft: Draft, around: Around) -> list[str]:
    """The lines that inserting gives; one that is there already is none of them."""
    first, *others = draft.text.split("\n")
    return [around.line + first if first.strip() else "", *others]


def _nearly_equal(said: list[str], there: list[str]) -> bool:
    """Equal but for a character or a twentieth, and in every number.

    A single line may differ in punctuation only: names are what lines are about.
    """
    if said == there:
        return True
    one, other = "\n".join(said), "\n".join(there)
    telling = r"\w+" if len(said) == 1 else r"\d+"
    if re.findall(telling, one) != re.findall(telling, other):
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
