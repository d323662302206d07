"""Reasons not to put an answer's code into the document.

Each rule is a function from a proposal to a sentence, or to None if it has no doubt.
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

# A line of a diff's header.
_DIFF_LINE = re.compile(r"@@ -\d+.* \+\d+.* @@|(?:---|\+\+\+) [ab]/|diff --git ")
# A line that begins with a line number.
_NUMBERED = re.compile(r"\s*(\d+)(?:\s*[|:│]|\t|\s{2,}|$)")
# Languages whose lines may begin with numbers.
_NUMBERS_ARE_TEXT = ("markdown", "plaintext", "yaml", "csv", "latex")
# A comment that stands for code: `# ... existing code ...`.
_LEFT_OUT = re.compile(
    r"\s*(?:#|//|--|;+|%|/\*|<!--|\(\*|\{/\*)\s*(?:"
    r"(?:\.{3}|…)|\[?(?:rest of|remaining|existing|unchanged|same as)\b.*(?:\.{3}|…))",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
# Letters and digits from which on two lines are hardly equal by chance.
_SIGNIFICANT = 8
# The most characters of a line that a reason quotes.
_QUOTED = 60
# The least similarity (of difflib) of a line to what an answer made of it.
_ALIKE = 0.6
# An answer is the whole file if it has this share of the lines around the selection,
# and there are at least so many of them.
_WHOLE_FILE_SHARE, _WHOLE_FILE_LINES = 0.8, 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer's block of code, and the lines that it is to replace.

    No line has a line end.

    before, after: the lines of the document around the `selected` ones.
    chosen: the selected lines, stripped, that the user or a diagnostic pointed at.
        The others are there as context and must not get lost.  None: all are chosen.
    """

    fence: Fence
    language: str
    selected: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    chosen: tuple[str, ...] | None = None


def doubt(proposal: Proposal) -> str | None:
    """Why the proposal should not be applied, as a sentence, or None."""
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
    """Like `doubt`, for code that replaces nothing."""
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
    usual = {line[:1] for line in proposal.selected}
    is_marked = set(marks) <= {"+", "-", " "} and {"+", "-"} <= set(marks)
    return reason if is_marked and not {"+", "-"} & usual else None


def _is_numbered(proposal: Proposal) -> str | None:
    if proposal.language in _NUMBERS_ARE_TEXT or _are_numbered(proposal.selected):
        return None
    if _are_numbered(proposal.fence.lines):
        return "The model answered with line numbers in the code."
    return None


def _are_numbered(lines: Sequence[str]) -> bool:
    """Whether there are two lines at least, all numbered in ascending order."""
    filled = [line for line in lines if line.strip()]
    numbers = [int(match[1]) for line in filled if (match := _NUMBERED.match(line))]
    is_ascending = all(after - before in (1, 2) for before, after in pairwise(numbers))
    return len(numbers) == len(filled) > 1 and is_ascending


def _other_language(proposal: Proposal) -> str | None:
    info = proposal.fence.info.strip("{}.").casefold()
    answered = language_called(info).family
    wanted = language_called(proposal.language).family
    if not answered or not wanted or answered == wanted:
        return None
    return f"The model answered in another language ({info})."


def _leaves_out(proposal: Proposal) -> str | None:
    selected = {line.strip() for line in proposal.selected}
    for line in proposal.fence.lines:
        if _LEFT_OUT.match(line) and line.strip() not in selected:
            return f"The answer leaves code out (“{one_line(line, _QUOTED)}”)."
    return None


def _is_fragment(proposal: Proposal) -> str | None:
    """The answer has nothing like the first or the last line, which nobody chose."""
    if proposal.chosen is None:
        return None
    answered = _filled(proposal.fence.lines)
    selected = _filled(proposal.selected)
    for line in (*selected[:1], *selected[-1:]):
        if line in proposal.chosen:
            continue
        if not any(_is_like(line, other) for other in answered):
            return f"The answer has nothing for the line “{one_line(line, _QUOTED)}”."
    return None


def _is_like(line: str, other: str) -> bool:
    """Whether `other` may be what an answer made of `line`."""
    words = set(_WORD.findall(line))
    shared = words & set(_WORD.findall(other))
    if words and len(shared) * 2 > len(words):
        return True
    return SequenceMatcher(None, line, other).ratio() >= _ALIKE


def _is_whole_file(proposal: Proposal) -> str | None:
    around = _significant([*proposal.before, *proposal.after])
    answered = {line.strip() for line in proposal.fence.lines}
    repeated = sum(line in answered for line in around)
    more = len(_filled(proposal.fence.lines)) - len(_filled(proposal.selected))
    is_long = len(around) >= _WHOLE_FILE_LINES and more >= len(around) // 2
    if is_long and repeated >= _WHOLE_FILE_SHARE * len(around):
        return "The model answered with the whole file instead of the selected code."
    return None


def _repeats_surroundings(proposal: Proposal) -> str | None:
    """The answer begins with the lines above the selection or ends with those below."""
    code, old = _filled(proposal.fence.lines), _filled(proposal.selected)
    before, after = _filled(proposal.before), _filled(proposal.after)
    ahead = _overlap(before, code, old)
    behind = _overlap(after[::-1], code[::-1], old[::-1])
    if ahead or behind:
        side = "before" if ahead else "after"
        return f"The answer repeats the code {side} the selection."
    return None


def _overlap(around: list[str], code: list[str], old: list[str]) -> bool:
    """Whether `code` begins with the end of `around`, and the `old` code does not."""
    for size in range(1, min(len(around), len(code)) + 1):
        lines = around[-size:]
        if lines == code[:size] and lines != old[:size] and _significant(lines):
            return True
    return False


def _filled(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _significant(lines: Sequence[str]) -> list[str]:
    """The lines, stripped, that are hardly equal to others by chance."""
    return [
        line.strip() for line in lines if sum(map(str.isalnum, line)) >= _SIGNIFICANT
    ]
