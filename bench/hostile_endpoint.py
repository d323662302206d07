"""A model endpoint that harms, in a process of its own.

`python -m bench.hostile_endpoint SEED` prints its URL and ends with its standard input.
It answers each request with one of `STREAMS`, chosen at random, cut at random places;
`GET /count` tells how many requests there were.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

OK = "first_value + second_value"
ESCAPES = "\x1b]52;c;aGk=\x07\x1b[2J\u202ea\u200b\x00\u2066b\x9b31m"
# Bytes of an endless line that are sent before the endpoint gives up.
_ENDLESS = 3_000_000
# The share of whole answers after which it closes the connection.
_HANGS_UP = 0.3


def _event(choice: Any, **more: Any) -> bytes:
    return b"data: " + json.dumps({"choices": [choice], **more}).encode() + b"\n\n"


def _text(text: str, finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "text": text, "delta": {"content": text}}
    return _event(choice | {"finish_reason": finish}, **more)


_END = _text("", "stop") + b"data: [DONE]\n\n"
_BOMB = gzip.compress(gzip.compress(gzip.compress(b"data: {}\n\n" * 2_000_000)))
_DEEP = b'data: {"choices":' + b"[" * 60_000 + b"\n\n"
_HUGE = b"9" * 5_000
_USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 1e400, '
_USAGE += b'"completion_tokens": -7, "total_tokens": "many"}}\n\n'

_LOGPROBS = b'data: {"choices": [{"text": "a", "logprobs": {"tokens": ["a"], '
_LOGPROBS += b'"token_logprobs": [1e999]}}]}\n\n'

# By name: the status, further headers, the chunks; `None` waits, `...` breaks off.
STREAMS: dict[str, tuple[int, str, Sequence[bytes | None]]] = {
    "ordinary": (200, "", [_text(OK), _END]),
    "slow": (200, "", [_text(OK[:5]), None, _text(OK[5:]), _END]),
    "silent": (200, "", [None] * 40),
    "broken in an event": (200, "", [_text(OK), b'data: {"choi', b""]),
    "no end": (200, "", [_text(OK), b""]),
    "bad UTF-8": (200, "", [_text(OK), b"data: \xff\xfe\n\n", _END]),
    "bomb": (200, "content-encoding: gzip, gzip, gzip\r\n", [_BOMB]),
    "escapes": (200, "", [_text(ESCAPES + OK, model=ESCAPES), _END]),
    "deep": (200, "", [_DEEP, _END]),
    "numbers": (200, "", [b'data: {"choices": [{"index": %b}]}\n\n' % _HUGE, _END]),
    "logprobs": (
        200,
        "",
        [
            _LOGPROBS,
            _END,
        ],
    ),
    "usage": (200, "", [_text(OK), _USAGE, _END]),
    "odd shapes": (
        200,
        "",
        [b"data: []\n\n", b"data: 7\n\n", b'data: {"choices": {"a": 1}}\n\n', _END],
    ),
    "null choice": (200, "", [_event(None), _event([]), _event("x"), _END]),
    "an endless line": (200, "", [b"data: "] + [b"x" * 65_536] * (_ENDLESS // 65_536)),
    "empty events": (200, "", [b": keep\n\n" * 5_000, _text(OK), _END]),
    "blank events": (200, "", [b"data: {}\n\n" * 5_000, _text(OK), _END]),
    "one character each": (200, "", [*(_text(char) for char in OK * 20), _END]),
    "repetition": (200, "", [*[_text("again and again. ")] * 400, _END]),
    "much": (200, "", [*[_text("x = 1\n" * 200)] * 50, _END]),
    "reasoning": (
        200,
        "",
        [_event({"delta": {"reasoning_content": "so "}})] * 300 + [_text(OK), _END],
    ),
    "tool calls": (
        200,
        "",
        [
            _event(
                {
                    "delta": {
                        "tool_calls": [
                            {
                                "index": 2**40,
                                "function": {"name": "\x1b", "arguments": "{"},
                            }
                        ]
                    }
                }
            ),
            _END,
        ],
    ),
    "error": (
        200,
        "",
        [b'data: {"error": {"message": "%b"}}\n\n' % (b"\\u001b[2J" * 500)],
    ),
    "filtered": (200, "", [_text(OK, "content_filter"), b"data: [DONE]\n\n"]),
    "page": (200, "content-type: text/html\r\n", [b"<!doctype html><title>Hi</title>"]),
    "400": (400, "", [b'{"error": {"message": "suffix is not supported"}}']),
    "404": (404, "", [b'{"detail": "Not Found"}']),
    "429": (429, "", [b'{"error": "slow down"}']),
    "429 for long": (429, "retry-after: 99999999999999999999\r\n", [b"{}"]),
    "429 in the past": (429, "retry-after: -5\r\n", [b"{}"]),
    "500": (500, "", [b"\x00" * 100_000]),
    "503": (503, "", [b"busy"]),
    "redirect": (302, "location: http://127.0.0.1:9/\r\n", [b""]),
    "many headers": (
        200,
        "".join(f"x-{n}: y\r\n" for n in range(90)),
        [_text(OK), _END],
    ),
    "not HTTP": (0, "", [b"SSH-2.0-OpenSSH_9.2\r\n"]),
    "nothing": (0, "", [b""]),
}


class _Endpoint:
    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self.requests = 0

    async def accepted(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                if b"content-length:" in head:
                    size = head.partition(b"content-length:")[2].split(None, 1)[0]
                    await reader.readexactly(int(size))
                if b"/count" in head:
                    body = str(self.requests).encode()
                    writer.write(
                        b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body)
                    )
                    writer.write(body)
                    continue
                self.requests += 1
                async for piece in self._pieces():
                    writer.write(piece)
                    await writer.drain()
                if self._dice.random() < _HANGS_UP:
                    break
        writer.close()

    async def _pieces(self) -> AsyncIterator[bytes]:
        """The bytes of one answer; a chunked body unless it breaks off."""
        status, headers, chunks = STREAMS[self._dice.choice(list(STREAMS))]
        if not status:
            yield chunks[0] or b""
            raise ConnectionResetError
        kind = (
            "" if "content-type" in headers else "content-type: text/event-stream\r\n"
        )
        head = (
            f"HTTP/1.1 {status} X\r\n{kind}{headers}transfer-encoding: chunked\r\n\r\n"
        )
        yield head.encode()
        for chunk in chunks:
            if chunk is None:
                await asyncio.sleep(0.05)
            elif not chunk:
                raise ConnectionResetError
            else:
                at = self._dice.randrange(len(chunk))
                for part in filter(None, (chunk[:at], chunk[at:])):
                    yield b"%x\r\n%b\r\n" % (len(part), part)
        yield b"0\r\n\r\n"


async def _serve(seed: int) -> None:
    endpoint = _Endpoint(seed)
    server = await asyncio.start_server(endpoint.accepted, "127.0.0.1", 0, limit=2**22)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)


@contextlib.contextmanager
def running(seed: int) -> Iterator[str]:
    """The URL of an endpoint that ends on leaving."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.hostile_endpoint", str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().decode().strip()
    finally:
        process.stdin.close()
        process.kill()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
