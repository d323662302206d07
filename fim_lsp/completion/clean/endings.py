"""The rules about how an answer begins and ends, and whether anything is left."""

from __future__ import annotations

from ...text import leading_space
from ..code.blocks import ends_of
from ..code.lines import opens_block, width
from .draft import Around, Draft
from .suffix import CLOSERS

LEAST_VISIBLE = 3
REDACTION_MARK = "***"


def leading_line_break(draft: Draft, around: Around) -> Draft | None:
    """Reject an answer that begins a new line where the same block goes on below."""
    space = leading_space(draft.text)
    if "\n" not in space or around.blank or around.rest.strip() or not around.below:
        return draft
    here, next_ = width(around.line), width(around.below[0])
    if opens_block(around.line, around.window.language):
        return None if next_ > here else draft
    return None if next_ == here else draft


def unfinished_line(draft: Draft, around: Around) -> Draft:
    """Drop the last line of a reply that the cap on tokens cut, and its header."""
    if not around.cut_off or around.continues:
        return draft
    lines = draft.text.split("\n")[:-1]
    if around.many:
        ends = ends_of(around.window, lines, ended=True).nested
        lines = lines[: max(ends, default=-1) + 1]
    return Draft("\n".join(lines), draft.replace)


def trailing_space(draft: Draft, around: Around) -> Draft:
    """Drop white space at the end, where only the line break follows the cursor."""
    if around.rest.strip():
        return draft
    return Draft(draft.text.rstrip(), draft.replace)


def nothing_visible(draft: Draft, around: Around) -> Draft | None:  # noqa: ARG001 — a rule's form
    """Reject an answer of white space."""
    return draft if draft.text.strip() else None


def too_short(draft: Draft, around: Around) -> Draft | None:
    """Reject one or two characters that close nothing, where the user did not ask."""
    visible = "".join(around.answer.split())
    helps = len(visible) >= LEAST_VISIBLE or any(char in CLOSERS for char in visible)
    opens = around.continues and opens_block(visible, around.window.language)
    return draft if helps or opens or not around.automatic else None


def redaction_mark(draft: Draft, around: Around) -> Draft | None:
    """Reject an answer with a mark that stood for a secret in the prompt."""
    return None if around.redacted and REDACTION_MARK in draft.text else draft
