"""Instructions written into the source: a comment that begins with `fim:`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .. import languages
from ..languages import CLOSERS


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment within one line, from `start` up to `end`, and what it says to do."""

    start: int
    end: int
    instruction: str


def find_comment(line: str, language: str) -> Comment | None:
    """The `fim:` comment on `line`, wherever on the line it stands.

    One that goes on on the next line is not taken: it could not be taken out alone.
    """
    if "fim:" not in line.casefold():
        return None
    if (found := _opening(language).search(line)) is None:
        return None
    opener, start = str(found[found.lastindex or 0]), found.end()
    end = len(line.rstrip())
    instruction = line[start:end]
    if closer := CLOSERS.get(opener):
        if (at := line.find(closer, start)) < 0:
            return None
        instruction, end = line[start:at].rstrip(closer[0]), at + len(closer)
    elif opener == "*" and "*/" in instruction:
        return None
    instruction = instruction.strip()
    return Comment(found.start(), end, instruction) if instruction else None


@cache
def _opening(language: str) -> re.Pattern[str]:
    """Any opener, however often its last character is repeated (`///`, `;;`, `/**`)."""
    openers = "|".join(
        f"({re.escape(opener)}){re.escape(opener[-1])}*!?"
        for opener in sorted(_openers(language), key=len, reverse=True)
    )
    return re.compile(rf"(?:(?<=[\s;{{}})\],])|^)(?:{openers})\s*fim:", re.IGNORECASE)


def _openers(language: str) -> tuple[str, ...]:
    """What begins a comment; `*` begins a further line of a block comment."""
    openers = languages.language(language).openers or languages.UNKNOWN.openers
    return (*openers, "*") if "/*" in openers else openers
