"""A server and a client in one event loop: real JSON, no process, no pygls client.

On leaving, a message from the server that nobody expected fails the test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from fim_lsp.server.framing import Framer
from fim_lsp.server.server import FimServer
from fim_lsp.server.transport import Inbox, converse

_SECONDS = 5  # for what takes milliseconds; a hanging test fails instead

Reply = Callable[[Any], Any]


class ResponseError(Exception):
    """The server answered with an error."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data = error.get("data")


class _ToClient:
    """A writer that hands whole messages to the client, a step of the loop later."""

    def __init__(self, take: Callable[[Any], None]) -> None:
        self._take = take
        self._framer = Framer()

    def write(self, data: bytes) -> None:
        asyncio.get_running_loop().call_soon(self._read, data)

    def _read(self, data: bytes) -> None:
        self._framer.feed(data)
        while (body := self._framer.body()) is not None:
            self._take(json.loads(body))

    def close(self) -> None:
        """Nothing is buffered."""


class Pair:
    """The client's side.

    `replies` answers requests of the server by method; `notifications` keeps what it
    sent until `expect` takes it away.
    """

    def __init__(self, server: FimServer) -> None:
        self.server = server
        self.replies: dict[str, Reply] = {}
        self.requests: list[tuple[str, Any]] = []
        self.notifications: list[tuple[str, Any]] = []
        self.answers: dict[Any, list[dict[str, Any]]] = {}
        self.exit_code: int | None = None
        self._inbox: asyncio.Future[Inbox] = asyncio.get_running_loop().create_future()
        self._waiting: dict[Any, asyncio.Future[Any]] = {}
        self._heard = asyncio.Event()
        self._ids = 0

    # What a client does.

    async def request(self, method: str, params: Any = None) -> Any:
        return await self.answer(self.send(method, params))

    def send(self, method: str, params: Any = None) -> int:
        """Send a request without waiting; its id."""
        self._ids += 1
        loop = asyncio.get_running_loop()
        self._waiting[self._ids] = loop.create_future()
        message = {"jsonrpc": "2.0", "id": self._ids, "method": method}
        self.write(message if params is None else message | {"params": params})
        return self._ids

    async def answer(self, id_: int, seconds: float = _SECONDS) -> Any:
        return await asyncio.wait_for(self._waiting[id_], seconds)

    def notify(self, method: str, params: Any = None) -> None:
        message = {"jsonrpc": "2.0", "method": method}
        self.write(message if params is None else message | {"params": params})

    def write(self, message: Any) -> None:
        self.write_bytes(json.dumps(message).encode())

    def write_bytes(self, body: bytes) -> None:
        self._send(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _send(self, data: bytes) -> None:
        """Bytes reach the server in a later step of the loop, as from a pipe."""
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: self._inbox.result().data_received(data))

    async def expect(self, method: str) -> Any:
        """The params of the server's next notification of this kind, taken away."""
        async with asyncio.timeout(_SECONDS):
            while True:
                for index, (name, params) in enumerate(self.notifications):
                    if name == method:
                        del self.notifications[index]
                        return params
                self._heard.clear()
                await self._heard.wait()

    async def settle(self) -> None:
        """Let the server work until nothing that is ready is left."""
        for _ in range(50):
            await asyncio.sleep(0)

    def hang_up(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: self._inbox.result().eof_received())

    # Usual beginnings.

    async def initialize(
        self,
        capabilities: Mapping[str, Any] | None = None,
        *,
        name: str = "test",
        **params: Any,
    ) -> Any:
        result = await self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "clientInfo": {"name": name},
                "capabilities": capabilities or {},
                **params,
            },
        )
        self.notify("initialized", {})
        await self.settle()
        return result

    def open(
        self,
        text: str,
        uri: str = "file:///workspace/main.py",
        language: str = "python",
    ) -> str:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    # The wiring.

    async def _serve(self) -> None:
        self.exit_code = await converse(
            self.server, _ToClient(self._take), self._attach
        )

    @contextlib.asynccontextmanager
    async def _attach(self, inbox: Inbox) -> AsyncIterator[None]:
        self._inbox.set_result(inbox)
        yield

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._take_answer(message)
        elif "id" in message:
            self._take_request(message)
        else:
            self.notifications.append((message["method"], message.get("params")))
        self._heard.set()

    def _take_answer(self, message: dict[str, Any]) -> None:
        self.answers.setdefault(message["id"], []).append(message)
        waiting = self._waiting.get(message["id"])
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(ResponseError(message["error"]))
            waiting.exception()  # asked for by the test, or not
        else:
            waiting.set_result(message["result"])

    def _take_request(self, message: dict[str, Any]) -> None:
        method, params = message["method"], message.get("params")
        self.requests.append((method, params))
        reply = {"jsonrpc": "2.0", "id": message["id"]}
        if method in self.replies:
            self.write(reply | {"result": self.replies[method](params)})
        else:
            error = {"code": -32601, "message": "The test did not expect this."}
            self.write(reply | {"error": error})


@contextlib.asynccontextmanager
async def pair(server: FimServer) -> AsyncIterator[Pair]:
    """A running server and its client; leaving checks what the server has sent."""
    client = Pair(server)
    serving = asyncio.create_task(client._serve())
    await client._inbox
    try:
        yield client
        await client.settle()
    finally:
        client.hang_up()
        await asyncio.wait_for(serving, _SECONDS)
        await client.settle()
    assert client.notifications == [], "the server sent what nobody expected"
    unexpected = [each for each, _ in client.requests if each not in client.replies]
    assert unexpected == [], "the server asked what nobody expected"
    twice = [id_ for id_, each in client.answers.items() if id_ and len(each) > 1]
    assert twice == [], "requests were answered twice"
    unanswered = [id_ for id_ in client._waiting if id_ not in client.answers]
    assert unanswered == [], "requests were not answered"
