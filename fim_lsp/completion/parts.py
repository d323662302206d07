"""What the engine and the sources of its answers share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .document_state import DocumentStates
from .journal import Journal
from .offers import Offers
from .pacing import Pacing
from .reply_store import ReplyStore
from .snippets import Snippets


@dataclass(frozen=True, slots=True)
class EngineParts:
    """The state of one engine; `clock` and `sleep` are in seconds."""

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    journal: Journal
    snippets: Snippets
    documents: DocumentStates
    pacing: Pacing
    replies: ReplyStore
    offers: Offers
