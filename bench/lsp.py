"""A client of a server process that adds as little as it can to what it measures."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .tables import NoAnswersError

ROOT = Path(__file__).parents[1]
URI = "file:///project/main.py"
INVOKED, AUTOMATIC = 1, 2
PYTHON = sys.executable
OURS = (PYTHON, "-m", "fim_lsp", "--stdio")
NAIVE = (PYTHON, "-m", "bench.naive")
_KEPT = ("PATH", "SYSTEMROOT", "PYTHONPATH", "LD_LIBRARY_PATH", "PYTHONHASHSEED")


class Server:
    """One server process; times are in seconds."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._ids = 0
        self._version = 1

    # Messages.

    def request(self, method: str, params: Any) -> Any:
        """The result, or NoAnswersError where there is an error instead."""
        return self.answer(self.send(method, params))

    def send(self, method: str, params: Any) -> int:
        self._ids += 1
        self._write({"id": self._ids, "method": method, "params": params})
        return self._ids

    def notify(self, method: str, params: Any) -> None:
        self._write({"method": method, "params": params})

    def answer(self, id_: int) -> Any:
        while True:
            message = self.read()
            if "method" in message:
                if "id" in message:
                    self._write({"id": message["id"], "result": None})
            elif message.get("id") == id_:
                if "error" in message:
                    raise NoAnswersError(message["error"])
                return message["result"]

    def cancel(self, id_: int) -> None:
        self.notify("$/cancelRequest", {"id": id_})

    def settle(self) -> None:
        """Wait until the server has worked off what it was sent."""
        with contextlib.suppress(NoAnswersError):
            self.request("bench/settled", {})

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._stdin.flush()

    def read(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        length = 0
        while line := self._stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise NoAnswersError
        message: dict[str, Any] = json.loads(self._stdout.read(length))
        return message

    # What an editor does.

    def initialize(self, url: str, **completion: Any) -> None:
        """`completion` are settings beside the model; without any, no debounce."""
        settings = {
            "completion": {
                "provider": "bench",
                "model": "fake",
                **(completion or {"debounceMs": 0}),
            },
            "providers": {"bench": {"baseUrl": url}},
        }
        params: Any = {
            "processId": None,
            "rootUri": "file:///project",
            "capabilities": {"textDocument": {"inlineCompletion": {}}},
            "initializationOptions": settings,
        }
        self.request("initialize", params)
        self.notify("initialized", {})

    def open(self, text: str, uri: str = URI) -> None:
        self._version = 1
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def close(self, uri: str = URI) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def insert(self, line: int, character: int, text: str, uri: str = URI) -> None:
        self.replace(line, character, 0, text, uri)

    def replace(
        self, line: int, character: int, length: int, text: str, uri: str = URI
    ) -> None:
        """Put `text` in the place of `length` characters of a line."""
        self._version += 1
        start = {"line": line, "character": character}
        end = {"line": line, "character": character + length}
        change = {"range": {"start": start, "end": end}, "text": text}
        identifier = {"uri": uri, "version": self._version}
        params: Any = {"textDocument": identifier, "contentChanges": [change]}
        self.notify("textDocument/didChange", params)

    def ask(
        self, line: int, character: int, trigger: int = INVOKED, uri: str = URI
    ) -> int:
        """Send a request for an inline completion; its id."""
        params: Any = {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": character},
            "context": {"triggerKind": trigger},
        }
        return self.send("textDocument/inlineCompletion", params)

    def complete(self, line: int, character: int, trigger: int = INVOKED) -> str:
        """The text of the first item; NoAnswersError where there is none."""
        return self.offered(self.ask(line, character, trigger))

    def offered(self, id_: int) -> str:
        result = self.answer(id_)
        items = result["items"] if isinstance(result, dict) else result
        if not items:
            raise NoAnswersError
        text: str = items[0]["insertText"]
        return text

    # What the operating system knows of it; Linux only.

    def cpu(self) -> float:
        """Seconds of processor time of all threads, living ones."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        return sum(
            int((task / "schedstat").read_text().split()[0]) / 1e9
            for task in tasks.iterdir()
        )

    def descriptors(self) -> int:
        """Open files, pipes and sockets."""
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def memory(self) -> float:
        """Resident MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextlib.contextmanager
def spawn(command: Sequence[str]) -> Iterator[Server]:
    """A server in a home of its own; gone on leaving."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with tempfile.TemporaryDirectory() as home:
        names = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_RUNTIME_DIR")
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=kept | dict.fromkeys(names, home),
        )
        server = Server(process)
        try:
            yield server
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    assert pipe is not None
                    pipe.close()


@contextlib.contextmanager
def both(url: str) -> Iterator[dict[str, Server]]:
    """Ours and the naive one, side by side and initialized."""
    with spawn(OURS) as ours, spawn((*NAIVE, url)) as naive:
        servers = {"fim-lsp": ours, "naive": naive}
        for server in servers.values():
            server.initialize(url)
            server.settle()
        yield servers


def timed(server: Server, line: int, character: int, trigger: int = INVOKED) -> float:
    start = time.perf_counter()
    server.complete(line, character, trigger)
    return time.perf_counter() - start
