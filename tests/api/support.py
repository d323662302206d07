"""What the tests of this folder share: a client over a fake endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from fim_lsp.api.client import ApiClient
from fim_lsp.api.keys import Key
from fim_lsp.api.presets import Provider, resolve
from fim_lsp.api.requests import ChatRequest, Delta, FimRequest, Message, Tool
from fim_lsp.settings import Layer, LayerName, parse
from tests.harness.fake_api import FakeApi

KEY = Key("sk-invented-0123456789", "DEEPSEEK_API_KEY")
FIM = FimRequest("def add(a, b):\n    return ", "\n", 64, language="python")
CHAT = ChatRequest((Message("user", "Hello"),))
CHAT_WITH_TOOLS = replace(CHAT, tools=(Tool("read_file", "Reads.", {}),))


def provider(
    name: str = "deepseek", layer: LayerName = "user", **said: Any
) -> Provider:
    """The provider as the settings of one layer make it."""
    values: Mapping[str, Any] = {"providers": {name: said}} if said else {}
    return resolve(name, parse([Layer(layer, values)]).settings)


def client(
    api: FakeApi, name: str = "deepseek", *, key: Key | None = KEY, **said: Any
) -> ApiClient:
    return ApiClient(provider(name, **said), key, transport=api, environ={})


async def all_of(stream: AsyncGenerator[Delta, None]) -> list[Delta]:
    async with aclosing(stream) as deltas:
        return [delta async for delta in deltas]


async def text_of(stream: AsyncGenerator[Delta, None]) -> str:
    return "".join(delta.text for delta in await all_of(stream))


async def answer_of(stream: AsyncGenerator[Delta, None]) -> Delta:
    """A whole stream as one delta."""
    deltas = await all_of(stream)
    return Delta(
        text="".join(delta.text for delta in deltas),
        reasoning="".join(delta.reasoning for delta in deltas),
        finish_reason=next(filter(None, (d.finish_reason for d in deltas)), None),
        usage=next(filter(None, (delta.usage for delta in deltas)), None),
        logprobs=tuple(entry for delta in deltas for entry in delta.logprobs),
    )


async def eventually(condition: Callable[[], bool]) -> None:
    """Lets the event loop run until `condition` holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - sockets set no event
            await asyncio.sleep(0)
