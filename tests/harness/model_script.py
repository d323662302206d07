"""What the fake endpoints say: a request in, a status, headers and chunks out.

`FakeApi` plays it on the HTTP library's transport seam, `SocketApi` on a socket.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .answer_shapes import event, shape_of

# One piece of an answer: text, an event to wait for, or the fields of a chat delta.
Piece = str | asyncio.Event | Mapping[str, Any]
Pieces = str | Sequence[Piece] | AsyncIterator[str]

Fault = Literal[
    "refuse",  # no connection
    "reset",  # the connection dies before an answer
    "hang",  # nothing ever comes
    "keep_alive",  # nothing but comments or blank lines ever comes
    "html",  # status 200 and a web page
    "redirect",  # status 302
    "garbage",  # a stream of something else
    "bad_utf8",  # bytes that are no text, after the first piece
    "stall",  # nothing more after the first piece
    "cut",  # the connection dies after the first piece
    "no_done",  # the stream ends after the pieces, without any end mark
    "error_in_stream",  # an error object after the first piece
]


class CutOff(Exception):
    """The connection is to die here."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came; header names in lower case, `body` decoded."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Play:
    """One response: chunks may wait, and may raise CutOff."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncGenerator[bytes, None]


@dataclass(eq=False)
class Script:
    """What is answered, and what was asked.

    `answer` is text, pieces, or a function of the request that gives either (or an
    async iterator of texts).  `hold`, an event, makes every model call wait for it;
    `arrived` is set when one is there.  Seconds: `first_delay`, `piece_delay`.
    `before_usage`, an event, is waited for between the end and the usage; `after_end`
    are bytes behind everything.  `streams` False: every answer comes in one piece.
    """

    answer: Pieces | Callable[[Seen], Pieces] = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = "It did not work."
    fault: Fault | None = None
    finish: str = "stop"
    reasoning: str = ""
    models: Sequence[str] = ("deepseek-flash", "deepseek-v4-pro")
    balance: str | None = "110.00"
    key: str | None = None
    strict_model: bool = False
    first_delay: float = 0.0
    piece_delay: float = 0.0
    hold: asyncio.Event | None = None
    before_usage: asyncio.Event | None = None
    after_end: bytes = b""
    streams: bool = True
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[Seen] = field(default_factory=list)
    usages: list[Mapping[str, Any]] = field(default_factory=list)
    aborted: int = 0

    @property
    def calls(self) -> list[Seen]:
        """The requests that cost something."""
        return [seen for seen in self.requests if seen.method == "POST"]

    async def play(self, seen: Seen, fault: Fault | None = None) -> Play:
        """The response to a request; waits for `hold`, and for ever if told to."""
        self.requests.append(seen)
        if seen.method == "POST":
            self.arrived.set()
            if self.hold is not None:
                await self.hold.wait()
        if fault == "hang":
            await asyncio.Event().wait()
        if fault in ("refuse", "reset"):
            raise CutOff
        refusal = self._refusal(seen, fault)
        if refusal is not None:
            return refusal
        if not seen.path.endswith(("/completions", "/infill")):
            return self._query(seen)
        if self.first_delay:
            await asyncio.sleep(self.first_delay)
        if self.streams and seen.body.get("stream"):
            kind = {"content-type": "text/event-stream", **self.headers}
            return Play(200, kind, self._stream(seen, fault))
        return Play(
            200,
            {"content-type": "application/json", **self.headers},
            self._whole(seen, fault),
        )

    def _refusal(self, seen: Seen, fault: Fault | None) -> Play | None:
        if fault == "redirect":
            target = f"https://elsewhere.example{seen.path}?token=x"
            return Play(302, {"location": target, **self.headers}, _chunks(b""))
        if fault == "html":
            page = b"<!doctype html><title>Log in</title>"
            return Play(200, {"content-type": "text/html"}, _chunks(page))
        if self.status != 200:
            return _json(self.status, {"error": {"message": self.error}}, self.headers)
        if self.key is not None and seen.headers.get("authorization") != (
            f"Bearer {self.key}"
        ):
            words = "Authentication Fails, Your api key: ****fcc2 is invalid"
            return _json(401, {"error": {"message": words, "code": "invalid_request"}})
        named = seen.body.get("model") if isinstance(seen.body, dict) else None
        if self.strict_model and seen.method == "POST" and named not in self.models:
            return _json(400, {"error": {"message": "Model Not Exist", "param": None}})
        return None

    def _query(self, seen: Seen) -> Play:
        if seen.path.endswith("/models"):
            return _json(200, self._models())
        if seen.path.endswith("/user/balance"):
            return _json(200, self._balance())
        return _json(404, {"error": {"message": f"No {seen.path} here."}})

    def _models(self) -> dict[str, Any]:
        data = [
            {"id": name, "object": "model", "owned_by": "fake"} for name in self.models
        ]
        return {"object": "list", "data": data}

    def _balance(self) -> dict[str, Any]:
        if self.balance is None:
            return {"is_available": False, "balance_infos": []}
        info = {
            "currency": "USD",
            "total_balance": self.balance,
            "granted_balance": "0.00",
            "topped_up_balance": self.balance,
        }
        return {"is_available": True, "balance_infos": [info]}

    async def _pieces(self, seen: Seen) -> AsyncGenerator[Piece, None]:
        answer = self.answer(seen) if callable(self.answer) else self.answer
        if isinstance(answer, str):
            yield answer
        elif isinstance(answer, Sequence):
            for piece in answer:
                if isinstance(piece, asyncio.Event):
                    await piece.wait()
                else:
                    yield piece
        else:
            async for text in answer:
                yield text

    async def _whole(
        self, seen: Seen, fault: Fault | None
    ) -> AsyncGenerator[bytes, None]:
        """A whole answer, after the blank line that keeps a connection."""
        yield b"\n"
        while fault == "keep_alive":
            await asyncio.sleep(0.001)
            yield b"\n"
        if fault in ("cut", "no_done"):
            yield b'{"choices": ['
            raise CutOff
        if fault in ("garbage", "bad_utf8"):
            yield b"\xff\xfe not JSON"
            return
        message: dict[str, Any] = {}
        text = ""
        async for piece in self._pieces(seen):
            if isinstance(piece, str):
                text += piece
            elif isinstance(piece, Mapping):
                message |= piece
        yield json.dumps(shape_of(seen).whole(text, message, self, seen)).encode()

    async def _stream(
        self, seen: Seen, fault: Fault | None
    ) -> AsyncGenerator[bytes, None]:
        shape = shape_of(seen)
        if fault == "garbage":
            yield b"data: not JSON at all\n\n"
            return
        yield b": keep-alive\n\n"
        while fault == "keep_alive":
            await asyncio.sleep(0.001)
            yield b": keep-alive\n\n"
        if self.reasoning:
            yield event(shape.chunk({"reasoning_content": self.reasoning}, None))
        text = ""
        first = True
        async for piece in self._pieces(seen):
            fields = {"content": piece} if isinstance(piece, str) else dict(piece)  # type: ignore[arg-type]  # events were waited for
            text += fields.get("content") or ""
            yield event(shape.chunk(fields, None))
            if first:
                for chunk in await self._faulty(fault):
                    yield chunk
            first = False
            if self.piece_delay:
                await asyncio.sleep(self.piece_delay)
        if fault != "no_done":
            async for last in self._end(shape.end(text, self, seen)):
                yield last

    async def _end(self, events: Sequence[bytes]) -> AsyncGenerator[bytes, None]:
        end, *rest = events
        yield end
        if self.before_usage is not None:
            await self.before_usage.wait()
        for last in rest:
            yield last
        if self.after_end:
            yield self.after_end

    async def _faulty(self, fault: Fault | None) -> list[bytes]:
        """What comes after the first piece, if the fault is there."""
        if fault == "stall":
            await asyncio.Event().wait()
        if fault == "cut":
            raise CutOff
        if fault == "bad_utf8":
            return [b'data: {"choices": [{"text": "\xff"}]}\n\n']
        if fault == "error_in_stream":
            return [event({"error": {"message": self.error, "type": "server_error"}})]
        return []

    def usage(self, text: str, seen: Seen) -> dict[str, Any]:
        """Four characters to a token; a prompt seen before is a hit from its start."""
        prompt = _prompt(seen.body)
        earlier = [_prompt(other.body) for other in self.calls if other is not seen]
        hit = max((_common(prompt, other) for other in earlier), default=0) // 256 * 64
        tokens = -(-len(prompt) // 4)
        usage = {
            "prompt_tokens": tokens,
            "completion_tokens": -(-len(text) // 4),
            "total_tokens": tokens - (-len(text) // 4),
            "prompt_cache_hit_tokens": hit,
            "prompt_cache_miss_tokens": tokens - hit,
        }
        self.usages.append(usage)
        return usage


def queue(*answers: Pieces) -> Callable[[Seen], Pieces]:
    """An answer for each model call in turn; the last one for all further calls."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def _prompt(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    if "messages" in body:
        return json.dumps(body["messages"])
    parts = ("prompt", "suffix", "input_prefix", "input_suffix")
    return "".join(body.get(part) or "" for part in parts)


def _common(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    same = next((at for at, (a, b) in enumerate(pairs) if a != b), None)
    return min(len(one), len(other)) if same is None else same


def _json(
    status: int, value: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Play:
    kind = {"content-type": "application/json", **(headers or {})}
    return Play(status, kind, _chunks(json.dumps(value).encode()))


async def _chunks(*chunks: bytes) -> AsyncGenerator[bytes, None]:
    for chunk in chunks:
        yield chunk
