"""What a source of next edits is asked, and what it answers."""

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
    """Somebody who proposes next edits, a model for instance."""

    @property
    def name(self) -> str: ...

    async def propose(self, question: EditQuestion) -> tuple[EditProposal | None, str]:
        """A proposal with an empty reason, or None with the reason's name."""
        ...


@dataclass(frozen=True, slots=True)
class NextSetup:
    """Who is asked for documents of a workspace folder: `repeat`, then `sources`."""

    repeats: bool
    sources: tuple[NextSource, ...] = ()
