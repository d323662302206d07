"""Text of others on one line of a title, a reason or a progress."""

from __future__ import annotations


def shortened(text: str, width: int = 60) -> str:
    """`text` on one line of at most `width` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= width else f"{flat[: width - 1].rstrip()}…"
