"""Framing, and TCP for one client on this machine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fim_lsp.errors import InputError
from fim_lsp.server import transport
from fim_lsp.server.create import create_server

from .fake_session import FakeSession


@pytest.mark.parametrize(
    ("stream", "bodies"),
    [
        (b"Content-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"content-length:2\r\nContent-Type: x\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 2\n\n{}\r\nContent-Length: 1\r\n\r\n3", [b"{}", b"3"]),
        (b"Content-Length: x\r\n\r\n{}Content-Length: 1\r\n\r\n3", [b"3"]),
        (
            b"Content-Length: %b\r\n\r\nContent-Length: 1\r\n\r\n3" % (b"9" * 900),
            [b"3"],
        ),
        (b"x" * 3000 + b"\nContent-Length: 1\r\n\r\n3", [b"3"]),
        (b"Content-Length: 5\r\n\r\n{}", []),
        (b"Content-Length: 5\r\n", []),
        (b"", []),
    ],
)
async def test_messages_are_found_among_whatever_comes(
    stream: bytes, bodies: list[bytes]
) -> None:
    reader = asyncio.StreamReader(limit=1000)
    reader.feed_data(stream)
    reader.feed_eof()
    found = []
    while (body := await transport.read_message(reader)) is not None:
        found.append(body)
    assert found == bodies


def fake_server() -> Any:
    return create_server(FakeSession)


def test_tcp_is_for_this_machine_only() -> None:
    with pytest.raises(InputError, match=r"127\.0\.0\.1 instead of 0\.0\.0\.0"):
        transport.run_tcp(fake_server(), "0.0.0.0", 0, print)  # noqa: S104  refused


async def test_tcp_serves_one_client_and_turns_the_second_away() -> None:
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        transport.serve_tcp(
            fake_server(), "127.0.0.1", 0, lambda _, port: listening.set_result(port)
        )
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", await listening)
    other, closing = await asyncio.open_connection("127.0.0.1", await listening)
    assert await other.read() == b""
    closing.close()
    await closing.wait_closed()
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
    )
    writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    answer = await transport.read_message(reader)
    assert answer is not None
    assert b"inlineCompletionProvider" in answer
    writer.close()
    await writer.wait_closed()
    assert await asyncio.wait_for(serving, 5) == 1
