"""Provider-neutral values: what is asked of a model, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    `None` means "leave it to the endpoint".
    """

    prefix: str
    suffix: str
    max_tokens: int
    snippets: tuple[Snippet, ...] = ()
    path: str = ""
    language: str = ""
    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logprobs: int | None = None
    echo: bool | None = None
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
    name: str | None = None
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
    tool_choice: str | Mapping[str, Any] | None = None
    thinking: bool = False
    reasoning_effort: Literal["low", "high", "max"] | None = None
    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    response_format: Literal["text", "json_object"] | None = None
    stop: tuple[str, ...] = ()
    logprobs: bool | None = None
    top_logprobs: int | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens: `prompt` counts all of the prompt, `cache_hit` the cached part of it."""

    prompt: int
    completion: int
    cache_hit: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class TokenProb:
    """One token, its log-probability and the alternatives that were offered."""

    token: str
    logprob: float
    top: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call; `arguments` pieces are joined by `index`."""

    index: int
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class Delta:
    """One event of a stream.  Anything may be absent; text is an increment."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCallDelta, ...] = ()
    finish_reason: str | None = None
    usage: Usage | None = None
    logprobs: tuple[TokenProb, ...] = ()
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, streamed or not."""

    text: str
    finish_reason: str | None
    usage: Usage | None
    model: str | None = None
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    logprobs: tuple[TokenProb, ...] = ()
    id: str | None = None
    created: int | None = None
    system_fingerprint: str | None = None


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
    """What the account holds, perhaps in several currencies."""

    available: bool
    infos: tuple[BalanceInfo, ...]
