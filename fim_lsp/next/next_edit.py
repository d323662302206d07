"""The next edit as a value, proposals of it, and decisions about it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from ..text import Document, Place, Span

# The name of the source that asks no model.
REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class NextEdit:
    """One proposed edit: `old_text` at `span` becomes `new_text`.

    version: the version of the document.
    source: the name of the source that proposes the edit.
    confidence: from 0 to 1.
    remaining: the number of places of the same pattern, this one included.
    key: the key under which it is remembered that the user refused such edits.
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
    """A source's proposal: `span` of the document in question becomes `new_text`.

    The other fields are those of `NextEdit`.
    """

    span: Span
    new_text: str
    source: str
    confidence: float
    key: Hashable
    remaining: int = 1


@dataclass(frozen=True, slots=True)
class NextDecision:
    """One decision: an edit, or the name of the reason why there is no edit.

    place: where the edit is; without an edit, where the search began.
    invoked: whether the user asked for the edit.
    milliseconds: the time that the decision took.
    """

    document: Document
    place: Place
    invoked: bool
    source: str | None
    edit: NextEdit | None
    reason: str | None
    milliseconds: float
