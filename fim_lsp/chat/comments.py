"""Instructions written into the source: a comment that begins with `fim:`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .. import languages
from ..languages import CLOSERS


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from column `start` up to `end` of a line, and its instruction."""

    start: int
    end: int
    instruction: str


def find_comment(line: str, language: str) -> Comment | None:
    """The `fim:` comment that begins anywhere on `line` and ends on it.

    A comment that ends on a later line does not count: it could not be removed alone.
    """
    if "fim:" not in line.casefold():
        return None
    if (opening := _opening(language).search(line)) is None:
        return None
    opener, start = str(opening[opening.lastindex or 0]), opening.end()
    end = len(line.rstrip())
    instruction = line[start:end]
    if closer := CLOSERS.get(opener):
        if (closing := line.find(closer, start)) < 0:
            return None
        instruction = line[start:closing].rstrip(closer[0])
        end = closing + len(closer)
    elif opener == "*" and "*/" in instruction:
        return None
    instruction = instruction.strip()
    return Comment(opening.start(), end, instruction) if instruction else None


@cache
def _opening(language: str) -> re.Pattern[str]:
    """Matches what begins a `fim:` comment, up to its instruction.

    The last character of the opener may be repeated: `///`, `;;`, `/**`.
    """
    openers = "|".join(
        f"({re.escape(opener)}){re.escape(opener[-1])}*!?"
        for opener in sorted(_openers(language), key=len, reverse=True)
    )
    return re.compile(rf"(?:(?<=[\s;{{}})\],])|^)(?:{openers})\s*fim:", re.IGNORECASE)


def _openers(language: str) -> tuple[str, ...]:
    """The openers of comments; `*` begins a further line of a block comment."""
    openers = languages.language(language).openers or languages.UNKNOWN.openers
    return (*openers, "*") if "/*" in openers else openers
