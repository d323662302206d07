"""Whether Python's own tokenizer gets through the statements around the cursor."""

from __future__ import annotations

import io
import re
import tokenize

from ..clean.draft import Draft
from ..window import Window
from .lines import rest_of_line

# A line that may begin a statement at top level.
TOP_LEVEL = r"(?m)^[@\w]"


def untokenized(window: Window, draft: Draft) -> bool:
    """Whether the statements around the cursor tokenized, and would not after."""
    start, end = _start(window), _end(window)
    if start is None or end is None:
        return False
    before, after = window.prefix[start:], window.suffix[:end]
    inserted = before + draft.text + window.suffix[draft.replace : end]
    return not tokenizes(inserted) and tokenizes(before + after)


def tokenizes(text: str) -> bool:
    """Whether `text` is made of Python's tokens, rightly indented."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.ERRORTOKEN and not token.string.isspace():
                return False
    except (tokenize.TokenError, SyntaxError):
        return False
    return True


def _start(window: Window) -> int | None:
    """Where the top-level statement at the cursor begins; None where it is cut.

    It may be a line inside a string, where nothing tokenizes, before or after.
    """
    above = window.prefix[: window.prefix.rfind("\n") + 1]
    starts = [found.start() for found in re.finditer(TOP_LEVEL, above)]
    if starts:
        return starts[-1]
    return 0 if window.at_start else None


def _end(window: Window) -> int | None:
    """Where the next top-level statement begins; None where the window is cut."""
    below = len(rest_of_line(window.suffix)) + 1
    found = re.search(TOP_LEVEL, window.suffix[below:])
    if found:
        return below + found.start()
    return len(window.suffix) if window.at_end else None
