"""JSON-RPC with a server process over its pipes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from asyncio.subprocess import Process
from collections.abc import Callable
from typing import Any

from ...errors import FimError

GENTLY = 2.0  # seconds for a server that is asked to end


class Wire:
    """Requests and notifications; `heard` answers what the server asks or reports."""

    def __init__(
        self, process: Process, heard: Callable[[str, dict[str, Any]], Any]
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._heard = process, heard
        self._stdin, self._stdout = process.stdin, process.stdout
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.create_task(self._read())

    async def request(self, method: str, params: Any, patience: float) -> Any:
        """The result; after `patience` seconds the request is cancelled: TimeoutError.

        Raises FimError if the server answers with an error, or ends.
        """
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self.send(id=number, method=method, params=params)
        waits_for, first = {answer, self._reading}, asyncio.FIRST_COMPLETED
        await asyncio.wait(waits_for, timeout=patience, return_when=first)
        del self._answers[number]
        if answer.done() and "error" in answer.result():
            raise FimError(answer.result()["error"]["message"])
        if answer.done():
            return answer.result()["result"]
        if self._reading.done():
            raise FimError("The server ended; `fim-lsp doctor` looks for the cause.")
        self.send(method="$/cancelRequest", params={"id": number})
        raise TimeoutError

    async def aclose(self) -> None:
        """End the server, gently first."""
        try:
            with contextlib.suppress(TimeoutError, FimError):
                await self.request("shutdown", None, GENTLY)
                self.send(method="exit")
                await asyncio.wait_for(self._process.wait(), GENTLY)
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._reading.cancel()
            await self._process.wait()

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                header = await self._stdout.readuntil(b"\r\n\r\n")
                length = int(header.partition(b":")[2].partition(b"\r")[0])
                message = json.loads(await self._stdout.readexactly(length))
                if method := message.get("method"):
                    result = self._heard(method, message.get("params") or {})
                    if "id" in message:
                        self.send(id=message["id"], result=result)
                elif answer := self._answers.get(message["id"]):
                    answer.set_result(message)
