"""Processor time of a key, of a key typed through, and of a request sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from . import endpoint
from .latency import STEP, source
from .lsp import AUTOMATIC, Server, both
from .tables import NoAnswersError, Part, Table, at_most, median

SIZES = (1_000, 50_000)
ROUNDS = 5
KEYS = 120  # a round
SENT = 30  # requests a round
TYPED = 30  # characters of the answer, typed through with a request each
GOAL = 0.7  # milliseconds


def run() -> Part:
    with endpoint.running() as url, both(url) as servers:
        return measured(servers)


def measured(
    servers: Mapping[str, Server],
    sizes: Sequence[int] = SIZES,
    rounds: int = ROUNDS,
    keys: int = KEYS,
) -> Part:
    """Interleaved rounds, the processor time of all threads; Linux only."""
    rows: list[tuple[str, ...]] = []
    ours = 0.0
    for size in sizes:
        found = {name: _Times([], [], []) for name in servers}
        for server in servers.values():
            server.open(source(size))
        for number in range(rounds + 1):
            for name, server in servers.items():
                times = found[name] if number else _Times([], [], [])
                times.typed.append(_typed(server, size // 2 + number, keys))
                at = size // 2 + STEP // 2 + STEP * number
                times.asked.append(_asked(server, at, size))
                times.sent.append(_sent(server, size))
        for server in servers.values():
            server.close()
        ours = 1000 * median(found["fim-lsp"].typed)
        rows += [
            _row(size, name, times, found["naive"]) for name, times in found.items()
        ]
    head = ("lines", "server", "a key", "a key typed through", "a request sent")
    return Part(
        (Table("Processor time, and of naive", head, tuple(rows)),),
        (at_most(f"a key at {sizes[-1]:,} lines", GOAL, ours, " ms"),),
    )


@dataclass(frozen=True, slots=True)
class _Times:
    """Seconds a key alone, a key with a request typed through, a request sent."""

    typed: list[float]
    asked: list[float]
    sent: list[float]


def _row(size: int, name: str, times: _Times, naive: _Times) -> tuple[str, ...]:
    pairs = (
        (times.typed, naive.typed),
        (times.asked, naive.asked),
        (times.sent, naive.sent),
    )
    cells = (
        f"{1000 * median(one):.2f} ms, {median(one) / median(other):.2f} ×"
        for one, other in pairs
    )
    return (f"{size:,}", name, *cells)


def _typed(server: Server, line: int, keys: int) -> float:
    """Seconds of processor time for each of `keys` keys, typed and settled."""
    server.settle()
    before = server.cpu()
    for column in range(keys):
        server.insert(line, column, "x")
    server.settle()
    return (server.cpu() - before) / keys


def _asked(server: Server, line: int, size: int) -> float:
    """The same for keys along an answer, each with a request."""
    column = len(source(size).split("\n")[line])
    server.complete(line, column)
    server.settle()
    before = server.cpu()
    for key in endpoint.ANSWER[:TYPED]:
        server.insert(line, column, key)
        column += 1
        server.complete(line, column, AUTOMATIC)
    return (server.cpu() - before) / TYPED


def _sent(server: Server, size: int) -> float:
    """The same for requests at places that were not asked before."""
    lines = source(size).split("\n")
    places = range(STEP // 2, min(size // 2, SENT * STEP), STEP)
    server.settle()
    before = server.cpu()
    for line in places:
        server.complete(line, len(lines[line]))
    used = server.cpu() - before
    with suppress(NoAnswersError):  # the naive one has no such command
        server.request("workspace/executeCommand", {"command": "fim-lsp.clearCache"})
    return used / len(places)
