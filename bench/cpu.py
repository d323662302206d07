"""Processor time of a key: `textDocument/didChange` alone, and with a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import endpoint
from .latency import source
from .lsp import AUTOMATIC, Server, both
from .tables import Part, Table, at_most, median

SIZES = (1_000, 50_000)
ROUNDS = 5
KEYS = 120  # a round
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
        times: dict[str, list[float]] = {name: [] for name in servers}
        asking: dict[str, list[float]] = {name: [] for name in servers}
        for server in servers.values():
            server.open(source(size))
        for number in range(rounds + 1):
            for name, server in servers.items():
                typed = _typed(server, size // 2 + number, keys)
                asked = _asked(server, size // 2 + 5 + 10 * number, size)
                if number:
                    times[name].append(typed)
                    asking[name].append(asked)
        for name, server in servers.items():
            server.close()
            typed, asked = 1000 * median(times[name]), 1000 * median(asking[name])
            ratio = typed / (1000 * median(times["naive"]))
            cells = (f"{typed:.2f} ms", f"{ratio:.2f} ×", f"{asked:.2f} ms")
            rows.append((f"{size:,}", name, *cells))
            ours = typed if name == "fim-lsp" else ours
    head = ("lines", "server", "a key", "of naive", "a key typed through, with request")
    return Part(
        (Table("Processor time", head, tuple(rows)),),
        (at_most(f"a key at {sizes[-1]:,} lines", GOAL, ours, " ms"),),
    )


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
