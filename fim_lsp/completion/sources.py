"""Where completions come from, as the engine sees it: functions, not clients."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from ..api.prices import Money
from ..api.requests import Delta, FimRequest
from ..errors import FimError
from ..reasons import Refusal
from ..text import Document, Place
from .decision import Tokens

ECHO = "echo"


@dataclass(frozen=True, slots=True)
class Landing:
    """How a stream ended: what it cost and how long it took (seconds)."""

    language: str
    model: str | None
    tokens: Tokens
    first_token: float | None
    total: float
    error: FimError | None


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """A model behind an endpoint.  `model` is what the settings wish for."""

    name: str
    model: str
    loopback: bool
    refusal: Callable[[bool], Refusal | None]
    stream: Callable[[FimRequest], AsyncGenerator[Delta, None]]
    landed: Callable[[Landing], Money | None]


@dataclass(frozen=True, slots=True)
class Repetition:
    """`text` goes on at the cursor, as it does at `origin`, a `path:line`."""

    text: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class EchoSource:
    """The embedded engine: what the workspace itself repeats, or None."""

    refusal: Callable[[bool], Refusal | None]
    guess: Callable[[Document, Place, bool], Awaitable[Repetition | None]]
    name: str = ECHO
    model: str = ""


Source = NetworkSource | EchoSource
