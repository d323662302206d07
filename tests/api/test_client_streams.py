from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from fim_lsp.api.client import ApiClient
from fim_lsp.api.requests import ToolCallDelta, Usage
from fim_lsp.errors import (
    AnswerWithheld,
    ApiError,
    FimError,
    ServerFailed,
    StreamBroken,
    TimedOut,
)
from tests.harness.fake_api import FakeApi, Fault, queue
from tests.harness.http_server import Response, running

from .support import (
    CHAT,
    CHAT_WITH_TOOLS,
    FIM,
    all_of,
    answer_of,
    client,
    provider,
    text_of,
)

# Only the tests of the deadlines run into them, however slow the machine is.
LIMITS: dict[type[FimError], Any] = {
    TimedOut: {"firstToken": 0.25, "silence": 0.25, "total": 0.25}
}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("deepseek", "/beta/completions"),
        ("codestral", "/v1/fim/completions"),
        ("llamacpp", "/infill"),
    ],
)
async def test_every_dialect_streams_text_and_says_once_how_it_ended(
    name: str, path: str
) -> None:
    api = FakeApi(answer=["a + ", "b"], piece_delay=0.001)
    deltas = await all_of(client(api, name).stream_fim(FIM, "m"))
    assert [delta.text for delta in deltas if delta.text] == ["a + ", "b"]
    assert [delta.finish_reason for delta in deltas if delta.finish_reason] == ["stop"]
    assert api.requests[0].path == path


async def test_what_comes_together_is_one_delta() -> None:
    api = FakeApi(answer=["a", " + ", "b"])
    whole, last = await all_of(client(api).stream_fim(FIM, "m"))
    assert whole.text == "a + b" and whole.finish_reason == "stop"
    assert whole.usage is None and last.usage == Usage(prompt=7, completion=2)


async def test_the_end_is_told_before_the_usage_has_come() -> None:
    usage = asyncio.Event()
    api = FakeApi(answer="a", before_usage=usage)
    async with aclosing(client(api).stream_fim(FIM, "m")) as deltas:
        first = await anext(deltas)
        assert (first.text, first.finish_reason, first.usage) == ("a", "stop", None)
        usage.set()
        assert (await anext(deltas)).usage is not None
        assert await anext(deltas, None) is None
    assert api.aborted == 0


@pytest.mark.parametrize("name", ["deepseek", "codestral", "llamacpp"])
async def test_an_endpoint_that_does_not_stream_is_understood(name: str) -> None:
    api = FakeApi(answer=["a + ", "b"], streams=False)
    answer = await answer_of(client(api, name).stream_fim(FIM, "m"))
    assert answer.text == "a + b" and answer.finish_reason == "stop"
    assert answer.usage is not None and answer.usage.prompt == 7


async def test_chat_streams_reasoning_beside_the_text() -> None:
    api = FakeApi(answer="Hi", reasoning="hm")
    answer = await answer_of(client(api).stream_chat(CHAT, "m"))
    assert (answer.reasoning, answer.text) == ("hm", "Hi")


