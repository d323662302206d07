"""Zed's Zeta 2: the suffix comes first, then a merge conflict to complete."""

from __future__ import annotations

from collections.abc import Sequence

from ..region import EditRegion, HistoryEdit, unified
from .reply import NO_EDIT, EditReply, ending_as

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
    text = text.partition(UPDATED)[0]
    if text.strip() in ("", NO_EDITS):
        return NO_EDIT
    return EditReply(ending_as(text.replace(CURSOR, ""), region.text))
