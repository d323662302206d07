"""Turns a model's new text for a region into the smallest edit, or drops it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

from ..privacy.redaction import restored
from ..text import Edit, Place, common_length, smallest, split_lines, visible
from .region import EditRegion, HistoryEdit

# The most unchanged lines between two changes that belong to the same edit.
MOST_BETWEEN = 4
# The most lines that an edit may delete, unless the user has just deleted as many.
MOST_DELETED = 1
# By how many lines an edit may become shorter that writes other lines, with the same
# exception.
MOST_REPLACED = 4
# The most lines, and the most characters, that an edit may add.
MOST_ADDED = 60
MOST_ADDED_CHARACTERS = 4000
# How often a line may follow itself in what an edit adds.
MOST_REPEATED = 4
# What belongs to a format or to a model's vocabulary, and never to code; and the sign
# for bytes that are no text.
_MARK = re.compile(
    r"<\|[^\s|<>]{1,40}\|>|<｜[^\s<>]{1,40}｜>|<\[[\w▁-]{2,40}\]>"
    r"|</?(?:editable_region|cursor_position/?|think|fim[_-]\w+)>"
    r"|^(?:<<<<<<< CURRENT|>>>>>>> UPDATED)$|\ufffd",
    re.MULTILINE,
)
# The fewest added lines, all of which are around the region, that count as a copy.
FEWEST_COPIED = 4
# The share of the user's last change from which on an edit counts as taking it back.
MOST_TAKEN_BACK = 0.8
# A word, or a sign.
_WORD = re.compile(r"\w+|[^\w\s]")
# The share of the region's lines that an answer must keep to be about the region.
LEAST_KEPT = 0.3
# The fewest lines of a region of which `LEAST_KEPT` is asked.
SHORT_REGION = 4


def reduced(
    region: EditRegion, new_text: str, history: Sequence[HistoryEdit]
) -> tuple[Edit | None, str]:
    """The smallest edit that makes the region's new text, and an empty reason.

    Of changes that are far apart only the first at or below the cursor is made, or the
    last one above it.  If the edit is dropped, None and the name of the reason.
    """
    new_text = visible(_inside(region, new_text), already_in=region.original)
    put_back = restored(new_text.split("\n"), region.original)
    if put_back is None:
        return None, "rejected"
    old = region.original.splitlines(keepends=True)
    new = "\n".join(put_back).splitlines(keepends=True)
    if _is_same(old, new):
        return None, "no-edit"
    i, i_end, j, j_end = _nearest_change(old, new, region.line)
    removed, added = old[i:i_end], new[j:j_end]
    lost, own = _filled(removed) - _filled(added), _own_loss(history)
    is_own_kind = 0 < lost <= own
    reason = "" if is_own_kind else _is_unrelated(old, new)
    reason = reason or _dropped_because(removed, added, history, region)
    if not reason and not is_own_kind:
        reason = _loses_lines(old, i_end, removed, added)
    if reason:
        return None, reason
    return _edit(region, i, "".join(removed), "".join(added))


def _is_same(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the lines differ in nothing but white space."""
    return "".join(old).split() == "".join(new).split()


def _edit(
    region: EditRegion, start: int, removed: str, added: str
) -> tuple[Edit | None, str]:
    """The edit with the line ends of the document."""
    old = removed.replace("\n", region.line_end)
    new = added.replace("\n", region.line_end)
    edit = smallest(old, Place(region.first + start, 0), new)
    return (edit, "") if edit else (None, "no-edit")


def _inside(region: EditRegion, text: str) -> str:
    """The answer's text without the text around the region, if the model repeats it."""
    for before in (region.before, region.before.lstrip("\n")):
        if before and text.startswith(before) and not region.text.startswith(before):
            text = text[len(before) :]
            break
    after = region.after
    if after.strip() and text.endswith(after) and not region.text.endswith(after):
        text = text[: len(text) - len(after)]
    return text


def _is_unrelated(old: Sequence[str], new: Sequence[str]) -> str:
    """The name of a reason if an answer is not about the region; else empty.

    Lines that both begin with prove nothing: some models are given them.
    """
    same = common_length(old, new)
    old, new = old[same:], new[same:]
    filled = [line.strip() for line in old if line.strip()]
    if len(filled) < SHORT_REGION:
        return ""
    answered = {line.strip() for line in new}
    kept = sum(line in answered for line in filled) / len(filled)
    if kept >= LEAST_KEPT:
        return ""
    # An answer that is much shorter than the region deletes it.
    return "unrelated" if len(new) > len(old) / 2 else "wholesale-deletion"


