"""Framing, and TCP for one client on this machine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fim_lsp.errors import InputError
from fim_lsp.server import framing, transport
from fim_lsp.server.create import create_server
from fim_lsp.server.framing import Framer, TooLong

from ..harness.pair import pair
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
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_messages_are_found_among_whatever_comes(
    stream: bytes, bodies: list[bytes], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framing, "LONGEST_LINE", 1000)
    framer, read = Framer(), []
    for at in range(0, len(stream), size):
        framer.feed(stream[at : at + size])
        while (body := framer.body()) is not None:
            read.append(body)
    assert read == bodies


def test_a_message_longer_than_any_may_be_is_refused_at_once() -> None:
    framer = Framer()
    framer.feed(b"Content-Length: 1000000000000000000\r\n\r\n{}")
    with pytest.raises(TooLong):
        framer.body()


async def test_a_message_that_is_too_long_ends_the_conversation() -> None:
    async with pair(fake_server()) as client:
        await client.initialize()
        client._send(b"Content-Length: 1000000000000000000\r\n\r\n{}")
        await asyncio.wait_for(client.server.ended.wait(), 5)
    assert client.exit_code == 1
    (answer,) = client.answers[None]
    assert answer["error"]["message"] == "The message is too long."


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
    await reader.readuntil(b"\r\n\r\n")
    answer = await reader.readuntil(b"}}}")
    assert b"inlineCompletionProvider" in answer
    writer.close()
    await writer.wait_closed()
    assert await asyncio.wait_for(serving, 5) == 1
