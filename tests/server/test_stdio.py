"""A real process behind real pipes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ..harness.raw_client import SERVER, RawClient, spawn

# Ends at once, with the number of a process that has lived and is gone.
_SHORT_LIVED = (sys.executable, "-c", "input()")
# The server, with ignore files whose reading never ends.
_HELD_UP = """
import threading
from fim_lsp.privacy import Privacy
from fim_lsp.server import transport
transport._LEAVING = 0.1
Privacy.is_known = lambda *_: False
Privacy.refusal = lambda *_: threading.Event().wait()
from fim_lsp.cli import main
main()
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A user without settings, keys or history."""
    kept = ("PATH", "SYSTEMROOT", "PYTHONPATH", "LD_LIBRARY_PATH")
    home = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "APPDATA")}
    return {each: os.environ[each] for each in kept if each in os.environ} | home


async def test_a_conversation_from_initialize_to_exit(environ: dict[str, str]) -> None:
    """One process, since each costs as much as a hundred tests without one."""
    async with spawn(environ) as client:
        answer = await client.initialize()
        assert answer["result"]["capabilities"]["inlineCompletionProvider"] == {}
        await write_oddly(client, id_=7)
        assert (await client.answer(7))["error"]["code"] == -32601
        method = "textDocument/inlineCompletion"
        await client.send(id=8, method=method, params={"position": 1})
        assert (await client.answer(8))["error"]["code"] == -32602
        await client.send(id=9, method="shutdown")
        assert (await client.answer(9))["result"] is None
        await client.send(method="exit")
        assert await client.exit_code() == 0


async def write_oddly(client: RawClient, id_: int) -> None:
    """A request behind noise, its headers in odd cases, all of it in pieces."""
    body = b'{"jsonrpc":"2.0","id":%d,"method":"textDocument/hover"}' % id_
    header = b"content-type: utf-8\r\ncontent-LENGTH:%d\r\n\r\n" % len(body)
    await client.write(b"noise\r\n")
    for index in range(0, len(header), 5):
        await client.write(header[index : index + 5])
    await client.write(body[:9])
    await client.write(body[9:])


async def test_an_empty_input_is_no_failure(environ: dict[str, str]) -> None:
    """`/dev/null` is neither a pipe nor a file."""
    process = await asyncio.create_subprocess_exec(
        *SERVER,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env=environ,
    )
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_the_server_ends_with_its_editor(environ: dict[str, str]) -> None:
    editor = await asyncio.create_subprocess_exec(
        *_SHORT_LIVED, stdin=asyncio.subprocess.PIPE
    )
    async with spawn(environ) as client:
        await client.initialize(processId=editor.pid)
        await editor.communicate(b"\n")
        assert await client.exit_code() == 1


async def test_the_process_ends_although_a_file_system_does_not_answer(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """A thread that hangs must not keep the server alive when the editor has gone."""
    async with spawn(environ, (sys.executable, "-c", _HELD_UP)) as client:
        await client.initialize()
        uri = (tmp_path / "main.py").as_uri()
        opened: dict[str, Any] = {
            "uri": uri,
            "languageId": "python",
            "version": 1,
            "text": "x = 1\n",
        }
        method = "textDocument/didOpen"
        await client.send(method=method, params={"textDocument": opened})
        asked: dict[str, Any] = {
            "position": {"line": 1, "character": 0},
            "textDocument": {"uri": uri},
        }
        asked["context"] = {"triggerKind": 1}
        method = "textDocument/inlineCompletion"
        await client.send(id=8, method=method, params=asked)
        await client.send(id=9, method="shutdown")
        assert (await client.answer(9))["result"] is None
        await client.send(method="exit")
        assert await client.exit_code() == 0
