"""What of a reply is offered at a place: shape, then the tail rules of clean.

Both run on the whole reply, before what was typed through is subtracted, so
that typing along a suggestion never changes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ..text import Place
from .clean import Cleaned, tail
from .code.brackets import scan_before
from .decision import Trigger
from .replies import Match
from .shape import Shape, growing, shape_of, shown
from .window import Window

# Places whose scans, and texts whose cleaning, are remembered.
REMEMBERED = 64

_WORD_ENDED = re.compile(r"\w\W")
LINE_BREAK = re.compile("\n")


@dataclass(frozen=True, slots=True)
class Fitted:
    """`text` is offered (LF line ends) and covers `replace` characters after the
    cursor.  `full` tells that more of the stream would not make it longer.
    """

    text: str
    replace: int
    rules: tuple[str, ...]
    rejected_by: str | None
    full: bool


class Fitting:
    """Serves replies, and remembers its latest work: typing along a reply, or waiting
    for more of it, asks for the same again with every key and every piece.
    """

    def __init__(self) -> None:
        self._tail = lru_cache(REMEMBERED)(tail)

    def shape(self, window: Window, trigger: Trigger, max_lines: int) -> Shape:
        """One line or many, at this place."""
        in_text = scan_before(window).cursor.inside != "code"
        return shape_of(window, trigger, in_text, max_lines)

    def serve(
        self, match: Match, window: Window, trigger: Trigger, max_lines: int
    ) -> Fitted:
        """What `match` offers at `window` now."""
        typed = match.typed
        served = self._serve(match, window, 0, trigger, max_lines)
        for line_break in LINE_BREAK.finditer(typed):
            # After a typed line break the place is judged anew, from its beginning;
            # what is shown already may only grow by that.
            anew = self._serve(match, window, line_break.end(), trigger, max_lines)
            if not served.text or anew.text.startswith(served.text):
                served = anew
        nothing_left = not typed.endswith("\n") and not (
            served.text or served.rejected_by
        )
        if nothing_left and match.reply.text.startswith("\n", len(typed)):
            return self._serve(match, window, len(typed), trigger, max_lines)
        return served

    def _serve(
        self, match: Match, window: Window, start: int, trigger: Trigger, max_lines: int
    ) -> Fitted:
        """As `serve`, with the first `start` typed characters counted as document."""
        reply, rest = match.reply, match.typed[start:]
        base = base_window(match, window, start)
        before = scan_before(base)
        in_text = before.cursor.inside != "code"
        shape = self.shape(base, trigger, max_lines)
        body, ended = reply.text[start:], reply.end != "open"
        visible, cleaned, final = "", Cleaned(""), False
        for wider in (shape,) if in_text else growing(shape):
            longer = shown(body, wider, base, ended=ended)
            final = longer.final
            if longer.text == visible:
                break
            visible = longer.text
            cleaned = self._tail(
                visible,
                base,
                automatic=trigger is Trigger.AUTOMATIC,
                many=shape.multi,
                finish_length=reply.end == "cap" and len(visible) == len(body),
                continues=len(visible) < len(body),
                redacted=reply.redacted,
                before=before,
            )
            if cleaned.rejected_by != "brackets":
                break
        text, rejected = cleaned.text, cleaned.rejected_by
        if not text.startswith(rest):
            text, rest = "", ""
            rejected = rejected or "typed-past"
        return Fitted(
            text=text[len(rest) :],
            replace=cleaned.replace,
            rules=(*reply.rules, *cleaned.rules),
            rejected_by=rejected,
            full=final,
        )


def base_window(match: Match, window: Window, start: int) -> Window:
    """The window from which a reply is judged: its own place, today's suffix."""
    then = match.reply.window
    place = then.place if not start else Place(window.place.line, 0)
    if start == len(match.typed):
        place = window.place
    return replace(
        then,
        prefix=then.prefix + match.typed[:start],
        suffix=window.suffix,
        at_end=window.at_end,
        place=place,
    )


def silence(match: Match, served: Fitted) -> str | None:
    """Why an ended reply that offers nothing means silence at the place, or None.

    None means that the endpoint should be asked.  A reply that was rejected as damaged
    means silence only until a further word is typed.
    """
    reply, typed = match.reply, match.typed
    if reply.end == "open":
        return None
    if not reply.text[len(typed) :].strip():
        return "nothing-follows" if reply.end == "natural" else None
    damaged = served.rejected_by == "brackets"
    if not served.rejected_by or (damaged and _WORD_ENDED.search(typed)):
        return None
    return "rejected"
