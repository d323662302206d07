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
    """Whether the statements at the cursor stop tokenizing when `draft` is inserted."""
    start, end = _start(window), _end(window)
    if start is None or end is None:
        return False
    before, after = window.prefix[start:], window.suffix[:end]
    inserted = before + draft.text + window.suffix[draft.replace : end]
    return not tokenizes(inserted) and tokenizes(before + after)


def tokenizes(text: str) -> bool:
    """Whether Python's tokenizer gets through `text` without an error."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.ERRORTOKEN and not token.string.isspace():
                return False
    except (tokenize.TokenError, SyntaxError):
        return False
    return True


def _start(window: Window) -> int | None:
    """The offset at which the top-level statement at the cursor begins.

    None where the window does not reach it.  The line found may stand in a string;
    then the text tokenizes neither before nor after the insertion.
    """
    above = window.prefix[: window.prefix.rfind("\n") + 1]
    starts = [match.start() for match in re.finditer(TOP_LEVEL, above)]
    if starts:
        return starts[-1]
    return 0 if window.at_start else None


def _end(window: Window) -> int | None:
    """Where the next top-level statement begins; None where the window is cut."""
    below = len(rest_of_line(window.suffix)) + 1
    match = re.search(TOP_LEVEL, window.suffix[below:])
    if match:
        return below + match.start()
    return len(window.suffix) if window.at_end else None