def _own_loss(history: Sequence[HistoryEdit]) -> int:
    """How many filled lines the user's last edit has taken away."""
    return max((_lines_lost(edit) for edit in history[-1:]), default=0)


def _loses_lines(
    old: Sequence[str], end: int, removed: Sequence[str], added: Sequence[str]
) -> str:
    """The name of a reason if a change loses too much, or the end of the region.

    end: the index, in the region's `old` lines, behind the lines that are `removed`.
    """
    most = MOST_REPLACED if _filled(added) else MOST_DELETED
    if _filled(removed) - _filled(added) > most:
        return "wholesale-deletion"
    left = "".join(added).rstrip("\n")
    is_cut = end == len(old) and "".join(removed).startswith(left)
    return "cut-off" if is_cut else ""


def _adds_what_is_no_code(added: Sequence[str], region: EditRegion) -> bool:
    """Whether a change adds marks of a format, or the same line again and again."""
    around = region.before + region.original + region.after
    text = "".join(added)
    if any(mark[0] not in around for mark in _MARK.finditer(text)):
        return True
    runs = (len(list(same)) for line, same in groupby(added) if line.strip())
    return max(runs, default=0) > MOST_REPEATED


def _nearest_change(
    old: Sequence[str], new: Sequence[str], line: int
) -> tuple[int, int, int, int]:
    """The first run of changed lines at or below `line`, else the last one above it.

    Returned are the bounds of the run in `old` and in `new`.
    """
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    runs: list[tuple[int, int, int, int]] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        if runs and i - runs[-1][1] <= MOST_BETWEEN:
            runs[-1] = (runs[-1][0], i_end, runs[-1][2], j_end)
        else:
            runs.append((i, i_end, j, j_end))
    below = [run for run in runs if run[1] > line or run[0] >= line]
    return below[0] if below else runs[-1]


def _leaves_region(
    removed: Sequence[str], added: Sequence[str], region: EditRegion
) -> bool:
    """Whether a change repeats the text around the region, or adds too much."""
    if len(added) - len(removed) > MOST_ADDED:
        return True
    if len("".join(added)) - len("".join(removed)) > MOST_ADDED_CHARACTERS:
        return True
    around = {line.strip() for line in (region.before + region.after).splitlines()}
    fresh = [line.strip() for line in added if line not in removed and line.strip()]
    return len(fresh) >= FEWEST_COPIED and all(line in around for line in fresh)


def _dropped_because(
    removed: Sequence[str],
    added: Sequence[str],
    history: Sequence[HistoryEdit],
    region: EditRegion,
) -> str:
    """The name of the reason why a change is dropped; empty if it is not."""
    if _is_same(removed, added):
        return "no-edit"
    if _adds_what_is_no_code(added, region):
        return "unparsable"
    if _leaves_region(removed, added, region):
        return "outside-region"
    here = [edit for edit in history if edit.path == region.path]
    if any(_reverses(removed, added, edit) for edit in here):
        return "reversal"
    return ""


def _reverses(removed: Sequence[str], added: Sequence[str], edit: HistoryEdit) -> bool:
    """Whether a change takes back most of the user's edit.

    Words and signs are counted, if the change concerns a line that the user has
    written.
    """
    made = {line.strip() for line in split_lines(edit.new) if line.strip()}
    if edit.new and not any(line.strip() in made for line in removed):
        return False
    before, after = _words(edit.old), _words(edit.new)
    users, users_removed = after - before, before - after
    taken, put = _words("".join(removed)), _words("".join(added))
    model_removed, model_added = taken - put, put - taken
    # A word that the model only continues is not taken away.
    for word in list(model_removed):
        if any(other.startswith(word) for other in model_added):
            del model_removed[word]
    back = (users & model_removed).total() + (users_removed & model_added).total()
    all_ = users.total() + users_removed.total()
    return all_ > 0 and back / all_ >= MOST_TAKEN_BACK


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _filled(lines: Sequence[str]) -> int:
    return sum(bool(line.strip()) for line in lines)


def _lines_lost(edit: HistoryEdit) -> int:
    return _filled(split_lines(edit.old)) - _filled(split_lines(edit.new))
