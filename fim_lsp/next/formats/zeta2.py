"""Zed's Zeta 2: the suffix comes first, then a merge conflict to complete."""

from __future__ import annotations

from collections.abc import Sequence

from ..region import EditRegion, HistoryEdit, unified
from .reply import (
    NO_EDIT,
    UNPARSABLE,
    EditReply,
    answer_in,
    ending_as,
    says_nothing,
    unfenced,
)

CURSOR = "<|user_cursor|>"
UPDATED = ">>>>>>> UPDATED"
NO_EDITS = "NO_EDITS"
STOP = (UPDATED,)
MARKS = (CURSOR, UPDATED, "<<<<<<< CURRENT", "<[fim-", "<filename>")
# The most edits in a prompt that the model was trained with.
MOST_EDITS = 6


def prompt(region: EditRegion, history: Sequence[HistoryEdit]) -> str:
    edits = "".join(
        f"{unified(edit, prefixes=('a/', 'b/'))}\n" for edit in history[-MOST_EDITS:]
    )
    marked = region.with_mark(CURSOR)
    code = marked if marked.endswith("\n") else f"{marked}\n"
    return (
        f"<[fim-suffix]>{region.after}\n"
        f"<[fim-prefix]><filename>edit_history\n{edits}"
        f"<filename>{region.path}\n{region.before}"
        f"<<<<<<< CURRENT\n{code}=======\n<[fim-middle]>"
    )


def read(text: str, region: EditRegion) -> EditReply:
    text = answer_in(text.partition(UPDATED)[0], region.text)
    if says_nothing(text):
        return NO_EDIT
    code = unfenced(text, region.text)
    return UNPARSABLE if code is None else EditReply(ending_as(code, region.text))
