"""Sends odd messages to a real server and counts what comes back.

`python -m bench.fuzz_frames --frames 200000 --seed 1` prints how many requests were
answered, how often with which code, and the server's memory before and after.  It fails
where a request has no answer or two, or where the server blames itself (-32603).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import IO, Any

from tests.harness.odd_messages import odd_message

BATCH = 500  # frames that are sent before the server is waited for
SECONDS = 60  # that a batch may take
FAULT = -32603


class Answers:
    """What the server has answered, by id."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.codes: dict[Any, list[int | None]] = {}
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        while line := self._stream.readline():
            if not line.lower().startswith(b"content-length"):
                continue
            self._stream.readline()
            message = json.loads(self._stream.read(int(line.split(b":")[1])))
            if "id" in message and "method" not in message:
                code = message.get("error", {}).get("code")
                self.codes.setdefault(message["id"], []).append(code)

    def wait_for(self, id_: str) -> None:
        end = time.monotonic() + SECONDS
        while id_ not in self.codes and self.thread.is_alive():
            if time.monotonic() > end:
                raise TimeoutError(f"{id_} is not answered.")
            time.sleep(0.002)


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def memory(pid: int) -> int:
    """Resident memory in MB, where the system tells it."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    [line] = [row for row in status.read_text().splitlines() if row.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def marker(number: int) -> dict[str, Any]:
    """A request whose answer shows that all before it were taken."""
    params = {"command": "fim-lsp.why", "arguments": [{"limit": 1}]}
    return {
        "jsonrpc": "2.0",
        "id": f"m{number}",
        "method": "workspace/executeCommand",
        "params": params,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    server = subprocess.Popen(
        [sys.executable, "-m", "fim_lsp", "--stdio", "--log-level", "error"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert server.stdin
    assert server.stdout
    assert server.stderr
    answers = Answers(server.stdout)
    errors: list[bytes] = []
    threading.Thread(target=lambda: errors.extend(server.stderr), daemon=True).start()  # type: ignore[arg-type]  # a pipe
    start: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
    server.stdin.write(
        frame({"jsonrpc": "2.0", "id": "i", "method": "initialize", "params": start})
    )
    ids, began, before = [], time.monotonic(), 0
    for first in range(0, arguments.frames, BATCH):
        batch = []
        for number in range(first, min(first + BATCH, arguments.frames)):
            message = odd_message(dice, f"r{number}")
            ids += [message["id"]] if "id" in message else []
            batch.append(frame(message))
        server.stdin.write(b"".join(batch) + frame(marker(first)))
        server.stdin.flush()
        answers.wait_for(f"m{first}")
        before = before or memory(server.pid)
    time.sleep(1)
    after = memory(server.pid)
    server.stdin.close()
    server.wait(10)
    answers.thread.join(5)
    codes = Counter(code for id_ in ids for code in answers.codes.get(id_, []))
    wrong = [id_ for id_ in ids if len(answers.codes.get(id_, [])) != 1]
    print(f"{arguments.frames:,} frames, {len(ids):,} requests in")
    print(f"{time.monotonic() - began:.0f} s; codes: {dict(codes)}")
    print(f"not answered exactly once: {len(wrong)}; faults: {codes[FAULT]}")
    print(f"memory {before} MB, afterwards {after} MB; lines of errors: {len(errors)}")
    print(*errors[:5])
    return 1 if wrong or codes[FAULT] else 0


if __name__ == "__main__":
    sys.exit(main())
