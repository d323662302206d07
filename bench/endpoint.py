"""A model endpoint in a process of its own that costs next to nothing.

`python -m bench.endpoint` prints its URL and ends with its standard input.  It answers
each prompt at once with `ANSWER`, in 16 pieces where a stream is asked for; after a
line that ends with `slow = ` it holds the stream open behind the first lines.
`GET /count` tells how many prompts there were.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ANSWER = "first_value_of_all + second_value_of_all + third_value_of_all + 4"
MORE = "\nthird_value_of_all = 3\n"
SLOW = "slow = "
HELD = 5.0  # seconds
_DONE = b"data: [DONE]\n\n"


def _event(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "text": text, "finish_reason": finish}
    body = {"id": "1", "model": "fake", "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def _usage() -> bytes:
    usage = {"prompt_tokens": 1500, "completion_tokens": 10, "total_tokens": 1510}
    return b"data: " + json.dumps({"choices": [], "usage": usage}).encode() + b"\n\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
_END = _chunk(_event("", "stop") + _usage() + _DONE) + b"0\r\n\r\n"
# As a model writes: a word, or a part of one, at a time.
_PIECES = re.findall(r"_?[a-z]+|[ +]+|\d", ANSWER)
_WHOLE = _HEAD + b"".join(_chunk(_event(piece)) for piece in _PIECES) + _END
_STREAMED = re.compile(rb'"stream": ?true')


def _json(value: object) -> bytes:
    body = json.dumps(value).encode()
    kind = b"content-type: application/json\r\ncontent-length: %d" % len(body)
    return b"HTTP/1.1 200 OK\r\n%b\r\n\r\n%b" % (kind, body)


_IN_ONE_PIECE = _json(
    {
        "id": "1",
        "model": "fake",
        "choices": [{"index": 0, "text": ANSWER, "finish_reason": "stop"}],
    }
)


class _Server:
    def __init__(self) -> None:
        self.prompts = 0

    async def accepted(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                if head.startswith(b"get"):
                    writer.write(self._query(head))
                    continue
                length = int(head.partition(b"content-length:")[2].split(None, 1)[0])
                body = await reader.readexactly(length)
                self.prompts += 1
                if not _STREAMED.search(body):
                    writer.write(_IN_ONE_PIECE)
                    continue
                if SLOW.encode() + b'"' not in body:
                    writer.write(_WHOLE)
                    continue
                writer.write(_HEAD + _chunk(_event(ANSWER + MORE)))
                await asyncio.sleep(HELD)
                writer.write(_END)
        writer.close()

    def _query(self, head: bytes) -> bytes:
        models = {"object": "list", "data": [{"id": "fake"}]}
        return _json(self.prompts if b"/count" in head else models)


async def _serve() -> None:
    server = await asyncio.start_server(_Server().accepted, "127.0.0.1", 0, limit=2**22)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of an endpoint that ends on leaving."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.endpoint"],
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
    asyncio.run(_serve())
