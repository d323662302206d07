"""Requests to a model and its answers, the same for every provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of another file.  `path` is relative to the workspace folder."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class FimRequest:
    """Fill in between `prefix` and `suffix` (both with LF line ends).

    `snippets` are not part of `prefix`; a dialect without a field for them puts
    them before it (see `dialects.py`).  `path` names the file being completed.
    `temperature` None leaves the choice to the endpoint.  `logprobs` asks for the
    log-probability of each token, where the dialect has a field for it.
    """

    prefix: str
    suffix: str
    max_tokens: int
    snippets: tuple[Snippet, ...] = ()
    path: str = ""
    language: str = ""
    temperature: float | None = None
    logprobs: bool = False


@dataclass(frozen=True, slots=True)
class EditRequest:
    """Propose the next edit: `prompt` is written as the models of `dialect` know it.

    `stop` are texts at which the answer ends.
    """

    dialect: Literal["mercury", "zeta2", "sweep"]
    prompt: str
    max_tokens: int
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`arguments` is JSON as the model wrote it: it may be broken."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message.  `reasoning` is sent back only where tools were called."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    reasoning: str | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A conversation to continue.  `None` means "leave it to the endpoint"."""

    messages: tuple[Message, ...]
    max_tokens: int | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: Literal["none"] | None = None
    thinking: bool = False
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens: `prompt` counts all of the prompt, `cache_hit` the cached part of it."""

    prompt: int
    completion: int
    cache_hit: int = 0


@dataclass(frozen=True, slots=True)
class TokenProb:
    """One token of an answer and its log-probability, a finite number up to 0."""

    token: str
    logprob: float


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call; `arguments` pieces are joined by `index`."""

    index: int
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class Delta:
    """What has come of a stream at once.  Anything may be absent.

    text, reasoning, tool_calls, logprobs: what is new since the delta before.
    finish_reason: "stop" for the model's own end, "length" for a limit, "stop-text"
    where one of the user's own stop texts may have ended the answer, "tool_calls",
    "content_filter".  It comes once, with the last of the text or after it.
    usage: comes after everything else, in a delta of its own, or not at all.
    """

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCallDelta, ...] = ()
    finish_reason: str | None = None
    usage: Usage | None = None
    logprobs: tuple[TokenProb, ...] = ()
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of `GET /models`."""

    id: str
    owned_by: str = ""


@dataclass(frozen=True, slots=True)
class BalanceInfo:
    """Amounts of one currency."""

    currency: str
    total: Decimal
    granted: Decimal
    topped_up: Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """The account's balance, perhaps in several currencies."""

    available: bool
    infos: tuple[BalanceInfo, ...]
