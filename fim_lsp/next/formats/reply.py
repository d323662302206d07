"""A model's answer about a region, after its format was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditReply:
    """The region's new text, or the name of the reason why there is none."""

    text: str | None = None
    reason: str = ""


NO_EDIT = EditReply(reason="no-edit")
UNPARSABLE = EditReply(reason="unparsable")


def fenced_content(text: str) -> str | None:
    """The content of a text that is one fenced block; None if it is not.

    The first line opens the block and the last line closes it, so that fences between
    them are part of the content.
    """
    lines = text.strip("\n").split("\n")
    opening, closing = lines[0].strip(), lines[-1].strip()
    if len(lines) < 2 or not opening.startswith("```") or closing != "```":  # noqa: PLR2004
        return None
    return "".join(f"{line}\n" for line in lines[1:-1])


def ending_as(text: str, original: str) -> str:
    """`text` with a line break at its end if `original` has one, and else without."""
    if original.endswith("\n"):
        return text if text.endswith("\n") or not text else text + "\n"
    return text.removesuffix("\n")
