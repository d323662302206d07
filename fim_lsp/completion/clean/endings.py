"""The rules about how an answer begins and ends, and whether anything is left."""

from __future__ import annotations

from ...text import leading_space
from ..code.lines import opens_block, width
from .draft import Around, Draft
from .suffix import CLOSERS

LEAST_VISIBLE = 3
REDACTION_MARK = "***"


def leading_line_break(draft: Draft, around: Around) -> Draft | None:
    """Reject a new line at a line end where the same block goes on below."""
    space = leading_space(draft.text)
    if "\n" not in space or around.blank or around.rest.strip() or not around.below:
        return draft
    here, next_ = width(around.line), width(around.below[0])
    if opens_block(around.line, around.window.language):
        return None if next_ > here else draft
    return None if next_ == here else draft


def unfinished_line(draft: Draft, around: Around) -> Draft:
    """Drop the last line where the cap on tokens cut it."""
    if not around.cut_off or around.continues:
        return draft
    return Draft(draft.text.rpartition("\n")[0], draft.replace)


def trailing_space(draft: Draft, around: Around) -> Draft:
    """Take white space off the end, where nothing but the line break follows."""
    if around.rest.strip():
        return draft
    return Draft(draft.text.rstrip(), draft.replace)


def nothing_visible(draft: Draft, around: Around) -> Draft | None:  # noqa: ARG001 — a rule's form
    """Reject what nobody could see."""
    return draft if draft.text.strip() else None


def too_short(draft: Draft, around: Around) -> Draft | None:
    """Reject, unasked, what is no help: a character or two that close nothing."""
    visible = "".join(around.answer.split())
    helps = len(visible) >= LEAST_VISIBLE or any(char in CLOSERS for char in visible)
    opens = around.continues and opens_block(visible, around.window.language)
    return draft if helps or opens or not around.automatic else None


def redaction_mark(draft: Draft, around: Around) -> Draft | None:
    """Drop an answer that learned from the marks put in place of secrets."""
    return None if around.redacted and REDACTION_MARK in draft.text else draft
