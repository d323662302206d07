"""One record for each request: what was decided and why, with its sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from ..api.requests import Usage
from ..text import Place, Span


class Trigger(Enum):
    """Who asked: the editor while typing, or the user."""

    AUTOMATIC = "automatic"
    INVOKED = "invoked"


class Outcome(Enum):
    """Where the answer came from."""

    NETWORK = "network"
    CACHE = "cache"
    TYPED_THROUGH = "typed-through"
    JOINED = "joined"
    ECHO = "echo"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is offered: `text` replaces `span`, which lies on one line."""

    text: str
    span: Span
    id: str


@dataclass(frozen=True, slots=True)
class Cost:
    """Money, by the dated price table."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What was paid; `estimated` where the endpoint did not count for us."""

    usage: Usage
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds since the request came."""

    first_token: float | None = None
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one request, and why."""

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
    cost: Cost | None = None
    shown: str = ""
    accepted: int = 0  # characters accepted so far
