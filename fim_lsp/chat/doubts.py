"""Reasons not to put an answer's code into the document.

Each is a function from the code and what it would replace to a sentence or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from ..languages import language_called
from ..text import one_line
from .fences import Fence

_DIFF_LINE = re.compile(r"@@ -\d+.* \+\d+.* @@|(?:---|\+\+\+) [ab]/|diff --git ")
_NUMBERED = re.compile(r"\s*(\d+)(?:\s*[|:│]|\t|\s{2,}|$)")
_NUMBERS_ARE_TEXT = ("markdown", "plaintext", "yaml", "csv", "latex")
_LEFT_OUT = re.compile(
    r"\s*(?:#|//|--|;+|%|/\*|<!--|\(\*|\{/\*)\s*(?:"
    r"(?:\.{3}|…)|\[?(?:rest of|remaining|existing|unchanged|same as)\b.*(?:\.{3}|…))",
    re.IGNORECASE,
)
_SIGNIFICANT = 8  # letters and digits in lines, from which on repetition is no accident
_WORD = re.compile(r"\w+")
_ALIKE = 0.6  # share of equal characters from which on a line is what became of another
_WHOLE_FILE = (5, 0.8)  # lines around the selection; how many of them the answer has


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer's block, and the lines it is for.  No line has a line end.

    `before` and `after` are the lines of the document around the `selected` ones.
    `chosen` are those of them, stripped, that the user or a diagnostic points at, where
    the others were selected for their sake and must not get lost.
    """

    fence: Fence
    language: str
    selected: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    chosen: tuple[str, ...] | None = None


def doubt(proposal: Proposal) -> str | None:
    """Why the proposal is not to be applied, as a sentence."""
    rules: tuple[Callable[[Proposal], str | None], ...] = (
        _is_diff,
        _is_numbered,
        _other_language,
        _leaves_out,
        _is_fragment,
        _is_whole_file,
        _repeats_surroundings,
    )
    return next((reason for rule in rules if (reason := rule(proposal))), None)


def doubt_of_new_file(proposal: Proposal) -> str | None:
    """As `doubt`, for code that replaces nothing."""
    rules = (_is_diff, _is_numbered, _other_language, _leaves_out)
    return next((reason for rule in rules if (reason := rule(proposal))), None)


def _is_diff(proposal: Proposal) -> str | None:
    reason = "The model answered with a diff instead of the new code."
    if proposal.language in ("diff", "patch"):
        return None
    if proposal.fence.info.casefold() in ("diff", "patch"):
        return reason
    if any(_DIFF_LINE.match(line) for line in proposal.selected):
        return None
    lines = [line for line in proposal.fence.lines if line.strip()]
    if any(_DIFF_LINE.match(line) for line in lines):
        return reason
    marks = [line[0] for line in lines]
    known = {line[:1] for line in proposal.selected}
    all_marked = set(marks) <= {"+", "-", " "} and {"+", "-"} <= set(marks)
    return reason if all_marked and not {"+", "-"} & known else None


def _is_numbered(proposal: Proposal) -> str | None:
    if proposal.language in _NUMBERS_ARE_TEXT or _are_numbered(proposal.selected):
        return None
    if _are_numbered(proposal.fence.lines):
        return "The model answered with line numbers in the code."
    return None


def _are_numbered(lines: Sequence[str]) -> bool:
    """At least two lines, all with a number, each one more than the one before."""
    filled = [line for line in lines if line.strip()]
    found = [int(number[1]) for line in filled if (number := _NUMBERED.match(line))]
    ascending = all(b - a in (1, 2) for a, b in pairwise(found))
    return len(found) == len(filled) > 1 and ascending


def _other_language(proposal: Proposal) -> str | None:
    info = proposal.fence.info.strip("{}.").casefold()
    answered = language_called(info).family
    wanted = language_called(proposal.language).family
    if not answered or not wanted or answered == wanted:
        return None
    return f"The model answered in another language ({info})."


def _leaves_out(proposal: Proposal) -> str | None:
    known = {line.strip() for line in proposal.selected}
    for line in proposal.fence.lines:
        if _LEFT_OUT.match(line) and line.strip() not in known:
            return f"The answer leaves code out (“{line.strip()}”)."
    return None


def _is_fragment(proposal: Proposal) -> str | None:
    """The first or the last line that was not chosen has nothing like it."""
    if proposal.chosen is None:
        return None
    answered = _filled(proposal.fence.lines)
    selected = _filled(proposal.selected)
    for line in (*selected[:1], *selected[-1:]):
        if line in proposal.chosen:
            continue
        if not any(_is_like(line, other) for other in answered):
            return f"The answer has nothing for the line “{one_line(line, 60)}”."
    return None


def _is_like(line: str, other: str) -> bool:
    """Whether `other` seems to be what became of `line`."""
    words = set(_WORD.findall(line))
    shared = words & set(_WORD.findall(other))
    if words and len(shared) * 2 > len(words):
        return True
    return SequenceMatcher(None, line, other).ratio() >= _ALIKE


def _is_whole_file(proposal: Proposal) -> str | None:
    around = _significant([*proposal.before, *proposal.after])
    answered = {line.strip() for line in proposal.fence.lines}
    least, share = _WHOLE_FILE
    repeated = sum(line in answered for line in around)
    longer = len(_filled(proposal.fence.lines)) - len(_filled(proposal.selected))
    is_long = len(around) >= least and longer >= len(around) // 2
    if is_long and repeated >= share * len(around):
        return "The model answered with the whole file instead of the selected code."
    return None


def _repeats_surroundings(proposal: Proposal) -> str | None:
    """The lines before the selection lead the answer, or those after it end it."""
    code, old = _filled(proposal.fence.lines), _filled(proposal.selected)
    before, after = _filled(proposal.before), _filled(proposal.after)
    ahead = _overlap(before, code, old)
    behind = _overlap(after[::-1], code[::-1], old[::-1])
    if ahead or behind:
        side = "before" if ahead else "after"
        return f"The answer repeats the code {side} the selection."
    return None


def _overlap(around: list[str], code: list[str], old: list[str]) -> bool:
    """Whether the end of `around` leads `code`, but not the `old` code."""
    for size in range(1, min(len(around), len(code)) + 1):
        lines = around[-size:]
        if lines == code[:size] and lines != old[:size] and _significant(lines):
            return True
    return False


def _filled(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _significant(lines: Sequence[str]) -> list[str]:
    """The lines, stripped, that say more than a bracket or a keyword does."""
    return [
        line.strip() for line in lines if sum(map(str.isalnum, line)) >= _SIGNIFICANT
    ]
