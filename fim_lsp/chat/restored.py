"""Putting secrets back that the model never saw."""

from __future__ import annotations

from collections.abc import Sequence

from ..privacy import redact
from ..privacy.redaction import HIDDEN


def restored(lines: Sequence[str], original: str) -> tuple[str, ...] | None:
    """`lines` of an answer with the secrets of the `original` text put back.

    A line that the model kept gets its secrets back.  None where a line that it
    changed holds the place of one: applying it would destroy the secret.
    """
    if redact(original) == original:
        return tuple(lines)
    known = {redact(line).strip(): line.strip() for line in original.splitlines()}
    result: list[str] = []
    for line in lines:
        text = line.strip()
        if HIDDEN in line and text not in known:
            return None
        result.append(line.replace(text, known[text]) if HIDDEN in line else line)
    return tuple(result)
