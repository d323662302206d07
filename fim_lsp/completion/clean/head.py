"""The head rules in their order: a reply is to start exactly at the cursor.

They run on a reply that is still streaming as well: what they return for its
beginning is the beginning of what they return for the whole.
"""

from __future__ import annotations

from typing import Protocol

from ..window import Window
from .characters import without_invisible
from .draft import Begun, Cleaned
from .fences import without_fence
from .indentation import in_document_indentation, without_indentation
from .place import ReplyPlace, reply_place
from .prefix import without_prefix
from .prose import without_prose
from .special_tokens import without_special_tokens


class HeadRule(Protocol):
    """Gives the text that is left, or None while that cannot be told yet."""

    def __call__(
        self, text: str, place: ReplyPlace, *, ended: bool
    ) -> Begun | None: ...


HEAD_RULES: tuple[tuple[str, HeadRule], ...] = (
    ("invisible-characters", without_invisible),
    ("special-token", without_special_tokens),
    ("chat-prose", without_prose),
    ("markdown-fence", without_fence),
    ("repeated-prefix", without_prefix),
    ("indentation", in_document_indentation),
    ("repeated-indentation", without_indentation),
)


def head(text: str, window: Window, *, ended: bool = True) -> Cleaned:
    """`text` without what the model said before and around the code."""
    place = reply_place(window)
    rules: list[str] = []
    over = False
    for name, rule in HEAD_RULES:
        begun = rule(text, place, ended=ended or over)
        if begun is None:
            return Cleaned("", tuple(rules), over=over)
        # Keeping back an end until more is known does not count as a change.
        kept_back = not (ended or begun.over) and text.startswith(begun.text)
        if begun.text != text and not kept_back:
            rules.append(name)
        over = over or begun.over
        text = begun.text
    return Cleaned(text, tuple(rules), over=over)
