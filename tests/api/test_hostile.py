"""Endpoints that mean harm, byte by byte: one clear error, or a clean answer."""

from __future__ import annotations

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from fim_lsp.api.client import ApiClient
from fim_lsp.errors import ApiError, StreamBroken, TimedOut

from .support import CHAT, CHAT_WITH_TOOLS, FIM, KEY, answer_of, provider

MIB = 1024 * 1024
Body = Callable[[], AsyncIterator[bytes]]
# For what ends by itself, on a busy machine, too.
AMPLE = {"firstToken": 60.0, "silence": 60.0, "total": 60.0}
LIMITS = {"firstToken": 0.5, "silence": 0.5, "total": 2}


@asynccontextmanager
async def endpoint(
    head: str,
    body: Body,
    status: str = "200 OK",
    limits: Mapping[str, float] = LIMITS,
) -> AsyncGenerator[ApiClient, None]:
    """A client of a server that answers everything with these bytes and hangs up."""
    tasks: set[asyncio.Task[Any]] = set()

    async def accepted(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            size = request.lower().partition(b"content-length: ")[2].split(b"\r")[0]
            await reader.readexactly(int(size or 0))
            writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode())
            async for chunk in body():
                writer.write(chunk)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever has seen enough hangs up
        finally:
            writer.close()
            writer.transport.abort()

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    ours = ApiClient(
        provider(baseUrl=f"http://127.0.0.1:{port}", timeouts=limits), KEY, environ={}
    )
    try:
        yield ours
    finally:
        await ours.aclose()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0)


def once(*chunks: bytes) -> Body:
    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return body


def for_ever(chunk: bytes) -> Body:
    async def body() -> AsyncIterator[bytes]:
        while True:
            yield chunk
            await asyncio.sleep(0)

    return body


