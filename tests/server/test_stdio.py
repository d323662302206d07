"""A real process behind real pipes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from ..harness.raw_client import SERVER, RawClient, spawn

# Ends at once, with the number of a process that has lived and is gone.
_SHORT_LIVED = (sys.executable, "-c", "input()")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A user without settings, keys or history."""
    kept = ("PATH", "SYSTEMROOT", "PYTHONPATH", "LD_LIBRARY_PATH")
    home = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "APPDATA")}
    return {each: os.environ[each] for each in kept if each in os.environ} | home


async def shutdown(client: RawClient) -> None:
    await client.send(id=1, method="shutdown")
    assert (await client.answer(1))["result"] is None


async def test_from_initialize_to_exit(environ: dict[str, str]) -> None:
    async with spawn(environ) as client:
        answer = await client.initialize()
        assert answer["result"]["capabilities"]["inlineCompletionProvider"] == {}
        await shutdown(client)
        await client.send(method="exit")
        assert await client.exit_code() == 0


async def test_the_end_of_the_input_ends_the_process(environ: dict[str, str]) -> None:
    async with spawn(environ) as client:
        await client.initialize()
        client.hang_up()
        assert await client.exit_code() == 1


async def test_an_empty_input_is_no_failure(environ: dict[str, str]) -> None:
    """`/dev/null` is neither a pipe nor a file."""
    process = await asyncio.create_subprocess_exec(
        *SERVER,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env=environ,
    )
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_headers_in_any_case_and_in_pieces(environ: dict[str, str]) -> None:
    body = b'{"jsonrpc":"2.0","id":7,"method":"textDocument/hover"}'
    header = b"content-type: utf-8\r\ncontent-LENGTH:%d\r\n\r\n" % len(body)
    async with spawn(environ) as client:
        await client.initialize()
        await client.write(b"noise\r\n")
        for index in range(0, len(header), 5):
            await client.write(header[index : index + 5])
        await client.write(body[:9])
        await client.write(body[9:])
        assert (await client.answer(7))["error"]["code"] == -32601
        await shutdown(client)


async def test_wrong_params_are_answered(environ: dict[str, str]) -> None:
    async with spawn(environ) as client:
        await client.initialize()
        method = "textDocument/inlineCompletion"
        await client.send(id=3, method=method, params={"position": 1})
        assert (await client.answer(3))["error"]["code"] == -32602
        await shutdown(client)


async def test_the_server_ends_with_its_editor(environ: dict[str, str]) -> None:
    editor = await asyncio.create_subprocess_exec(
        *_SHORT_LIVED, stdin=asyncio.subprocess.PIPE
    )
    async with spawn(environ) as client:
        await client.initialize(processId=editor.pid)
        await editor.communicate(b"\n")
        assert await client.exit_code() == 1
