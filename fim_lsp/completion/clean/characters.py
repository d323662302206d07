"""The head rule about characters that nobody sees, and about line ends."""

from __future__ import annotations

import re

from ...text import visible
from .draft import Begun
from .place import ReplyPlace

LINE_END = "\r\n?|[\u2028\u2029]"
FORM_FEED = "\f"
# An end whose meaning the next characters decide: half a line end, half an escape
# sequence, half an emoji.
UNDECIDED = r"(?:\r|\x1b[^\n]{0,80}|[^\x00-\x7f]+)\Z"


def without_invisible(
    text: str,
    place: ReplyPlace,  # noqa: ARG001 — a rule's form
    *,
    ended: bool,
) -> Begun:
    """Drop control characters and escape sequences; lines end with a line feed."""
    undecided = None if ended else re.search(UNDECIDED, text)
    if undecided:
        text = text[: undecided.start()]
    text = re.sub(LINE_END, "\n", text)
    return Begun(visible(text.replace(FORM_FEED, "")))