def event(value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


SSE = "content-type: text/event-stream"
BOMB = gzip.compress(gzip.compress(gzip.compress(b"\0" * 8 * MIB)))


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
@pytest.mark.parametrize(
    "encoding", ["gzip", "gzip, gzip, gzip", "deflate", "br", "zstd"]
)
async def test_a_bomb_in_any_encoding_is_never_unpacked(
    encoding: str, kind: str
) -> None:
    head = f"content-type: {kind}\r\ncontent-encoding: {encoding}"
    async with endpoint(head, once(BOMB)) as ours:
        with pytest.raises(StreamBroken, match="compressed its answer"):
            await answer_of(ours.stream_fim(FIM, "m"))
        with pytest.raises(StreamBroken, match="compressed its answer"):
            await ours.models()


async def test_a_bomb_in_a_refusal_is_never_unpacked() -> None:
    head = "content-type: application/json\r\ncontent-encoding: gzip"
    async with endpoint(head, once(BOMB), "500 Down") as ours:
        with pytest.raises(ApiError) as caught:
            await answer_of(ours.stream_fim(FIM, "m"))
    assert len(caught.value.detail) <= 300 and caught.value.sentence.isprintable()


@pytest.mark.parametrize(
    ("head", "chunk"),
    [
        (SSE, b"data: " + b"x" * 65536),
        (SSE, b"data: x\n" * 8192),
        ("content-type: application/x-ndjson", b"x" * 65536),
        ("content-type: application/json", b" " * 65536),
    ],
)
async def test_a_line_an_event_or_an_answer_without_end_costs_little(
    head: str, chunk: bytes
) -> None:
    tracemalloc.start()
    try:
        async with endpoint(head, for_ever(chunk)) as ours:
            with pytest.raises((StreamBroken, TimedOut)):
                await answer_of(ours.stream_fim(FIM, "m"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 128 * MIB


def choice(**fields: Any) -> bytes:
    return event({"choices": [fields]})


@pytest.mark.parametrize(
    "chunk",
    [
        choice(text="ab ", delta={"content": "ab "}),
        choice(text="ab\n", delta={"content": "ab\n"}),
        choice(delta={"reasoning_content": "so " * 50}),
        choice(text="", delta={}),
        event({"choices": []}),
        event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}),
        choice(
            text="a",
            delta={"content": "a"},
            logprobs={"tokens": ["a"] * 99, "token_logprobs": [-1.0] * 99},
        ),
    ],
)
async def test_an_answer_that_never_ends_is_dropped_and_keeps_nobody_waiting(
    chunk: bytes,
) -> None:
    steps = 0

    async def count_steps() -> None:
        nonlocal steps
        while True:
            steps += 1
            await asyncio.sleep(0)

    async with endpoint(SSE, for_ever(chunk * 500), limits=AMPLE) as ours:
        for stream in (ours.stream_fim(FIM, "m"), ours.stream_chat(CHAT, "m")):
            steps, counting = 0, asyncio.create_task(count_steps())
            with pytest.raises(StreamBroken, match="far more than it was asked for"):
                await answer_of(stream)
            counting.cancel()
            assert steps > 10


async def test_a_model_that_calls_tools_for_ever_is_dropped() -> None:
    call = {"index": 0, "function": {"name": "read_file", "arguments": "x" * 50}}
    chunk = choice(delta={"tool_calls": [call]})
    async with endpoint(SSE, for_ever(chunk * 500), limits=AMPLE) as ours:
        with pytest.raises(StreamBroken, match="far more than it was asked for"):
            await answer_of(ours.stream_chat(CHAT_WITH_TOOLS, "m"))


async def test_an_answer_as_long_as_it_was_asked_for_arrives_whole() -> None:
    long = replace(CHAT, max_tokens=20_000)
    chunks = [choice(delta={"content": "x" * 1000})] * 300
    end = choice(delta={}, finish_reason="stop") + b"data: [DONE]\n\n"
    async with endpoint(SSE, once(*chunks, end)) as ours:
        assert len((await answer_of(ours.stream_chat(long, "m"))).text) == 300_000


@pytest.mark.parametrize(
    "chunk", [b": keep-alive\n\n", b"\n\n", b"event: x\nid: 1\n\n", b"\r\r"]
)
async def test_what_says_nothing_does_not_keep_a_stream_alive(chunk: bytes) -> None:
    async with endpoint(SSE, for_ever(chunk * 100)) as ours:
        with pytest.raises(TimedOut):
            await answer_of(ours.stream_fim(FIM, "m"))


@pytest.mark.parametrize(
    "head",
    [
        f"{SSE}\r\nx: {'y' * 200_000}",
        "content-length: -1",
        "transfer-encoding: nonsense",
        "content-length: 5\r\ncontent-length: 6",
        "\0: \0",
    ],
)
async def test_a_head_that_is_not_http_is_one_clear_error(head: str) -> None:
    async with endpoint(head, once(b"data: {}\n\n")) as ours:
        with pytest.raises(ApiError) as caught:
            await answer_of(ours.stream_fim(FIM, "m"))
    assert caught.value.sentence.isprintable()


async def test_a_server_of_another_protocol_is_one_clear_error() -> None:
    async with endpoint("", once(), "x") as ours:
        with pytest.raises(ApiError):
            await answer_of(ours.stream_fim(FIM, "m"))


@pytest.mark.parametrize(
    "number",
    ["1e999", "-1", "1" + "0" * 400, "NaN", "Infinity", "1.5", '"9"', "[]", "null"],
)
async def test_absurd_numbers_change_nothing(number: str) -> None:
    choice = (
        '{"text": "a", "index": N, "finish_reason": "stop", "logprobs": {"tokens": '
        '["a"], "token_logprobs": [N], "top_logprobs": [{"a": N}]}}'
    )
    usage = '{"prompt_tokens": N, "completion_tokens": N, "prompt_cache_hit_tokens": N}'
    data = f'data: {{"choices": [{choice}], "usage": {usage}, "created": N}}\n\n'
    async with endpoint(SSE, once(data.replace("N", number).encode())) as ours:
        answer = await answer_of(ours.stream_fim(FIM, "m"))
    assert answer.text == "a" and answer.finish_reason == "stop"
    assert all(entry.logprob <= 0 for entry in answer.logprobs)
    if answer.usage:
        assert 0 <= answer.usage.cache_hit <= answer.usage.prompt < 10**9


HIDDEN = "\x1b[2J\x1b]52;c;eA==\x07\u202e\u200b\0\r\n"


@pytest.mark.parametrize(
    "value",
    [
        {"error": {"message": f"no{HIDDEN}", "type": HIDDEN, "code": HIDDEN}},
        {"error": HIDDEN},
        {"error": {"message": f"x{HIDDEN}", "code": 401}},
        {"choices": [{"text": "a", "finish_reason": f"error{HIDDEN}"}]},
        {"choices": [{"delta": {"tool_calls": [{"function": {"name": HIDDEN}}]}}]},
        [HIDDEN],
    ],
)
async def test_what_cannot_be_seen_reaches_no_sentence(value: Any) -> None:
    async with endpoint(SSE, once(event(value), b"data: [DONE]\n\n")) as ours:
        for stream in (ours.stream_fim(FIM, "m"), ours.stream_chat(CHAT, "m")):
            (caught,) = await asyncio.gather(answer_of(stream), return_exceptions=True)
            sentence = caught.sentence if isinstance(caught, ApiError) else ""
            detail = caught.detail if isinstance(caught, ApiError) else ""
            assert sentence.isprintable() and detail.isprintable()


@pytest.mark.parametrize(
    "data",
    [
        b"data: \xff\n\n",
        b'data: {"choices": [{"text": "\xc3\x28"}]}\n\n',
        b"data: \xed\xa0\x80\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"data: " + b"9" * 100_000 + b"\n\n",
        b'data: {"choices"\n\n',
        b"data: 7\n\n",
    ],
)
async def test_what_is_not_json_in_utf_8_is_one_clear_error(data: bytes) -> None:
    async with endpoint(SSE, once(data)) as ours:
        with pytest.raises(StreamBroken) as caught:
            await answer_of(ours.stream_fim(FIM, "m"))
    assert caught.value.sentence.isprintable() and len(caught.value.sentence) < 400


@pytest.mark.parametrize("data", [b"", b"data: ", event({"choices": [{"text": "a"}]})])
async def test_an_endpoint_that_falls_silent_is_given_up_in_time(data: bytes) -> None:
    never = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield data
        await never.wait()

    async with endpoint(SSE, body) as ours:
        with pytest.raises(TimedOut):
            await answer_of(ours.stream_fim(FIM, "m"))
