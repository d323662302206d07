from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.api import answers
from fim_lsp.api.requests import (
    BalanceInfo,
    Delta,
    Model,
    TokenProb,
    ToolCallDelta,
    Usage,
)

USAGE = {
    "completion_tokens": 11,
    "prompt_tokens": 9,
    "prompt_cache_hit_tokens": 4,
    "prompt_cache_miss_tokens": 5,
    "total_tokens": 20,
    "completion_tokens_details": {"reasoning_tokens": 3},
}
TOKEN = {
    "token": "a",
    "logprob": -0.5,
    "bytes": [97],
    "top_logprobs": [{"token": "b", "logprob": -2, "bytes": None}],
}


def test_a_whole_chat_answer_with_every_field() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {
        "role": "assistant",
        "content": None,
        "reasoning_content": "hm",
        "tool_calls": [call],
    }
    choice = {
        "index": 0,
        "message": message,
        "logprobs": {"content": [TOKEN]},
        "finish_reason": "tool_calls",
    }
    answer = answers.openai_delta(
        {
            "id": "e137",
            "object": "chat.completion",
            "created": 1739112811,
            "model": "deepseek-flash",
            "system_fingerprint": "fp",
            "choices": [choice],
            "usage": USAGE,
        }
    )
    assert answer.text == "" and answer.reasoning == "hm"
    assert answer.tool_calls == (ToolCallDelta(0, "1", "f", "{}"),)
    assert answer.logprobs == (TokenProb("a", -0.5),)
    assert answer.usage == Usage(9, 11, cache_hit=4)
    assert answer.model == "deepseek-flash"
    assert answer.finish_reason == "tool_calls"


def test_a_whole_completion_with_every_field() -> None:
    logprobs = {
        "text_offset": [0],
        "token_logprobs": [-0.5],
        "tokens": ["a"],
        "top_logprobs": [{"b": -2}],
    }
    choice = {"index": 0, "text": "a", "finish_reason": "stop", "logprobs": logprobs}
    answer = answers.openai_delta({"choices": [choice], "usage": USAGE})
    assert answer.text == "a" and answer.finish_reason == "stop"
    assert answer.logprobs == (TokenProb("a", -0.5),)


@pytest.mark.parametrize("number", [10**400, -(10**400), float("nan"), "x", True, None])
def test_what_cannot_be_a_log_probability_is_left_out(number: Any) -> None:
    completion = {"tokens": ["a"], "token_logprobs": [number]}
    event = {"choices": [{"text": "a", "logprobs": completion}]}
    assert answers.openai_delta(event).logprobs == ()
    chat = {"content": [{"token": "a", "logprob": number, "top_logprobs": [TOKEN]}]}
    event = {"choices": [{"delta": {"content": "a"}, "logprobs": chat}]}
    assert answers.openai_delta(event).logprobs == ()
    infill = {"content": "a", "completion_probabilities": chat["content"]}
    assert answers.infill_delta(infill).logprobs == ()


@pytest.mark.parametrize("amount", ["1E+999999999", "-1e-999999999", 1e300, "NaN", []])
def test_what_cannot_be_an_amount_of_money_is_0(amount: Any) -> None:
    info = {"currency": "USD", "total_balance": amount}
    balance = answers.balance({"is_available": True, "balance_infos": [info]})
    assert balance.infos[0].total == 0


def test_logprobs_may_be_null_in_every_place() -> None:
    for logprobs in (
        None,
        {},
        {"content": None},
        {"tokens": ["a"], "token_logprobs": None, "top_logprobs": None},
        {"tokens": ["a"], "token_logprobs": [None], "top_logprobs": [None]},
    ):
        assert not answers.openai_delta(
            {"choices": [{"text": "", "logprobs": logprobs}]}
        ).logprobs


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({"choices": [{"text": "a"}]}, "a"),
        ({"choices": [{"delta": {"content": "a"}}]}, "a"),
        ({"choices": [{"text": None, "message": {"content": "a"}}]}, "a"),
        ({"choices": [{"delta": {"content": [{"type": "text", "text": "a"}]}}]}, "a"),
        ({"choices": [{"index": 0}], "usage": USAGE}, ""),
        ({"choices": []}, ""),
        ({"choices": None}, ""),
        ({}, ""),
    ],
)
def test_the_text_is_found_where_it_is(event: dict[str, Any], text: str) -> None:
    assert answers.openai_delta(event).text == text


@pytest.mark.parametrize(
    ("usage", "read"),
    [
        (None, None),
        ({}, None),
        ({"prompt_tokens": 3, "completion_tokens": 1}, Usage(3, 1)),
        (
            {"prompt_tokens": 3, "prompt_tokens_details": {"cached_tokens": 2}},
            Usage(3, 0, cache_hit=2),
        ),
        (
            {"prompt_cache_hit_tokens": 2, "prompt_cache_miss_tokens": 1},
            Usage(3, 0, cache_hit=2),
        ),
        ({"prompt_tokens": 3, "prompt_cache_hit_tokens": 9}, Usage(3, 0, cache_hit=3)),
        ({"prompt_tokens": -3, "completion_tokens": "many"}, Usage(0, 0)),
        ({"prompt_tokens": 10**12, "completion_tokens": True}, Usage(0, 0)),
        ({"prompt_tokens": 3, "completion_tokens_details": None}, Usage(3, 0)),
    ],
)
def test_absurd_counts_are_none(usage: Any, read: Usage | None) -> None:
    assert answers.openai_delta({"usage": usage}).usage == read


def test_infill_ends_with_stop() -> None:
    assert answers.infill_delta({"content": "a", "stop": False}) == Delta(text="a")
    event = {
        "content": "",
        "stop": True,
        "stop_type": "limit",
        "tokens_predicted": 8,
        "tokens_evaluated": 20,
        "timings": {"cache_n": 12},
    }
    assert answers.infill_delta(event) == Delta(
        finish_reason="length", usage=Usage(20, 8, cache_hit=12)
    )


def test_the_balance_is_decimal_and_may_hold_two_currencies() -> None:
    yuan = {
        "currency": "CNY",
        "total_balance": "110.00",
        "granted_balance": "10.00",
        "topped_up_balance": "100.00",
    }
    balance = answers.balance(
        {"is_available": True, "balance_infos": [yuan, {"currency": "USD"}]}
    )
    assert balance.infos == (
        BalanceInfo("CNY", Decimal("110.00"), Decimal("10.00"), Decimal("100.00")),
        BalanceInfo("USD", Decimal(0), Decimal(0), Decimal(0)),
    )


def test_models_without_an_id_are_left_out() -> None:
    data = [{"id": "a", "object": "model", "owned_by": "x"}, {"id": 3}, None, {}]
    assert answers.models({"object": "list", "data": data}) == (Model("a", "x"),)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=True)
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        *("choices", "usage", "text", "delta", "message", "content", "tool_calls"),
        *("logprobs", "data", "id", "index", "balance_infos", "total_balance"),
        *("tokens", "token_logprobs", "top_logprobs", "timings", "finish_reason"),
        *("completion_probabilities", "function", "prompt_tokens", "created"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        KEYS,
        JSON
        | st.lists(st.dictionaries(KEYS, JSON, max_size=4), max_size=2)
        | st.dictionaries(KEYS, JSON, max_size=4),
        max_size=5,
    )
)
def test_no_json_object_makes_reading_fail(body: dict[str, Any]) -> None:
    answers.openai_delta(body)
    answers.infill_delta(body)
    answers.models(body)
    answers.balance(body)
