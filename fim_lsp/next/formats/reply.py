"""What a model's answer says about a region."""

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
    """What stands in the one fence that is all of `text`; None where there is none.

    A fence inside the content stays: the first line opens, the last one closes.
    """
    lines = text.strip("\n").split("\n")
    opening, closing = lines[0].strip(), lines[-1].strip()
    if len(lines) < 2 or not opening.startswith("```") or closing != "```":  # noqa: PLR2004
        return None
    return "".join(f"{line}\n" for line in lines[1:-1])


def ending_as(text: str, original: str) -> str:
    """`text` with a line break at its end where `original` has one, and only there."""
    if original.endswith("\n"):
        return text if text.endswith("\n") or not text else text + "\n"
    return text.removesuffix("\n")
