"""The place of a reply, with what the head rules find out about it only once."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from functools import cached_property
from itertools import pairwise

from ...text import leading_space
from ..code.brackets import Inside, scan_before
from ..window import Window

# How many spaces a level may take, the most usual first.
UNITS = (4, 2, 3, 8)
# A document's unit is its usual step to the right: of all steps this share, in so
# many lines before the cursor.
USUAL_SHARE = 0.8
LINES = 80


class ReplyPlace(Window):
    """A window whose facts are kept: a reply is cleaned again with each piece of it."""

    @cached_property
    def inside(self) -> Inside:
        """Whether the cursor stands in code, a comment or a string."""
        return scan_before(self).cursor.inside

    @cached_property
    def lines_above(self) -> tuple[str, ...]:
        """The lines above the cursor's, as far as the window reaches."""
        return tuple(self.prefix.split("\n")[:-1])

    @cached_property
    def is_by_tabs(self) -> bool | None:
        """Whether the document is indented by tabs; None: by both, or not at all."""
        text = f"\n{self.prefix}\n{self.suffix}"
        tabs, spaces = "\n\t" in text, "\n  " in text
        return None if tabs == spaces else tabs

    @cached_property
    def unit(self) -> int | None:
        """The document's number of spaces for a level, where it is beyond doubt."""
        lines = [line for line in self.prefix.split("\n")[-LINES:] if line.strip()]
        widths = [len(leading_space(line)) for line in lines]
        steps = Counter(two - one for one, two in pairwise(widths) if two > one)
        if not steps:
            return None
        unit, times = steps.most_common(1)[0]
        usual = unit in UNITS and times >= USUAL_SHARE * steps.total()
        return unit if usual else None


def reply_place(window: Window) -> ReplyPlace:
    """The place at the cursor of `window`."""
    if isinstance(window, ReplyPlace):
        return window
    return ReplyPlace(*(getattr(window, field.name) for field in fields(Window)))
