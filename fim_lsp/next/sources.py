"""Sources of next edits, and the question that they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..text import Document, Place
from .next_edit import EditProposal
from .settled import SettledEdit


@dataclass(frozen=True, slots=True)
class EditQuestion:
    """The document as it is, where the user is, and the last settled edits."""

    document: Document
    place: Place
    history: tuple[SettledEdit, ...]


class NextSource(Protocol):
    """Proposes next edits; a model, for instance."""

    @property
    def name(self) -> str: ...

    async def propose(self, question: EditQuestion) -> tuple[EditProposal | None, str]:
        """A proposal and an empty reason, or None and the name of a reason."""
        ...


@dataclass(frozen=True, slots=True)
class NextSetup:
    """Who is asked about documents of a workspace folder.

    repeats: whether `repeat` is asked, before all others.
    sources: the other sources in their order.
    """

    repeats: bool
    sources: tuple[NextSource, ...] = ()
