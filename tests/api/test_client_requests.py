from __future__ import annotations

import asyncio
import traceback
from typing import Any

import pytest

from fim_lsp.api.client import ApiClient
from fim_lsp.api.keys import Key
from fim_lsp.api.requests import FimRequest
from fim_lsp.errors import (
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    FimError,
    HostNotTrusted,
    KeyMissing,
    RateLimited,
    Redirected,
    RequestRefused,
    ServerFailed,
    StreamBroken,
    SuffixUnsupported,
    Unreachable,
)
from tests.harness.fake_api import FakeApi, Fault

from .support import CHAT, FIM, KEY, all_of, answer_of, client, provider, text_of

STATUSES: list[tuple[int, type[FimError], str]] = [
    (400, RequestRefused, "refuses the request"),
    (401, AuthenticationFailed, "key from DEEPSEEK_API_KEY"),
    (402, BalanceInsufficient, "no balance"),
    (403, AuthenticationFailed, "correct it there"),
    (404, RequestRefused, "https://api.deepseek.com/beta/completions"),
    (418, RequestRefused, "refuses the request"),
    (422, RequestRefused, "refuses the request"),
    (429, RateLimited, "fewer requests"),
    (500, ServerFailed, "tries again later"),
    (501, SuffixUnsupported, "cannot fill in the middle"),
    (503, ServerFailed, "tries again later"),
]


@pytest.mark.parametrize(("status", "kind", "words"), STATUSES)
async def test_a_status_decides_the_error(
    status: int, kind: type[ApiError], words: str
) -> None:
    api = FakeApi(status=status, error="their words")
    with pytest.raises(kind, match=words) as caught:
        await all_of(client(api).stream_fim(FIM, "m"))
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.detail == "their words"
    assert '"their words"' in caught.value.sentence


REFUSALS: list[tuple[int, str, str, type[ApiError], str]] = [
    (
        *(400, "suffix is not currently supported", "qwen2.5-coder:7b"),
        *(SuffixUnsupported, 'dialect = "openai-template" and .*template = "qwen"'),
    ),
    (
        *(500, "Unsupported param: suffix", "m"),
        *(SuffixUnsupported, "template = the family of the model"),
    ),
    (
        *(400, "yi-coder does not support insert", "m"),
        *(SuffixUnsupported, "openai-template"),
    ),
    (400, "No connected db.", "m", AuthenticationFailed, "refuses the key"),
    (
        *(500, "Authentication Error, No api key passed in.", "m"),
        *(AuthenticationFailed, "refuses the key"),
    ),
    (400, "ExceededBudget: over budget", "m", RateLimited, "budget at .* is used up"),
    (
        *(400, "This model's maximum context length is 4096 tokens", "m"),
        *(RequestRefused, "lower completion.prefixTokens"),
    ),
]


@pytest.mark.parametrize(("status", "words", "model", "kind", "help_"), REFUSALS)
async def test_where_a_status_is_vague_the_words_decide(
    status: int, words: str, model: str, kind: type[ApiError], help_: str
) -> None:
    api = FakeApi(status=status, error=words)
    with pytest.raises(kind, match=help_) as caught:
        await all_of(client(api).stream_fim(FIM, model))
    assert type(caught.value) is kind
    assert f'"{words}"' in caught.value.sentence


@pytest.mark.parametrize("status", [401, 400, 500])
async def test_a_local_gateway_that_wants_a_key_says_how_to_give_one(
    status: int,
) -> None:
    api = FakeApi(status=status, error="No connected db.")
    ours = client(api, key=None, baseUrl="http://127.0.0.1:4000")
    with pytest.raises(AuthenticationFailed, match=r"wants a key .*fim-lsp login"):
        await all_of(ours.stream_fim(FIM, "m"))
    api.error = "Internal Server Error"
    with pytest.raises(ApiError, match=r"wants a key.*fim-lsp login"):
        await ours.models()


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\x1b]52;c;eA==\x07", "\u202e", "\r\n"])
async def test_the_words_in_a_sentence_are_one_line_that_can_be_seen(
    hidden: str,
) -> None:
    api = FakeApi(status=400, error=f"Model{hidden} Not Exist " + "x" * 5000)
    with pytest.raises(RequestRefused) as caught:
        await all_of(client(api).stream_fim(FIM, "m"))
    sentence = caught.value.sentence
    assert sentence.isprintable() and "Model Not Exist" in sentence
    assert len(sentence) < 500


async def test_only_a_key_that_a_login_stored_is_mended_by_a_login() -> None:
    stored = Key("sk-invented-stored", "the keyring")
    with pytest.raises(AuthenticationFailed, match="fim-lsp login deepseek"):
        await text_of(client(FakeApi(status=401), key=stored).stream_fim(FIM, "m"))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("99999", 3600.0), ("Wed, 21", None), ("-1", None)],
)
async def test_retry_after_is_read(header: str, seconds: float | None) -> None:
    api = FakeApi(status=429, headers={"Retry-After": header})
    with pytest.raises(RateLimited) as caught:
        await text_of(client(api).stream_fim(FIM, "m"))
    assert caught.value.retry_after == seconds


async def test_a_redirect_is_not_followed_and_names_its_target() -> None:
    api = FakeApi(fault="redirect")
    with pytest.raises(Redirected, match=r"https://elsewhere\.example/beta") as caught:
        await text_of(client(api).stream_fim(FIM, "m"))
    assert "token" not in caught.value.sentence
    assert len(api.requests) == 1


@pytest.mark.parametrize("target", ["http://[", "//[x"])
async def test_a_redirect_to_no_address_is_one_clear_error(target: str) -> None:
    api = FakeApi(status=302, headers={"location": target})
    with pytest.raises(Redirected, match="an address that cannot be read"):
        await text_of(client(api).stream_fim(FIM, "m"))


