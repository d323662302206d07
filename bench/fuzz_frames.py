"""Sends odd messages to a real server and counts what comes back.

`python -m bench.fuzz_frames --frames 200000 --seed 1` prints how many requests were
answered, how often with which code, and the server's memory before and after.  It fails
where a request has no answer or two, or where the server blames itself (-32603).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from typing import Any

from tests.harness.odd_messages import odd_message

from .listening import FAULT, Listening, frame, memory
from .lsp import OURS, spawn

BATCH = 500  # frames that are sent before the server is waited for


def marker(number: int) -> dict[str, Any]:
    """A request whose answer shows that all before it were taken."""
    params = {"command": "fim-lsp.why", "arguments": [{"limit": 1}]}
    return {
        "jsonrpc": "2.0",
        "id": f"m{number}",
        "method": "workspace/executeCommand",
        "params": params,
    }


def fuzz(frames: int, seed: int) -> int:
    """Send `frames` messages and print what came back; 1 where something is wrong."""
    dice, began = random.Random(seed), time.monotonic()
    with spawn((*OURS, "--log-level", "error")) as server:
        ids, before, after = _sent(Listening(server.process), frames, dice)
    codes = Counter(code for answers in ids.values() for code in answers)
    wrong = sum(len(answers) != 1 for answers in ids.values())
    print(f"{frames:,} frames, {len(ids):,} requests in")
    print(f"{time.monotonic() - began:.0f} s; codes: {dict(codes)}")
    print(f"not answered exactly once: {wrong}; faults: {codes[FAULT]}")
    print(f"memory {before:.0f} MiB, afterwards {after:.0f} MiB")
    return 1 if wrong or codes[FAULT] else 0


def _sent(
    listening: Listening, frames: int, dice: random.Random
) -> tuple[dict[str, list[int | None]], float, float]:
    """The codes of the answers, by request; memory after the first batch and last."""
    ids: list[str] = []
    pid, before = listening.process.pid, 0.0
    start: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
    listening.wait_for(listening.request("initialize", start))
    for first in range(0, frames, BATCH):
        batch = []
        for number in range(first, min(first + BATCH, frames)):
            message = odd_message(dice, f"r{number}")
            ids += [message["id"]] if "id" in message else []
            batch.append(frame(message))
        listening.write(b"".join(batch) + frame(marker(first)))
        listening.wait_for(f"m{first}")
        before = before or memory(pid)
    time.sleep(1)
    after = memory(pid)
    listening.close()
    return {id_: listening.codes.get(id_, []) for id_ in ids}, before, after


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    return fuzz(arguments.frames, arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
