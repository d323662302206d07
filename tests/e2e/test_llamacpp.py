"""The client against a real llama.cpp server: wire format, cancelling, refusals."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.api.client import ApiClient
from fim_lsp.api.keys import Key
from fim_lsp.api.requests import ChatRequest, FimRequest, Message, Snippet
from fim_lsp.errors import AuthenticationFailed, ModelUnknown, SuffixUnsupported
from tests.api.support import all_of, answer_of, eventually, provider, text_of

FIM = FimRequest(
    prefix="def add(a, b):\n    return ",
    suffix="\n\nprint(add(1, 2))\n",
    max_tokens=24,
    snippets=(Snippet("lib/sub.py", "def sub(a, b):\n    return a - b\n"),),
    language="python",
    temperature=0,
)
CHAT = ChatRequest(
    (Message("system", "Be brief."), Message("user", "Hello")),
    max_tokens=12,
    temperature=0,
)


class Server:
    """A server process: its URL, and its log so far."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")


@contextmanager
def running(*options: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with (
            log.open("wb") as errors,
            subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.tiny_model", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, log.read_text("utf-8", "replace")
            yield Server(url, log)
            process.communicate(timeout=20)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@asynccontextmanager
async def client(
    server: Server, *, key: Key | None = None, **said: Any
) -> AsyncGenerator[ApiClient, None]:
    ours = ApiClient(provider("llamacpp", baseUrl=server.url, **said), key, environ={})
    try:
        yield ours
    finally:
        await ours.aclose()


async def test_infill_streams_and_says_how_it_ended(server: Server) -> None:
    async with client(server) as ours:
        model = await ours.resolve_model("auto", chat=False)
        answer = await answer_of(ours.stream_fim(FIM, model))
    assert answer.text
    assert answer.finish_reason == "length"
    assert answer.usage is not None and answer.usage.completion == FIM.max_tokens


async def test_the_snippets_are_part_of_the_prompt(server: Server) -> None:
    async with client(server) as ours:
        with_snippets = await answer_of(ours.stream_fim(FIM, ""))
        without = await answer_of(ours.stream_fim(replace(FIM, snippets=()), ""))
    assert with_snippets.usage is not None and without.usage is not None
    snippet = len(FIM.snippets[0].text) // 2
    assert with_snippets.usage.prompt > without.usage.prompt + snippet


async def test_typing_on_reuses_the_servers_cache(server: Server) -> None:
    async with client(server) as ours:
        await answer_of(ours.stream_fim(FIM, ""))
        answer = await answer_of(
            ours.stream_fim(replace(FIM, prefix=FIM.prefix + "a"), "")
        )
    assert answer.usage is not None
    assert answer.usage.cache_hit > 60


async def test_log_probabilities_are_read(server: Server) -> None:
    async with client(server) as ours:
        answer = await answer_of(
            ours.stream_fim(replace(FIM, logprobs=True, max_tokens=3), "")
        )
    # A token that ends inside a character is not told of by itself.
    assert 1 <= len(answer.logprobs) <= 3
    assert all(entry.logprob <= 0 for entry in answer.logprobs)


async def test_closing_the_stream_cancels_the_task(server: Server) -> None:
    async with client(server) as ours:
        before = server.log.count("cancel task")
        long = replace(FIM, max_tokens=3000)
        async with aclosing(ours.stream_fim(long, "")) as deltas:
            await anext(deltas)
        await eventually(lambda: server.log.count("cancel task") > before)
        assert await text_of(ours.stream_fim(replace(FIM, max_tokens=2), ""))


async def test_chat_streams_and_says_how_it_ended(server: Server) -> None:
    async with client(server) as ours:
        model = await ours.resolve_model("auto", chat=True)
        answer = await answer_of(ours.stream_chat(CHAT, model))
    assert answer.text + answer.reasoning
    assert answer.finish_reason in ("stop", "length")
    assert answer.usage is not None and 0 < answer.usage.completion <= 12


async def test_an_openai_endpoint_takes_the_prompt_by_template(server: Server) -> None:
    async with client(server, dialect="openai-template", template="qwen") as ours:
        answer = await answer_of(ours.stream_fim(replace(FIM, snippets=()), "tiny"))
    assert answer.finish_reason in ("stop", "length")
    assert answer.usage is not None and answer.usage.completion > 0


async def test_another_servers_paths_are_told(server: Server) -> None:
    async with aclosing(ApiClient(provider(baseUrl=server.url), None)) as deepseek:
        with pytest.raises(ModelUnknown, match="or there is no call at"):
            await answer_of(deepseek.stream_fim(FIM, "m"))


async def test_a_model_without_fim_tokens_is_told() -> None:
    with running("--without-fim") as server:
        async with client(server) as ours:
            with pytest.raises(
                SuffixUnsupported, match="cannot fill in the middle"
            ) as caught:
                await all_of(ours.stream_fim(FIM, ""))
    assert caught.value.status == 501
    assert "Infill is not supported" in caught.value.detail


async def test_a_wrong_key_is_refused_and_the_right_one_works() -> None:
    with running("--key", "sk-right") as server:
        async with client(server, key=Key("sk-wrong", "the test")) as wrong:
            with pytest.raises(AuthenticationFailed, match="key from the test"):
                await answer_of(wrong.stream_fim(FIM, ""))
        async with client(server, key=Key("sk-right", "the test")) as right:
            assert await text_of(right.stream_fim(FIM, ""))
