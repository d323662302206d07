"""Inception's Mercury edit models: a user message; the answer is a fence or `None`."""

from __future__ import annotations

from collections.abc import Sequence

from ..region import EditRegion, HistoryEdit, unified
from .reply import (
    NO_EDIT,
    UNPARSABLE,
    EditReply,
    answer_in,
    ending_as,
    fenced_content,
    says_nothing,
)

CURSOR = "<|cursor|>"
MARKS = (CURSOR, "<|code_to_edit|>", "<|/code_to_edit|>", "<|edit_diff_history|>")


def prompt(region: EditRegion, history: Sequence[HistoryEdit]) -> str:
    edits = "".join(f"{unified(edit)}\n" for edit in history)
    marked = region.with_mark(CURSOR)
    code = marked if marked.endswith("\n") else f"{marked}\n"
    return (
        "<|recently_viewed_code_snippets|>\n<|/recently_viewed_code_snippets|>\n\n"
        f"<|current_file_content|>\ncurrent_file_path: {region.path}\n"
        f"{region.before}<|code_to_edit|>\n{code}<|/code_to_edit|>\n{region.after}"
        "<|/current_file_content|>\n\n"
        f"<|edit_diff_history|>\n{edits}<|/edit_diff_history|>\n"
    )


def read(text: str, region: EditRegion) -> EditReply:
    text = answer_in(text, region.text)
    if says_nothing(text):
        return NO_EDIT
    code = fenced_content(text, region.text)
    if code is None:
        return UNPARSABLE
    if says_nothing(code) and code.strip():
        return NO_EDIT
    for mark in MARKS[1:3]:
        code = code.replace(f"{mark}\n", "")
    return EditReply(ending_as(code, region.text))
