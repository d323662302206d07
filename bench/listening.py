"""A client that reads a server's messages in a thread, and counts its answers.

`bench/fuzz_frames.py` and `bench/soak.py` send with it faster than they read.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

# Seconds that the answer to one request is waited for.
PATIENCE = 60.0
# The JSON-RPC code with which a server blames itself.
FAULT = -32603


class Listening:
    """The client of one server process.

    codes: for each request, by id, the error code of every answer that came; None is
        an answer with a result.
    results: the results of the requests that were sent with `keep`.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._writing = threading.Lock()
        self._heard = threading.Condition()
        self._kept: set[Any] = set()
        self._number = 0
        self.sent: list[Any] = []
        self.codes: dict[Any, list[int | None]] = {}
        self.results: dict[Any, Any] = {}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    # Sending.

    def request(self, method: str, params: Any = None, *, keep: bool = False) -> int:
        """Send a request without waiting; its id."""
        self._number += 1
        if keep:
            self._kept.add(self._number)
        self.sent.append(self._number)
        self.write(frame({"id": self._number, "method": method, "params": params}))
        return self._number

    def notify(self, method: str, params: Any = None) -> None:
        self.write(frame({"method": method, "params": params}))

    def write(self, data: bytes) -> None:
        with self._writing:
            self._stdin.write(data)
            self._stdin.flush()

    # Waiting and counting.

    def wait_for(self, id_: Any, seconds: float = PATIENCE) -> Any:
        """The kept result of a request; raises TimeoutError."""
        end = time.monotonic() + seconds
        with self._heard:
            while id_ not in self.codes:
                if not self._thread.is_alive() or time.monotonic() > end:
                    raise TimeoutError(f"{id_} is not answered.")
                self._heard.wait(0.5)
        return self.results.pop(id_, None)

    def wrong(self) -> list[Any]:
        """The requests that were not answered exactly once."""
        return [id_ for id_ in self.sent if len(self.codes.get(id_, ())) != 1]

    def counted(self) -> Counter[int | None]:
        """How often each code came."""
        return Counter(code for codes in self.codes.values() for code in codes)

    def close(self) -> int:
        """Hang up, and wait for the server's end; its exit code."""
        self._stdin.close()
        code = self.process.wait(PATIENCE)
        self._thread.join(PATIENCE)
        return code

    # Reading, in the thread.

    def _read(self) -> None:
        while line := self._stdout.readline():
            if not line.lower().startswith(b"content-length"):
                continue
            self._stdout.readline()
            message = json.loads(self._stdout.read(int(line.split(b":")[1])))
            if "method" not in message:
                self._take(message)
            elif "id" in message:
                self._reply(message)

    def _take(self, message: dict[str, Any]) -> None:
        id_ = message.get("id")
        with self._heard:
            if id_ in self._kept:
                self._kept.discard(id_)
                self.results[id_] = message.get("result")
            code = message.get("error", {}).get("code")
            self.codes.setdefault(id_, []).append(code)
            self._heard.notify_all()

    def _reply(self, message: dict[str, Any]) -> None:
        """Answer a request of the server, as an editor without opinions does."""
        result: Any = None
        if message["method"] == "workspace/applyEdit":
            result = {"applied": True}
        elif message["method"] == "workspace/configuration":
            result = [None] * len(message["params"]["items"])
        try:
            self.write(frame({"id": message["id"], "result": result}))
        except (OSError, ValueError):
            return  # it has been hung up


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


# What the operating system knows of a process; Linux only.


def memory(pid: int) -> float:
    """Resident MiB; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    [line] = [row for row in status.read_text().splitlines() if row.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def descriptors(pid: int) -> int:
    folder = Path(f"/proc/{pid}/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def threads(pid: int) -> int:
    folder = Path(f"/proc/{pid}/task")
    return len(list(folder.iterdir())) if folder.exists() else 0
