"""A client on the far side of real pipes that writes and reads bytes, and no more.

It shares no code with the server, so that a misreading cannot cancel itself out.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import IO, Any

SERVER = (sys.executable, "-m", "fim_lsp", "--stdio")
_SECONDS = 20  # a slow machine; nothing here takes a second


class RawClient:
    """One server process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self.heard: list[dict[str, Any]] = []

    async def write(self, data: bytes) -> None:
        self._stdin.write(data)
        await self._stdin.drain()

    async def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        await self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def read(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(_SECONDS):
            header = await self._stdout.readuntil(b"\r\n\r\n")
            name, _, length = header.strip().partition(b":")
            assert name == b"Content-Length", header
            message = json.loads(await self._stdout.readexactly(int(length)))
        assert isinstance(message, dict)
        self.heard.append(message)
        return message

    async def answer(self, id_: int) -> dict[str, Any]:
        """The answer to request `id_`; what the server tells meanwhile is dropped."""
        while (message := await self.read()).get("id") != id_ or "method" in message:
            pass
        return message

    async def initialize(self, **params: Any) -> dict[str, Any]:
        await self.send(
            id=0,
            method="initialize",
            params={"processId": None, "rootUri": None, "capabilities": {}} | params,
        )
        answer = await self.answer(0)
        await self.send(method="initialized", params={})
        return answer

    def hang_up(self) -> None:
        self._stdin.close()

    async def exit_code(self) -> int:
        """Wait for the end; nothing but messages may have been written."""
        async with asyncio.timeout(_SECONDS):
            rest = await self._stdout.read()
            code = await self.process.wait()
        while rest:
            header, _, rest = rest.partition(b"\r\n\r\n")
            assert header.startswith(b"Content-Length: "), header
            rest = rest[int(header.partition(b":")[2]) :]
        return code


@contextlib.asynccontextmanager
async def spawn(
    environ: Mapping[str, str],
    command: Sequence[str] = SERVER,
    *,
    stderr: IO[bytes] | None = None,
) -> AsyncIterator[RawClient]:
    """A server process with only `environ` around it; gone on leaving."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        env=dict(environ),
    )
    try:
        yield RawClient(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(ConnectionError):
                await process.stdin.wait_closed()
