"""One record for each request: what was decided and why, with its sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ..api.prices import Money
from ..api.requests import Usage
from ..errors import FimError
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
    cost: Money | None = None
    shown: str = ""
    origin: str | None = None  # what was repeated, as `path:line` in the workspace
    accepted: int = 0  # characters accepted so far


# Why nothing was offered: each reason's name, and its words after "because".
REASONS = {
    "disabled": "completion is switched off",
    "language-off": "completion is off for this language",
    "secret": "the file may hold secrets, which are never sent",
    "ignored-by-git": "the file is ignored by git",
    "excluded": "the settings exclude this file",
    "scheme": "the document is neither a file, untitled, nor a notebook cell",
    "too-large": "the document is larger than 3,000,000 characters",
    "manual": "completion is set to manual and was not invoked",
    "nearly-empty": "there is too little text to go by",
    "long-line": "the line is longer than 5,000 characters",
    "mid-word": "the cursor is inside a word",
    "mid-code": "code follows the cursor on its line",
    "deletion": "a character was just deleted",
    "undo": "a change was just undone",
    "bulk-edit": "more than 3 lines were just changed at once",
    "several-places": "several places were just changed at once",
    "after-accept": "a suggestion was just accepted on this line",
    "no-provider": "no model is set up",
    "settings": "the settings name a provider that cannot be used",
    "key-missing": "the provider's key is missing",
    "key-refused": "the provider refused the key",
    "balance": "the account's balance is used up",
    "rate-limited": "the provider asked to wait",
    "back-off": "the provider failed and is given time to recover",
    "over-budget": "today's budget is used up",
    "failed": "the request failed",
    "superseded": "a newer request took its place",
    "contradicted": "the text was changed while the answer was on its way",
    "closed": "the document was closed",
    "nothing-follows": "the model had nothing to add here",
    "rejected": "the answer did not fit here",
    "dismissed": "the same text was typed against a moment ago",
    "not-yet": "the answer was not there in time for the menu",
    "echo-no-folder": "echo needs a workspace folder to repeat",
    "echo-building": "the workspace is still being read",
    "echo-quiet": "the workspace holds no sure repetition for this place",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """The answer to one request: the first suggestion is the preferred one.

    `error` is what went wrong on the way, even where a fallback answered.
    """

    suggestions: tuple[Suggestion, ...]
    decision: Decision
    error: FimError | None = None
