"""JSON of an endpoint to our values.  Lenient: what is absent or odd is left out.

Every function takes a decoded JSON object.  Unknown keys are ignored; nothing
here raises on a value of an unexpected type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .requests import (
    Answer,
    Balance,
    BalanceInfo,
    Delta,
    Model,
    TokenProb,
    ToolCall,
    ToolCallDelta,
    Usage,
)


def openai_delta(event: Mapping[str, Any]) -> Delta:
    """One streamed chunk: completions (`text`) or chat (`delta`), with its usage."""
    choice = _first(event.get("choices"))
    part = _object(choice.get("delta")) or _object(choice.get("message"))
    return Delta(
        text=_text(choice.get("text")) or _text(part.get("content")),
        reasoning=_text(part.get("reasoning_content")),
        tool_calls=tuple(
            ToolCallDelta(
                index=_count(call.get("index")),
                id=_name(call.get("id")),
                name=_name(_object(call.get("function")).get("name")),
                arguments=_text(_object(call.get("function")).get("arguments")),
            )
            for call in _objects(part.get("tool_calls"))
        ),
        finish_reason=_name(choice.get("finish_reason")),
        usage=_usage(event.get("usage")),
        logprobs=_logprobs(choice.get("logprobs")),
        model=_name(event.get("model")),
    )


def openai_answer(body: Mapping[str, Any]) -> Answer:
    """A whole answer: completions (`text`) or chat (`message`)."""
    choice = _first(body.get("choices"))
    message = _object(choice.get("message"))
    return Answer(
        text=_text(choice.get("text")) or _text(message.get("content")),
        finish_reason=_name(choice.get("finish_reason")),
        usage=_usage(body.get("usage")),
        model=_name(body.get("model")),
        reasoning=_text(message.get("reasoning_content")),
        tool_calls=tuple(
            ToolCall(
                id=_text(call.get("id")),
                name=_text(_object(call.get("function")).get("name")),
                arguments=_text(_object(call.get("function")).get("arguments")),
            )
            for call in _objects(message.get("tool_calls"))
        ),
        logprobs=_logprobs(choice.get("logprobs")),
        id=_name(body.get("id")),
        created=_time(body.get("created")),
        system_fingerprint=_name(body.get("system_fingerprint")),
    )


def infill_delta(event: Mapping[str, Any]) -> Delta:
    """One event of llama.cpp's `/infill`; the last one has `stop: true`."""
    last = event.get("stop") is True
    return Delta(
        text=_text(event.get("content")),
        finish_reason=_infill_end(event) if last else None,
        usage=_infill_usage(event) if last else None,
        logprobs=_chat_logprobs(event.get("completion_probabilities")),
        model=_name(event.get("model")),
    )


def infill_answer(body: Mapping[str, Any]) -> Answer:
    return Answer(
        text=_text(body.get("content")),
        finish_reason=_infill_end(body),
        usage=_infill_usage(body),
        model=_name(body.get("model")),
        logprobs=_chat_logprobs(body.get("completion_probabilities")),
    )


def models(body: Mapping[str, Any]) -> tuple[Model, ...]:
    """`GET /models`: entries without an id are left out."""
    return tuple(
        Model(id=name, owned_by=_text(entry.get("owned_by")))
        for entry in _objects(body.get("data"))
        if (name := _name(entry.get("id")))
    )


def balance(body: Mapping[str, Any]) -> Balance:
    """`GET /user/balance`: amounts are decimal strings, and may be absent."""
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
    hit = _count(usage.get("prompt_cache_hit_tokens")) or _count(
        _object(usage.get("prompt_tokens_details")).get("cached_tokens")
    )
    prompt = _count(usage.get("prompt_tokens")) or hit + _count(
        usage.get("prompt_cache_miss_tokens")
    )
    details = _object(usage.get("completion_tokens_details"))
    return Usage(
        prompt=prompt,
        completion=_count(usage.get("completion_tokens")),
        cache_hit=min(hit, prompt),
        reasoning=_count(details.get("reasoning_tokens")),
    )


def _infill_usage(event: Mapping[str, Any]) -> Usage:
    prompt = _count(event.get("tokens_evaluated"))
    return Usage(
        prompt=prompt,
        completion=_count(event.get("tokens_predicted")),
        cache_hit=min(_count(_object(event.get("timings")).get("cache_n")), prompt),
    )


def _infill_end(event: Mapping[str, Any]) -> str:
    return "length" if event.get("stop_type") == "limit" else "stop"


def _logprobs(value: Any) -> tuple[TokenProb, ...]:
    """Chat lists objects under `content`; completions hold parallel lists."""
    logprobs = _object(value)
    if isinstance(logprobs.get("content"), Sequence):
        return _chat_logprobs(logprobs.get("content"))
    tokens = _list(logprobs.get("tokens"))
    numbers = _list(logprobs.get("token_logprobs"))
    tops: list[Any] = [*_list(logprobs.get("top_logprobs")), *([{}] * len(tokens))]
    return tuple(
        TokenProb(token, float(number), _numbers(top))
        for token, number, top in zip(tokens, numbers, tops, strict=False)
        if isinstance(token, str) and _is_number(number)
    )


def _chat_logprobs(value: Any) -> tuple[TokenProb, ...]:
    return tuple(
        TokenProb(
            token=_text(entry.get("token")),
            logprob=float(entry["logprob"]),
            top={
                _text(other.get("token")): float(other["logprob"])
                for other in _objects(entry.get("top_logprobs"))
                if _is_number(other.get("logprob"))
            },
        )
        for entry in _objects(value)
        if _is_number(entry.get("logprob"))
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in _list(value) if isinstance(entry, dict)]


def _first(choices: Any) -> Mapping[str, Any]:
    return next(iter(_objects(choices)), {})


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


def _numbers(value: Any) -> dict[str, float]:
    return {
        name: float(number)
        for name, number in _object(value).items()
        if _is_number(number)
    }


def _count(value: Any) -> int:
    """A count of tokens; what cannot be one is 0."""
    return int(value) if _is_number(value) and 0 <= value < 10**9 else 0


def _time(value: Any) -> int | None:
    """Seconds since the epoch."""
    return value if isinstance(value, int) and value > 0 else None


def _amount(value: Any) -> Decimal:
    """An amount of money as the endpoint wrote it; 0 where it wrote none."""
    if not isinstance(value, str | int | float):
        return Decimal(0)
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)
