"""One record for each request: what was decided and why, with its sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ..api.prices import Money
from ..api.token_counts import Tokens
from ..errors import FimError
from ..text import Place, Span
from .confidence import Confidence


class Trigger(Enum):
    """Who asked: the editor by itself while the user types, or the user."""

    AUTOMATIC = "automatic"
    INVOKED = "invoked"


class Outcome(Enum):
    """Where the answer came from."""

    NETWORK = "network"
    CACHE = "cache"
    TYPED_THROUGH = "typed-through"
    JOINED = "joined"
    ECHO = "echo"
    NEXT_EDIT = "next-edit"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is offered: `text` replaces `span`, which lies on one line."""

    text: str
    span: Span
    id: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds since the request came."""

    first_token: float | None = None
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one request, and why.

    `reason` is a name of `reasons.REASONS`; an offer has one where a fallback answered.
    """

    id: str
    time: float  # seconds since the epoch
    uri: str
    language: str
    place: Place
    trigger: Trigger
    outcome: Outcome
    reason: str | None = None
    rules: tuple[str, ...] = ()
    source: str | None = None
    model: str | None = None
    timings: Timings = field(default_factory=Timings)
    tokens: Tokens | None = None
    cost: Money | None = None
    shown: str = ""
    origin: str | None = None  # what was repeated, as `path:line` in the workspace
    confidence: Confidence | None = None
    reply: str | None = None  # the id of the reply that was offered
    accepted: int = 0  # characters accepted so far


@dataclass(frozen=True, slots=True)
class Offer:
    """The answer to one request: the first suggestion is the preferred one.

    `error` is what went wrong on the way, even where a fallback answered.
    `newly_shown` is true where nothing of the same reply was offered before.
    """

    suggestions: tuple[Suggestion, ...]
    decision: Decision
    error: FimError | None = None
    newly_shown: bool = False


@dataclass(frozen=True, slots=True)
class Acceptance:
    """`chars` more characters of an offer were accepted.

    `first` is true where nothing of the same reply was accepted before.
    """

    decision: Decision
    chars: int
    first: bool
