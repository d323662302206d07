"""The format for chat models, which write the marked region again."""

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
    unfenced,
)

START, END = "<editable_region>", "</editable_region>"
CURSOR = "<cursor_position/>"
NO_EDITS = "NO_EDITS"
MARKS = (START, END, CURSOR)

SYSTEM = f"""\
You predict the next edit of a programmer.
You are shown what the programmer has just changed, and a part of a file in which
{CURSOR} marks the cursor.
Work out what the programmer is doing, and write the text between {START} and {END} as
the programmer would make it next: finish what was begun, and bring the rest into line
with it.

- Answer with {START}, a line break, the whole new text of the region, {END}, and with
  nothing else.
- Keep every line that has no reason to change exactly as it is, white space included.
- Never take back what the programmer has just changed.
- Do not write {CURSOR}.
- Where nothing needs to change, answer {NO_EDITS} and nothing else.

For example, after

User edited "shop.py":
-def total(items):
+def total(items, tax):

the region

{START}
def total(items, tax):{CURSOR}
    return sum(items)
{END}

becomes

{START}
def total(items, tax):
    return sum(items) * (1 + tax)
{END}
"""


def prompt(region: EditRegion, history: Sequence[HistoryEdit]) -> str:
    edits = "\n".join(f'User edited "{edit.path}":\n{_hunk(edit)}' for edit in history)
    marked = region.with_mark(CURSOR)
    code = marked if marked.endswith("\n") else f"{marked}\n"
    return (
        f"{edits}\n"
        f'The file "{region.path}" ({region.language}):\n\n'
        f"{region.before}{START}\n{code}{END}\n{region.after}"
    )


def read(text: str, region: EditRegion) -> EditReply:
    """Read an answer, with or without a fence around the whole of it."""
    text = answer_in(text, region.text)
    text = (fenced_content(text, region.text) or text).strip("\n")
    if says_nothing(text):
        return NO_EDIT
    if text.count(START) != 1 or text.count(END) != 1:
        return UNPARSABLE
    before, _, rest = text.partition(START)
    code, _, after = rest.partition(END)
    if before.strip() or after.strip():
        return UNPARSABLE
    code = code.removeprefix("\n")
    if says_nothing(code) and code.strip():
        return NO_EDIT
    unwrapped = unfenced(code, region.text)
    if unwrapped is None:
        return UNPARSABLE
    return EditReply(ending_as(unwrapped, region.text))


def _hunk(edit: HistoryEdit) -> str:
    """The changed lines of a unified diff."""
    return "".join(unified(edit).splitlines(keepends=True)[3:])
