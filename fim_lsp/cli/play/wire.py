"""JSON-RPC with a server process over its pipes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import FimError

GENTLY = 2.0  # seconds for a server that is asked to end

ENDED = "The server ended by itself; `fim-lsp doctor` looks for the cause."


class Wire:
    """Requests and notifications; `asked` answers what the server asks or tells us."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        asked: Callable[[str, dict[str, Any]], Any],
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._asked = asked
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.create_task(self._read())

    async def request(self, method: str, params: Any, patience: float) -> Any:
        """The result; after `patience` seconds the request is cancelled: TimeoutError.

        Raises FimError where the server answers with an error, or ends.
        """
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        if self._reader.done():
            raise FimError(ENDED)
        self._send({"id": number, "method": method, "params": params})
        try:
            async with asyncio.timeout(patience):
                return await answer
        except TimeoutError:
            self.notify("$/cancelRequest", {"id": number})
            raise
        finally:
            self._answers.pop(number, None)

    def notify(self, method: str, params: Mapping[str, Any] | None) -> None:
        self._send({"method": method, "params": params})

    async def aclose(self) -> None:
        """End the server, gently first."""
        try:
            with contextlib.suppress(TimeoutError, ConnectionError, FimError):
                await self.request("shutdown", None, GENTLY)
                self.notify("exit", None)
                async with asyncio.timeout(GENTLY):
                    await self._process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._stdin.close()
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            await self._process.wait()

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        try:
            while True:
                header = await self._stdout.readuntil(b"\r\n\r\n")
                length = int(header.split(b":")[1].split(b"\r\n")[0])
                self._take(json.loads(await self._stdout.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(FimError(ENDED))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            result = self._asked(message["method"], message.get("params") or {})
            if "id" in message:
                self._send({"id": message["id"], "result": result})
            return
        answer = self._answers.get(message["id"])
        if answer is None or answer.done():
            return
        if error := message.get("error"):
            answer.set_exception(FimError(error["message"]))
        else:
            answer.set_result(message.get("result"))


async def start_server(state: str | None) -> asyncio.subprocess.Process:
    """`fim-lsp serve --stdio`, out of reach of this terminal's Ctrl+C.

    `state` stands for the user's folder of what was learned and counted.
    """
    environ = dict(os.environ)
    if state is not None:
        environ |= {"XDG_STATE_HOME": state, "WIN_PD_OVERRIDE_LOCAL_APPDATA": state}
    return await asyncio.create_subprocess_exec(
        # -P keeps the working folder, which may be anybody's project, off the path.
        *(sys.executable, "-P", "-m", "fim_lsp", "serve", "--stdio"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=2**24,
        env=environ,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
