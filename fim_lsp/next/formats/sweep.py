"""Sweep's next-edit models: files, diffs, and three versions of a window."""

from __future__ import annotations

from collections.abc import Sequence

from ..region import EditRegion, HistoryEdit
from .reply import (
    NO_EDIT,
    UNPARSABLE,
    EditReply,
    answer_in,
    ending_as,
    says_nothing,
    unfenced,
)

SEPARATOR = "<|file_sep|>"
CURSOR = "<|cursor|>"
END = "<|endoftext|>"
STOP = (SEPARATOR, END)
MARKS = (SEPARATOR, CURSOR, END)


def prompt(region: EditRegion, history: Sequence[HistoryEdit]) -> str:
    """The prompt; it ends with the region's lines above the cursor's line.

    The answer continues after these lines.
    """
    diffs = "".join(
        f"{SEPARATOR}{edit.path}.diff\noriginal:\n{_lines(edit.old)}"
        f"updated:\n{_lines(edit.new)}"
        for edit in history
    )
    where = f"{region.path}:{region.first + 1}:{region.end}"
    whole = _lines(region.before + region.text + region.after)
    return (
        f"{SEPARATOR}{region.path}\n{whole}{diffs}"
        f"{SEPARATOR}original/{where}\n{_lines(region.text)}"
        f"{SEPARATOR}current/{where}\n{_lines(region.with_mark(CURSOR))}"
        f"{SEPARATOR}updated/{where}\n{region.prefill}"
    )


def read(text: str, region: EditRegion) -> EditReply:
    for stop in STOP:
        text = text.partition(stop)[0]
    text = answer_in(text, region.text)
    rest = region.text[len(region.prefill) :]
    if not text.strip():
        return UNPARSABLE if rest.strip() else NO_EDIT
    if says_nothing(text) and not says_nothing(rest):
        return NO_EDIT
    code = unfenced(text, region.text)
    if code is None:
        return UNPARSABLE
    # Some answers begin with the lines above, which were given, or with the whole file.
    given = [text for text in (region.prefill, region.before) if text.strip()]
    if not any(map(code.startswith, given)):
        code = region.prefill + code
    return EditReply(ending_as(code, region.text))


def _lines(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"
