"""The next edit as a value, and what is decided about it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from ..text import Document, Place, Span

# The name of the source that asks no model.
REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class NextEdit:
    """One proposed edit: `old_text` at `span` of version `version` becomes `new_text`.

    confidence: from 0 to 1.
    remaining: how many places of the same pattern there are, this one included.
    key: by what a refusal is remembered.
    """

    id: str
    uri: str
    version: int
    span: Span
    old_text: str
    new_text: str
    source: str
    confidence: float
    remaining: int
    key: Hashable


@dataclass(frozen=True, slots=True)
class EditProposal:
    """What a source proposes: `span` of the document it was asked for becomes
    `new_text`.  The other fields as in `NextEdit`.
    """

    span: Span
    new_text: str
    source: str
    confidence: float
    key: Hashable
    remaining: int = 1


@dataclass(frozen=True, slots=True)
class NextDecision:
    """What was decided once: an edit, or the name of the reason why there is none.

    invoked: whether the user asked.
    milliseconds: how long deciding took.
    """

    document: Document
    place: Place
    invoked: bool
    source: str | None
    edit: NextEdit | None
    reason: str | None
    milliseconds: float
