"""The rule about brackets and quotes: what was balanced stays balanced."""

from __future__ import annotations

import re
from dataclasses import replace

from ..code.blocks import ends_of
from ..code.brackets import scan
from ..code.lines import opens_block
from ..code.syntax import syntax_of
from .draft import Around, Draft

# Text without any of these on one line cannot unbalance anything.
TELLING = r"[()\[\]{}<>\"'`\\/#\n]|--"


def broken_brackets(draft: Draft, around: Around) -> Draft | None:
    """Drop last lines until the brackets are whole; reject where no line is left.

    A draft may leave a block open that the rest of the answer fills: a single line that
    opens one, or whole statements of a block that is longer than an offer.
    """
    shorter = draft
    while shorter.text.strip():
        cut_back = shorter is not draft
        header = cut_back and opens_block(shorter.text, around.window.language)
        if not header and not breaks(shorter, around):
            return shorter
        if not header and around.continues and _opens_blocks(shorter, around):
            return shorter
        shorter = replace(shorter, text=shorter.text.rpartition("\n")[0].rstrip())
    text = draft.text.lstrip()
    space = draft.text[: len(draft.text) - len(text)]
    first = replace(draft, text=space + text.partition("\n")[0].rstrip())
    goes_on = around.continues or len(first.text) < len(draft.text)
    return (
        first if goes_on and not around.many and _opens_blocks(first, around) else None
    )


def breaks(draft: Draft, around: Around) -> bool:
    """Whether inserting `draft` breaks what was balanced."""
    plain = not draft.replace and not re.search(TELLING, draft.text)
    return not plain and around.balance(draft).broken


def fits(draft: Draft, around: Around) -> bool:
    """Whether a draft of one line breaks nothing, or only opens a block."""
    if not breaks(draft, around):
        return True
    return around.continues and _opens_blocks(draft, around)


def _opens_blocks(draft: Draft, around: Around) -> bool:
    """Whether all that `draft` leaves open are blocks, and it ends with a statement.

    A draft of one line ends with the opener of its block.
    """
    syntax = syntax_of(around.window.language)
    if not syntax.blocks:
        return False
    lines = draft.text.split("\n")
    if not any(line.strip() for line in lines[:-1]):
        return draft.text.endswith("{") and not breaks(
            replace(draft, text=draft.text + "}"), around
        )
    if len(lines) - 1 not in ends_of(around.window, lines, ended=True).nested:
        return False
    opened = [opener.closer for opener in scan(syntax, draft.text).stack]
    if not opened or set(opened) != {"}"}:
        return False
    closed = draft.text + "\n" + "}" * len(opened)
    return not breaks(replace(draft, text=closed), around)
