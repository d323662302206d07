"""The head rules: a reply is to start exactly at the cursor.

They run on a reply that is still streaming as well: what they return for its
beginning is the beginning of what they return for the whole.
"""

from __future__ import annotations

import re
from typing import Protocol

from ..shape import in_comment_or_string, line_before
from ..window import Window
from .draft import Cleaned
from .indentation import in_document_indentation

FENCE = "```"
FENCED = frozenset({"markdown", "mdx", "quarto"})
# A shorter line may well begin again by right: `((`, `- - `, `aa`.
TELLING_CHARS = 3


class HeadRule(Protocol):
    """Gives the text that is left, or None while that cannot be told yet."""

    def __call__(self, text: str, window: Window, *, ended: bool) -> str | None: ...


def head(text: str, window: Window, *, ended: bool = True) -> Cleaned:
    """`text` without what the model said before and around the code."""
    rules: list[str] = []
    for name, rule in HEAD_RULES:
        changed = rule(text, window, ended=ended)
        if changed is None:
            return Cleaned("", tuple(rules))
        # An end that is kept back until more is known is no change.
        if changed != text and (ended or not text.startswith(changed)):
            rules.append(name)
        text = changed
    return Cleaned(text, tuple(rules))


def without_fence(text: str, window: Window, *, ended: bool) -> str | None:
    """Drop a Markdown fence around the answer, and what follows its end."""
    if window.language in FENCED or (FENCE in text and in_comment_or_string(window)):
        return text
    start = text.lstrip("\n")
    if _may_become(start, FENCE, ended=ended):
        return None
    if start.startswith(FENCE):
        info, line_break, text = start.partition("\n")
        if not line_break:
            return "" if ended else None
        if FENCE in info[len(FENCE) :]:
            text = start
    closing = re.search(r"(?:^|\n)[ \t]*```", text)
    if closing:
        # The line break before it may have been given already.
        return text[: closing.start()] + closing.group()[:1].strip(" \t`")
    return _hold_fence(text, ended=ended)


def without_line_start(text: str, window: Window, *, ended: bool) -> str | None:
    """Drop a repetition of the cursor's line up to the cursor."""
    line = line_before(window.prefix).lstrip()
    if len(line.strip()) < TELLING_CHARS or not re.search(r"\w", line):
        return text
    start = text.lstrip()
    if _may_become(start, line, ended=ended):
        return None
    if start.startswith(line):
        return start[len(line) :]
    # The model may leave out the white space at the cursor.
    bare = line.rstrip()
    if bare != line and (start == bare or start.startswith(bare + "\n")):
        return start[len(bare) :]
    return text


def without_indentation(text: str, window: Window, *, ended: bool) -> str | None:
    """Drop white space at the head that stands before the cursor already."""
    line = line_before(window.prefix)
    if line.strip():
        doubled = line.endswith((" ", "\t")) and text.startswith((" ", "\t"))
        if not doubled:
            return text
        start = text.lstrip(" \t")
        return None if not start and not ended else start
    if not line:
        return text
    start = text.lstrip(" \t")
    if not start and not ended:
        return None
    space = text[: len(text) - len(start)]
    if space.startswith(line):
        return text[len(line) :]
    # Less than the line has: it counts as indented, whatever the model meant.
    return start


def _hold_fence(text: str, *, ended: bool) -> str:
    """Keep back an unfinished last line that may become the closing fence."""
    if ended:
        return text
    line = text[text.rfind("\n") + 1 :]
    held = FENCE.startswith(line.lstrip(" \t"))
    return text[: len(text) - len(line)] if held else text


def _may_become(text: str, wanted: str, *, ended: bool) -> bool:
    """Whether more text could make it start with `wanted`, which it does not yet."""
    return not ended and len(text) < len(wanted) and wanted.startswith(text)


HEAD_RULES: tuple[tuple[str, HeadRule], ...] = (
    ("markdown-fence", without_fence),
    ("repeated-prefix", without_line_start),
    ("indentation", in_document_indentation),
    ("repeated-indentation", without_indentation),
)
