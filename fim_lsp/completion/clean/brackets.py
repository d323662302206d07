"""The rule about brackets and quotes: what was balanced stays balanced."""

from __future__ import annotations

import re
from dataclasses import replace

from ..code.syntax import syntax_of
from .draft import Around, Draft

# Text without any of these on one line cannot unbalance anything.
TELLING = r"[()\[\]{}<>\"'`\\/#\n]|--"


def broken_brackets(draft: Draft, around: Around) -> Draft | None:
    """Cut back line by line to what leaves the brackets whole, else drop.

    A single line that only opens a block which the answer goes on to fill is
    kept: closing it is the next answer's business.
    """
    shorter = draft
    while shorter.text.strip():
        if not breaks(shorter, around):
            return shorter
        shorter = replace(shorter, text=shorter.text.rpartition("\n")[0].rstrip())
    text = draft.text.lstrip()
    space = draft.text[: len(draft.text) - len(text)]
    first = replace(draft, text=space + text.partition("\n")[0].rstrip())
    goes_on = around.continues or len(first.text) < len(draft.text)
    return first if goes_on and _opens_block(first, around) else None


def breaks(draft: Draft, around: Around) -> bool:
    """Whether inserting `draft` breaks what was balanced."""
    plain = not draft.replace and not re.search(TELLING, draft.text)
    return not plain and around.balance(draft).broken


def fits(draft: Draft, around: Around) -> bool:
    """Whether a draft of one line breaks nothing, or only opens a block."""
    if not breaks(draft, around):
        return True
    return around.continues and _opens_block(draft, around)


def _opens_block(line: Draft, around: Around) -> bool:
    """Whether all that `line` leaves open is the block that begins at its end."""
    if not (syntax_of(around.window.language).blocks and line.text.endswith("{")):
        return False
    return not breaks(replace(line, text=line.text + "}"), around)