async def test_the_key_goes_into_one_header() -> None:
    api = FakeApi(key=KEY.value)
    await text_of(client(api).stream_fim(FIM, "m"))
    assert api.requests[0].headers["authorization"] == f"Bearer {KEY.value}"


async def test_the_users_headers_are_sent() -> None:
    api = FakeApi()
    await text_of(client(api, headers={"X-Team": "blue"}).stream_fim(FIM, "m"))
    assert api.requests[0].headers["x-team"] == "blue"


async def test_neither_key_nor_header_is_in_an_error_or_repr() -> None:
    echoed = f"Bearer {KEY.value} hush-hush is wrong " + "x" * 600
    api = FakeApi(status=401, error=echoed)
    ours = client(api, headers={"X-Token": "hush-hush"})
    with pytest.raises(AuthenticationFailed) as caught:
        await text_of(ours.stream_fim(FIM, "m"))
    shown = "".join(traceback.format_exception(caught.value))
    for text in (shown, caught.value.detail, repr(ours.provider), repr(ours.key)):
        assert KEY.value not in text and "hush-hush" not in text
    assert caught.value.detail.startswith("Bearer *** *** is wrong")
    assert len(caught.value.detail) == 300


async def test_without_a_key_nothing_is_sent() -> None:
    api = FakeApi()
    with pytest.raises(KeyMissing, match=r"fim-lsp login deepseek.*DEEPSEEK_API_KEY"):
        await text_of(client(api, key=None).stream_fim(FIM, "m"))
    assert not api.requests


async def test_loopback_needs_no_key() -> None:
    api = FakeApi(answer="x")
    ours = client(api, key=None, baseUrl="http://127.0.0.1:9")
    assert await text_of(ours.stream_fim(FIM, "m")) == "x"
    assert "authorization" not in api.requests[0].headers


async def test_nothing_is_sent_to_a_host_that_only_the_editor_names() -> None:
    api = FakeApi()
    strange = provider(layer="editor", baseUrl="https://strange.example")
    ours = ApiClient(strange, KEY, transport=api, environ={})
    for asked in (text_of(ours.stream_fim(FIM, "m")), ours.models(), ours.balance()):
        with pytest.raises(
            HostNotTrusted, match=r'trustedHosts = \["strange.example"\]'
        ):
            await asked
    assert not api.requests


async def test_half_a_surrogate_pair_is_sent_as_text() -> None:
    api = FakeApi()
    await text_of(client(api).stream_fim(FimRequest("a\ud83d", "", 8), "m"))
    assert api.requests[0].body["prompt"] == "a?"


@pytest.mark.parametrize(
    ("fault", "reused", "sent"),
    [("refuse", False, 1), ("refuse", True, 1), ("reset", True, 2)],
)
async def test_what_cannot_have_reached_a_model_is_sent_once_more(
    fault: Fault,
    reused: bool,
    sent: int,
) -> None:
    api = FakeApi(answer="x", faults=[fault], reused=reused)
    assert await text_of(client(api).stream_fim(FIM, "m")) == "x"
    assert len(api.requests) == sent


async def test_it_is_sent_only_once_more() -> None:
    api = FakeApi(faults=["refuse", "refuse"])
    with pytest.raises(Unreachable):
        await text_of(client(api).stream_fim(FIM, "m"))
    assert not api.faults and not api.requests


async def test_a_new_connection_that_dies_is_not_tried_again() -> None:
    api = FakeApi(faults=["reset"])
    with pytest.raises(StreamBroken, match="broke off"):
        await text_of(client(api).stream_fim(FIM, "m"))
    assert len(api.requests) == 1


async def test_thinking_is_switched_off_where_the_field_is_known() -> None:
    for name, body in (("deepseek", {"type": "disabled"}), ("mistral", None)):
        api = FakeApi()
        await text_of(client(api, name).stream_chat(CHAT, "m"))
        assert api.requests[0].body.get("thinking") == body


async def test_a_fake_endpoint_is_never_warmed() -> None:
    api = FakeApi()
    client(api).warm()
    await asyncio.sleep(0)
    assert not api.requests


def test_a_key_is_not_in_its_repr() -> None:
    assert "sk-" not in repr(Key("sk-x", "somewhere"))


BODY = {"top_p": 0.9, "stop": ["END"], "user_id": "u", "seed": 7}


async def test_the_users_own_fields_are_part_of_the_body() -> None:
    api = FakeApi(answer="x")
    ours = client(api, completionBody=BODY, chatBody={"response_format": {"type": "x"}})
    await all_of(ours.stream_fim(FIM, "m"))
    await all_of(ours.stream_chat(CHAT, "m"))
    completion, chat = api.requests
    assert completion.body == {**completion.body, **BODY}
    assert completion.body["prompt"] == FIM.prefix
    assert chat.body["response_format"] == {"type": "x"} and "top_p" not in chat.body


async def test_own_stop_texts_are_added_and_never_look_like_the_models_own_end() -> (
    None
):
    api = FakeApi(answer="x")
    said: Any = {
        "dialect": "openai-template",
        "template": "qwen",
        "completionBody": BODY,
    }
    answer = await answer_of(client(api, **said).stream_fim(FIM, "m"))
    stop = api.requests[0].body["stop"]
    assert stop[-1] == "END" and "<|fim_prefix|>" in stop
    assert answer.finish_reason == "stop-text"
    api.finish = "length"
    answer = await answer_of(client(api, **said).stream_fim(FIM, "m"))
    assert answer.finish_reason == "length"