async def test_tool_calls_come_in_pieces() -> None:
    pieces = [
        {"tool_calls": [{"index": 0, "id": "1", "function": {"name": "read_file"}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"path"'}}]},
    ]
    api = FakeApi(answer=pieces, finish="tool_calls")
    delta, _usage = await all_of(client(api).stream_chat(CHAT_WITH_TOOLS, "m"))
    assert delta.tool_calls == (
        ToolCallDelta(0, "1", "read_file", ""),
        ToolCallDelta(0, None, None, '{"path"'),
    )
    assert delta.finish_reason == "tool_calls"


async def test_a_tool_that_was_not_offered_is_an_error() -> None:
    call = {"tool_calls": [{"index": 0, "id": "1", "function": {"name": "rm"}}]}
    with pytest.raises(StreamBroken, match="called a tool that was not offered"):
        await all_of(client(FakeApi(answer=[call])).stream_chat(CHAT, "m"))


async def test_closing_the_generator_closes_the_request() -> None:
    api = FakeApi(answer=["one", asyncio.Event(), "never"])
    async with aclosing(client(api).stream_fim(FIM, "m")) as deltas:
        assert (await anext(deltas)).text == "one"
    assert api.aborted == 1


async def test_cancelling_the_reader_closes_the_request() -> None:
    api = FakeApi(hold=asyncio.Event())
    task = asyncio.create_task(all_of(client(api).stream_fim(FIM, "m")))
    await api.arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert api.aborted == 1


async def test_a_stream_read_to_its_end_is_no_abort() -> None:
    api = FakeApi(answer="x")
    await all_of(client(api).stream_fim(FIM, "m"))
    assert api.aborted == 0


BROKEN: list[tuple[Fault, type[FimError], str]] = [
    ("html", StreamBroken, "answered with a web page"),
    ("garbage", StreamBroken, "not JSON"),
    ("bad_utf8", StreamBroken, "not valid UTF-8"),
    ("cut", StreamBroken, "broke off"),
    ("no_done", StreamBroken, "ended before it was whole"),
    ("error_in_stream", StreamBroken, "an error inside its answer"),
    ("hang", TimedOut, "took too long"),
    ("keep_alive", TimedOut, "took too long"),
    ("stall", TimedOut, "took too long"),
]


@pytest.mark.parametrize(("fault", "kind", "words"), BROKEN)
async def test_a_broken_stream_is_one_clear_error_and_the_next_one_works(
    fault: Fault, kind: type[FimError], words: str
) -> None:
    api = FakeApi(answer=["a", "b"], faults=[fault])
    ours = client(api, timeouts=LIMITS.get(kind))
    with pytest.raises(kind, match=words):
        await all_of(ours.stream_fim(FIM, "m"))
    assert await text_of(ours.stream_fim(FIM, "m")) == "ab"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", StreamBroken),
        ("garbage", StreamBroken),
        ("cut", StreamBroken),
        ("hang", TimedOut),
        ("keep_alive", TimedOut),
    ],
)
async def test_a_broken_whole_answer_is_one_clear_error(
    fault: Fault, kind: type[FimError]
) -> None:
    api = FakeApi(answer="a", fault=fault, streams=False)
    ours = client(api, timeouts=LIMITS.get(kind))
    with pytest.raises(kind):
        await all_of(ours.stream_fim(FIM, "m"))


async def test_lack_of_resources_is_a_failure_that_may_be_tried_again() -> None:
    api = FakeApi(answer="half", finish="insufficient_system_resource")
    with pytest.raises(ServerFailed, match="gave up"):
        await all_of(client(api).stream_fim(FIM, "m"))


async def test_a_completion_that_the_content_filter_cut_is_never_whole() -> None:
    api = FakeApi(answer="half", finish="content_filter")
    with pytest.raises(AnswerWithheld, match="content filter"):
        await all_of(client(api).stream_fim(FIM, "m"))
    answer = await answer_of(client(api).stream_chat(CHAT, "m"))
    assert answer.finish_reason == "content_filter"


async def test_what_comes_after_the_end_cannot_spoil_the_answer() -> None:
    api = FakeApi(answer="a", after_end=b"data: {broken\n\n\xff")
    assert await text_of(client(api).stream_fim(FIM, "m")) == "a"


async def test_text_before_an_error_is_handed_on() -> None:
    api = FakeApi(answer=["a", "b"], fault="error_in_stream")
    async with aclosing(client(api).stream_fim(FIM, "m")) as deltas:
        assert (await anext(deltas)).text == "a"
        with pytest.raises(StreamBroken):
            await anext(deltas)


async def test_an_unknown_end_counts_as_stop() -> None:
    answer = await answer_of(client(FakeApi(finish="eos")).stream_fim(FIM, "m"))
    assert answer.finish_reason == "stop"


async def test_the_endpoints_own_words_stand_in_the_sentence() -> None:
    api = FakeApi(answer="a", fault="error_in_stream", error="their\x1b[31m words")
    with pytest.raises(ApiError, match='inside its answer: "their words"') as caught:
        await all_of(client(api).stream_fim(FIM, "m"))
    assert caught.value.detail == "their words"


async def test_answers_can_differ_by_request() -> None:
    ours = client(FakeApi(answer=queue("one", "two")))
    assert await text_of(ours.stream_fim(FIM, "m")) == "one"
    assert await text_of(ours.stream_fim(FIM, "m")) == "two"
    assert await text_of(ours.stream_chat(CHAT, "m")) == "two"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/event-stream", 'data: {"choices":[{"tex'),
        ("application/x-ndjson", '{"choices":[{"tex'),
        ("application/json", '{"choices":[{"tex'),
    ],
)
async def test_a_stream_that_is_cut_inside_an_event_has_broken_off(
    kind: str, body: str
) -> None:
    with running(lambda _call: Response(body, kind=kind)) as server:
        ours = ApiClient(provider("mine", baseUrl=server.url), None, environ={})
        try:
            with pytest.raises(StreamBroken, match="broke off in the middle"):
                await text_of(ours.stream_fim(FIM, "m"))
        finally:
            await ours.aclose()
