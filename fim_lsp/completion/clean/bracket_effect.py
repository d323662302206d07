"""What inserting a text does to the brackets and quotes around the cursor.

An answer may mend text that was not balanced before, and may not break it further.
Where the window ends too early to know, indentation decides what was balanced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ..code.brackets import Before, Scan, scan, scan_before
from ..code.layout import dangles, goes_on_below, string_goes_on_below
from ..code.python import untokenized
from ..code.syntax import PYTHON, syntax_of
from ..window import Window
from .draft import BracketEffect, Draft


@dataclass(frozen=True, slots=True)
class _Known:
    """The scans that do not depend on what is inserted: of what stands above the
    cursor's line, of all before the cursor, and of the window as it is.
    """

    above: Scan
    before: Scan
    there: Scan


def balance_at(
    window: Window, before: Before | None = None
) -> Callable[[Draft], BracketEffect]:
    """A function from a draft to what inserting it does to the brackets.

    `before`: the scans of the text before the cursor, where they have been made; they
    are made at the first call otherwise.
    """
    syntax = syntax_of(window.language)
    scans: list[_Known] = []

    @cache
    def balance(draft: Draft) -> BracketEffect:
        if not syntax.checked:
            return BracketEffect(broken=False, unmatched=0, misfits=0)
        if not scans:
            scans.append(_known(window, before or scan_before(window)))
        after = _scan(window, scans[0].above, draft)
        broken = _worse(scans[0], after, window, draft) or (
            syntax is PYTHON and "\n" in draft.text and untokenized(window, draft)
        )
        unmatched = len(after.stack) + after.extra + after.cut
        return BracketEffect(broken, unmatched, after.misfits)

    return balance


def _known(window: Window, before: Before) -> _Known:
    there = _scan(window, before.above, Draft(""))
    return _Known(before.above, before.cursor, there)


def _scan(window: Window, above: Scan, draft: Draft) -> Scan:
    """The window with `draft` inserted, from the cursor's line on."""
    text = window.prefix + draft.text + window.suffix[draft.replace :]
    return scan(syntax_of(window.language), text, above, cut_off=not window.at_start)


def _worse(scans: _Known, after: Scan, window: Window, draft: Draft) -> bool:
    """Whether a bracket or quote has lost its partner."""
    there = scans.there
    if after.extra > there.extra or after.cut > there.cut:
        return True
    if after.inside == "string" != there.inside and _string_stays_open(scans, window):
        return True
    # Whether what follows says that something was missing, and now it is there.
    mends = after.misfits < there.misfits or after.extra < there.extra
    if after.beyond > there.beyond and not mends:
        return True
    return _stack_is_worse(there, after, window, draft, mends=mends)


def _string_stays_open(scans: _Known, window: Window) -> bool:
    """Whether a string that now runs to the end of the window should not.

    Its end, or the beginning of the next one, may be beyond the window.
    """
    if window.at_end:
        return True
    closed = scans.before.inside == "string"
    return string_goes_on_below(window) == closed


def _stack_is_worse(
    there: Scan, after: Scan, window: Window, draft: Draft, *, mends: bool
) -> bool:
    """Whether other brackets are open at the end of the window than should be.

    An answer may close what nothing below closes, and open what goes on below.
    """
    cursor = len(window.prefix)
    shift = len(draft.text) - draft.replace
    closed = {
        opener.at if opener.at < cursor else opener.at + shift: opener
        for opener in there.stack
    }
    new = [opener for opener in after.stack if closed.pop(opener.at, None) is None]
    end = cursor + len(draft.text)
    opened = [opener for opener in new if cursor <= opener.at < end]
    if not all(goes_on_below(opener, window, draft.text) for opener in opened):
        return True
    # Where a bracket was missing, those further out had lost theirs to its partner.
    outer = any(opener.at < cursor for opener in new)
    dangling = all(dangles(opener, window) for opener in closed.values())
    return not mends and (outer or not dangling)
