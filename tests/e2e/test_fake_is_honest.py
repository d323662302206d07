"""The vendor's usual client passes against the fake endpoint, so the fake is honest."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from tests.api.support import eventually
from tests.harness.socket_api import SocketApi

KEY = "sk-invented"


@pytest.fixture
def api() -> Iterator[SocketApi]:
    with SocketApi(answer=["Hello", " there"], key=KEY).threaded() as api:
        yield api


def client(api: SocketApi, base: str = "", key: str = KEY) -> openai.OpenAI:
    return openai.OpenAI(base_url=api.url + base, api_key=key, max_retries=0)


def test_chat_whole_and_streamed(api: SocketApi) -> None:
    with client(api) as theirs:
        whole = theirs.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hi"}]
        )
        stream = theirs.chat.completions.create(
            model="m",
            messages=[{"role": "user", "content": "hi"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = list(stream)
    assert whole.choices[0].message.content == "Hello there"
    assert whole.choices[0].finish_reason == "stop"
    assert whole.usage is not None and whole.usage.total_tokens > 0
    texts = [choice.delta.content for chunk in chunks for choice in chunk.choices]
    assert "".join(filter(None, texts)) == "Hello there"
    assert not chunks[-1].choices and chunks[-1].usage is not None


def test_completions_whole_and_streamed(api: SocketApi) -> None:
    with client(api, "/beta") as theirs:
        whole = theirs.completions.create(model="m", prompt="a", suffix="b")
        stream = theirs.completions.create(
            model="m", prompt="a", suffix="b", stream=True
        )
        texts = [chunk.choices[0].text for chunk in stream]
    assert whole.choices[0].text == "".join(texts) == "Hello there"
    assert api.requests[0].path == "/beta/completions"


def test_models(api: SocketApi) -> None:
    with client(api) as theirs:
        names = [model.id for model in theirs.models.list()]
    assert names == list(api.models)


def test_a_wrong_key(api: SocketApi) -> None:
    with (
        client(api, key="sk-wrong") as theirs,
        pytest.raises(openai.AuthenticationError, match="Authentication Fails"),
    ):
        theirs.models.list()


async def test_a_stream_that_is_closed_early() -> None:
    async with SocketApi(answer="a", fault="stall") as api:
        theirs = openai.AsyncOpenAI(base_url=api.url, api_key=KEY, max_retries=0)
        async with (
            theirs,
            await theirs.completions.create(
                model="m", prompt="a", stream=True
            ) as stream,
        ):
            await anext(aiter(stream))
        await eventually(lambda: api.aborted == 1)
