"""What the engine needs from those who write completions: two small interfaces."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from ..api.prices import Money
from ..api.requests import Delta, FimRequest
from ..api.token_counts import Tokens
from ..errors import FimError
from ..reasons import Refusal
from ..text import Document, Place

# The name of the source that repeats the workspace's own lines.
ECHO = "echo"


class CompletionModel(Protocol):
    """A model behind an endpoint, with the account that pays for it."""

    @property
    def name(self) -> str:
        """The name of the provider."""

    @property
    def model(self) -> str:
        """The model that the settings ask for, or "auto"."""

    @property
    def body(self) -> str:
        """What the user adds to each request, as a key for the replies."""

    @property
    def loopback(self) -> bool:
        """Whether the endpoint runs on this machine."""

    def refusal(self, *, invoked: bool) -> Refusal | None:
        """Why nothing may be sent now, or None."""

    def stream(self, request: FimRequest) -> AsyncGenerator[Delta, None]:
        """The answer in pieces; reading it raises FimError."""

    def landed(
        self,
        tokens: Tokens,
        *,
        language: str,
        model: str | None,
        first_token: float | None,
        total: float,
        error: FimError | None,
    ) -> Money | None:
        """Count a stream that has ended, and return its cost.

        `model` is the one that answered.  `first_token` and `total` are in seconds
        from the start of the request.
        """


@dataclass(frozen=True, slots=True)
class Repetition:
    """`text` continues the line as the line at `origin`, a `path:line`, continues.

    ends: the lengths to which `text` may be cut, the longest first, so that code can
        end there; empty where only the whole text will do.
    """

    text: str
    origin: str | None = None
    ends: tuple[int, ...] = ()


class Repeater(Protocol):
    """Guesses from what the workspace repeats."""

    def refusal(self) -> Refusal | None:
        """Why there can be no guess now, or None."""

    async def guess(
        self, document: Document, place: Place, *, invoked: bool
    ) -> Repetition | None:
        """How the text goes on at `place`, or None where that is not sure enough."""
