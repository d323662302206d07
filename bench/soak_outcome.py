"""What a part of the soak counts, and what counts as a problem."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.request import urlopen

from .listening import FAULT, Listening, descriptors, memory

# Calls of the endpoint after which memory is taken as its level.
LEVEL_AFTER = 500
# How often its level the memory may be at the end.
MOST_GROWTH = 1.10
# Descriptors that may be open at the end and were not at the level: a connection that
# is kept, and the files of the ledger.
MORE_DESCRIPTORS = 6


@dataclass
class Outcome:
    """What one part has seen.

    requests: of the editor to the server; calls: of the server to the endpoint.
    Memory is in MiB.
    """

    name: str
    done: int = 0
    requests: int = 0
    calls: int = 0
    wrong: int = 0
    faults: int = 0
    exit_code: int | None = None
    seconds: float = 0.0
    memory_level: float = 0.0
    memory_most: float = 0.0
    memory_end: float = 0.0
    descriptors_level: int = 0
    descriptors_end: int = 0

    def problems(self) -> list[str]:
        growth = self.memory_end / self.memory_level if self.memory_level else 1.0
        more = self.descriptors_end - self.descriptors_level
        checks = {
            f"{self.wrong} requests not answered exactly once": self.wrong > 0,
            f"{self.faults} answers {FAULT}": self.faults > 0,
            f"exit code {self.exit_code}": self.exit_code != 0,
            f"memory grew to {growth:.2f} of its level": growth > MOST_GROWTH,
            f"{more} descriptors stayed": more > MORE_DESCRIPTORS,
            "the endpoint was never asked": self.calls == 0,
        }
        return [problem for problem, is_seen in checks.items() if is_seen]

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.done:,} in {self.seconds:.0f} s, "
            f"{self.requests:,} requests, {self.calls:,} calls of the endpoint, "
            f"{self.wrong} not answered once, "
            f"{self.faults} faults, exit code {self.exit_code}; "
            f"memory {self.memory_level:.0f} MiB at its level, "
            f"{self.memory_most:.0f} at most, {self.memory_end:.0f} at the end; "
            f"descriptors {self.descriptors_level}, {self.descriptors_end} at the end"
        )


class Watch:
    """Follows a server's memory and descriptors into an `Outcome`."""

    def __init__(self, outcome: Outcome, server: Listening, url: str) -> None:
        self._outcome, self._server, self._url = outcome, server, url
        self._began = time.monotonic()

    def look(self, *, is_last: bool = False) -> None:
        pid, outcome = self._server.process.pid, self._outcome
        now = memory(pid)
        outcome.memory_most = max(outcome.memory_most, now)
        if not outcome.memory_level and (is_last or self._calls() >= LEVEL_AFTER):
            outcome.memory_level = now
            outcome.descriptors_level = descriptors(pid)

    def _calls(self) -> int:
        """How often the endpoint was asked."""
        with urlopen(f"{self._url}/count") as answer:  # noqa: S310 - our own endpoint
            return int(answer.read())

    def end(self, done: int) -> Outcome:
        """Look once more when all is quiet, and end the server."""
        time.sleep(2.0)  # streams that nobody wants any more are closed meanwhile
        outcome, server = self._outcome, self._server
        self.look(is_last=True)
        outcome.memory_end = memory(server.process.pid)
        outcome.descriptors_end = descriptors(server.process.pid)
        server.wait_for(server.request("shutdown"))
        server.notify("exit")
        outcome.exit_code = server.close()
        outcome.done, outcome.requests = done, len(server.sent)
        outcome.wrong = len(server.wrong())
        outcome.faults = server.counted()[FAULT]
        outcome.calls = self._calls()
        outcome.seconds = time.monotonic() - self._began
        return outcome
