"""Turns the decoded JSON of endpoints into values.

Unknown keys are ignored, and values of an unexpected type count as absent, so that no
function here raises an error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .requests import (
    Balance,
    BalanceInfo,
    Delta,
    Model,
    TokenProb,
    ToolCallDelta,
    Usage,
)

# The most digits before or after the point of an amount of money; a number with more is
# not an amount.
_MOST_DIGITS = 18


def openai_delta(event: Mapping[str, Any]) -> Delta:
    """One event of a completion (`text`) or of a chat (`delta`)."""
    choice = _first(event.get("choices"))
    part = _object(choice.get("delta")) or _object(choice.get("message"))
    return Delta(
        text=_text(choice.get("text")) or _text(part.get("content")),
        reasoning=_text(part.get("reasoning_content")),
        tool_calls=_tool_calls(part.get("tool_calls")),
        finish_reason=_name(choice.get("finish_reason")),
        usage=_usage(event.get("usage")),
        logprobs=_logprobs(choice.get("logprobs")),
        model=_name(event.get("model")),
    )


def _tool_calls(value: Any) -> tuple[ToolCallDelta, ...]:
    if not value:
        return ()
    return tuple(
        ToolCallDelta(
            index=_count(call.get("index")),
            id=_name(call.get("id")),
            name=_name(_object(call.get("function")).get("name")),
            arguments=_text(_object(call.get("function")).get("arguments")),
        )
        for call in _objects(value)
    )


def infill_delta(event: Mapping[str, Any]) -> Delta:
    """One event of llama.cpp's `/infill`; the last one has `stop: true`."""
    last = event.get("stop") is True
    return Delta(
        text=_text(event.get("content")),
        finish_reason=_infill_end(event) if last else None,
        usage=_infill_usage(event) if last else None,
        logprobs=_token_probs(event.get("completion_probabilities")),
        model=_name(event.get("model")),
    )


def ollama_delta(event: Mapping[str, Any]) -> Delta:
    """One line of Ollama's `/api/generate`; the last one has `done: true`."""
    last = event.get("done") is True
    return Delta(
        text=_text(event.get("response")),
        reasoning=_text(event.get("thinking")),
        finish_reason=(_name(event.get("done_reason")) or "stop") if last else None,
        usage=_ollama_usage(event) if last else None,
        model=_name(event.get("model")),
    )


def models(body: Mapping[str, Any]) -> tuple[Model, ...]:
    """The answer to `GET /models`; entries without an id are left out."""
    return tuple(
        Model(id=name, owned_by=_text(entry.get("owned_by")))
        for entry in _objects(body.get("data"))
        if (name := _name(entry.get("id")))
    )


def balance(body: Mapping[str, Any]) -> Balance:
    """The answer to `GET /user/balance`, whose amounts are decimal strings."""
    return Balance(
        available=body.get("is_available") is True,
        infos=tuple(
            BalanceInfo(
                currency=_text(info.get("currency")),
                total=_amount(info.get("total_balance")),
                granted=_amount(info.get("granted_balance")),
                topped_up=_amount(info.get("topped_up_balance")),
            )
            for info in _objects(body.get("balance_infos"))
        ),
    )


def _usage(value: Any) -> Usage | None:
    usage = _object(value)
    if not usage:
        return None
    hit = (
        _count(usage.get("prompt_cache_hit_tokens"))
        or _count(_object(usage.get("prompt_tokens_details")).get("cached_tokens"))
        or _count(usage.get("cached_input_tokens"))
    )
    prompt = _count(usage.get("prompt_tokens")) or hit + _count(
        usage.get("prompt_cache_miss_tokens")
    )
    return Usage(
        prompt=prompt,
        completion=_count(usage.get("completion_tokens")),
        cache_hit=min(hit, prompt),
    )


def _infill_usage(event: Mapping[str, Any]) -> Usage:
    prompt = _count(event.get("tokens_evaluated"))
    return Usage(
        prompt=prompt,
        completion=_count(event.get("tokens_predicted")),
        cache_hit=min(_count(_object(event.get("timings")).get("cache_n")), prompt),
    )


def _ollama_usage(event: Mapping[str, Any]) -> Usage:
    return Usage(
        prompt=_count(event.get("prompt_eval_count")),
        completion=_count(event.get("eval_count")),
    )


def _infill_end(event: Mapping[str, Any]) -> str:
    return "length" if event.get("stop_type") == "limit" else "stop"


def _logprobs(value: Any) -> tuple[TokenProb, ...]:
    """The log-probabilities of a choice.

    Chat answers have a list of objects, completions two parallel lists.
    """
    logprobs = _object(value)
    if not logprobs:
        return ()
    if isinstance(logprobs.get("content"), Sequence):
        return _token_probs(logprobs.get("content"))
    tokens = _list(logprobs.get("tokens"))
    numbers = _list(logprobs.get("token_logprobs"))
    return tuple(
        TokenProb(token, logprob)
        for token, number in zip(tokens, numbers, strict=False)
        if isinstance(token, str) and (logprob := _logprob(number)) is not None
    )


def _token_probs(value: Any) -> tuple[TokenProb, ...]:
    """Log-probabilities as a list of objects."""
    return tuple(
        TokenProb(_text(entry.get("token")), logprob)
        for entry in _objects(value)
        if (logprob := _logprob(entry.get("logprob"))) is not None
    )


def _logprob(value: Any) -> float | None:
    """A log-probability, at most 0; None if `value` is not a finite number."""
    if not _is_number(value):
        return None
    try:
        logprob = float(value)
    except OverflowError:
        return None
    return min(logprob, 0.0) if math.isfinite(logprob) else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in _list(value) if isinstance(entry, dict)]


def _first(choices: Any) -> Mapping[str, Any]:
    return next((entry for entry in _list(choices) if isinstance(entry, dict)), {})


def _text(value: Any) -> str:
    """A string, or the text parts of a content list joined."""
    if isinstance(value, str):
        return value
    return "".join(
        part["text"] for part in _objects(value) if isinstance(part.get("text"), str)
    )


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: Any) -> int:
    """A count of tokens; 0 if `value` cannot be one."""
    return int(value) if _is_number(value) and 0 <= value < 10**9 else 0


def _amount(value: Any) -> Decimal:
    """An amount of money; 0 if `value` cannot be one."""
    if not isinstance(value, str | int | float):
        return Decimal(0)
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    if not amount.is_finite() or abs(amount.adjusted()) > _MOST_DIGITS:
        return Decimal(0)
    return amount
