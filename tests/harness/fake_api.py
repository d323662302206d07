"""A fake endpoint on the HTTP library's transport seam: the real client runs over it.

api = FakeApi(answer=["4", "2"])
client = ApiClient(provider, key, transport=api)
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

import httpx

from .model_script import CutOff, Fault, Play, Script, Seen, queue

__all__ = ["FakeApi", "Fault", "Script", "Seen", "queue"]


@dataclass(eq=False)
class FakeApi(Script, httpx.AsyncBaseTransport):
    """A `Script` as a transport.

    `reused`: requests seem to go over a connection that was open before.  Of
    `faults` each request uses one up; then `fault` counts again.
    """

    reused: bool = False
    faults: list[Fault | None] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self.faults.pop(0) if self.faults else self.fault
        if not self.reused:
            await request.extensions["trace"]("connection.connect_tcp.started", {})
        if fault == "refuse":
            raise httpx.ConnectError("All connection attempts failed")
        content = await request.aread()
        seen = Seen(
            request.method,
            request.url.path,
            {name.lower(): value for name, value in request.headers.items()},
            json.loads(content) if content else None,
        )
        try:
            play = await self.play(seen, fault)
        except CutOff:
            raise httpx.ReadError("Connection reset by peer") from None
        except asyncio.CancelledError:
            self.aborted += 1
            raise
        return httpx.Response(
            play.status, headers=dict(play.headers), stream=_Body(self, play)
        )


class _Body(httpx.AsyncByteStream):
    """The chunks of a play; closing it before their end is an abort."""

    def __init__(self, script: Script, play: Play) -> None:
        self._script = script
        self._chunks = play.chunks
        self._ended = False
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with aclosing(self._chunks) as chunks:
            try:
                async for chunk in chunks:
                    yield chunk
            except CutOff:
                self._ended = True
                raise httpx.ReadError("Connection reset by peer") from None
        self._ended = True

    async def aclose(self) -> None:
        if not (self._ended or self._closed):
            self._script.aborted += 1
        self._closed = True
        await self._chunks.aclose()
