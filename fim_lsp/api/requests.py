"""Requests to models and their answers, in the same form for all providers."""

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
    """A request for the text between `prefix` and `suffix`.

    prefix, suffix: the text before and after the cursor, with LF line ends.
    snippets: pieces of other files.  Dialects without a field for them write them as
        comments before the prefix.
    path: the file that is being completed, relative to the workspace folder.
    language: the LSP language id.
    temperature: None leaves the choice to the endpoint.
    logprobs: whether the log-probability of each token is asked for, if the dialect has
        a field for it.
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
    """A request for the next edit.

    dialect: the kind of model, for whose format `prompt` is written.
    stop: texts at which the answer ends.
    """

    dialect: Literal["mercury", "zeta2", "sweep"]
    prompt: str
    max_tokens: int
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model's call of a tool; `arguments` is JSON by the model, perhaps invalid."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message; `reasoning` is sent back only together with tool calls."""

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
    """A conversation to continue; None leaves a choice to the endpoint."""

    messages: tuple[Message, ...]
    max_tokens: int | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: Literal["none"] | None = None
    thinking: bool = False
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts of tokens; `cache_hit` is the part of `prompt` that was cached."""

    prompt: int
    completion: int
    cache_hit: int = 0


@dataclass(frozen=True, slots=True)
class TokenProb:
    """One token of an answer and its log-probability, a finite number that is ≤ 0."""

    token: str
    logprob: float


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call; pieces with the same `index` belong to the same call."""

    index: int
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class Delta:
    """One piece of a streamed answer, in which each field may be empty.

    text, reasoning, tool_calls, logprobs: what is new since the last delta.
    finish_reason: "stop" if the model ended the answer, "length" if a limit did,
        "stop-text" if one of the user's own stop texts may have, "tool_calls", or
        "content_filter".  It comes once, with the last text or after it.
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
    """The balance in one currency."""

    currency: str
    total: Decimal
    granted: Decimal
    topped_up: Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """The account's balance, perhaps in several currencies."""

    available: bool
    infos: tuple[BalanceInfo, ...]
