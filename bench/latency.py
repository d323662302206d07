"""What a server adds to its backend's time, and what it answers without one."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from . import endpoint
from .lsp import AUTOMATIC, INVOKED, Server, both
from .tables import (
    Goal,
    NoAnswersError,
    Part,
    Table,
    at_most,
    median,
    milliseconds,
    percentile,
)

SIZES = (1_000, 10_000, 50_000)
ROUNDS = 6
REQUESTS = 30  # a round
STREAMS = 12
JOINS = 10  # a stream
BACKEND = ("endpoint", "alone")
STEP = 10  # every tenth line can be completed
# Goals: milliseconds, and shares of the naive server's time.
P50, P99, KNOWN = 2.6, 6.0, 0.6
OF_NAIVE_1K, OF_NAIVE_KEY_10K = 0.85, 0.35

# Seconds by server and scenario.
Times = dict[tuple[str, str], list[float]]


def source(lines: int) -> str:
    """Python of so many lines; each tenth from the fifth ends where text is missing."""
    return "".join(_line(number) for number in range(lines))


def _line(number: int) -> str:
    if number % STEP == STEP // 2:
        return f"value_{number} = \n"
    if number % STEP == STEP // 2 + 1:
        return f"print(value_{number - 1}, 'a word or two', {number})\n"
    return f"name_{number} = compute({number}, other={number % 7})  # words\n"


def run() -> Part:
    with endpoint.running() as url, both(url) as servers:
        return measured(servers, url)


def measured(
    servers: Mapping[str, Server],
    url: str,
    *,
    sizes: Sequence[int] = SIZES,
    rounds: int = ROUNDS,
    requests: int = REQUESTS,
    streams: int = STREAMS,
) -> Part:
    rows: list[tuple[str, ...]] = []
    goals: list[Goal] = []
    for size in sizes:
        found = _measured(servers, url, size, rounds, requests)
        backend = median(found.pop(BACKEND))
        for (who, what), times in found.items():
            own = [each - backend for each in times]
            ratio = median(own) / (median(found["naive", what]) - backend)
            row = (f"{size:,}", what, who, milliseconds(own), f"{ratio:.2f} ×")
            rows.append(row)
        goals += _goals(size, found, backend)
    known = _known(servers["fim-lsp"], url, sizes[-1], streams)
    head = ("lines", "scenario", "server", "p50 / p95 / p99 ms", "p50 of naive")
    known_rows = tuple((what, milliseconds(each)) for what, each in known.items())
    goals += [
        at_most(f"answer without network: {what}, p50", KNOWN, _ms(each), " ms")
        for what, each in known.items()
    ]
    return Part(
        (
            Table("Request to answer, minus the backend", head, tuple(rows)),
            Table(
                f"Answers without network at {sizes[-1]:,} lines",
                ("source", "p50 / p95 / p99 ms"),
                known_rows,
            ),
        ),
        tuple(goals),
    )


def _measured(
    servers: Mapping[str, Server], url: str, size: int, rounds: int, requests: int
) -> Times:
    """Seconds by server and scenario, and of the backend alone; interleaved."""
    text = source(size)
    lines = text.split("\n")
    places = [at for at in range(size) if at % STEP == STEP // 2]
    stride = max(1, len(places) // (2 * requests))
    for server in servers.values():
        server.open(text)
        server.settle()
    times: Times = {BACKEND: []}
    for number in range(rounds + 1):
        fresh = places[number % stride :: stride][: 2 * requests]
        asked, typed = fresh[:requests], fresh[requests:]
        found: Times = {}
        for name, server in servers.items():
            found[name, "request"] = [
                _asked(server, at, len(lines[at]), None) for at in asked
            ]
            found[name, "key and request"] = [
                _asked(server, at, len(lines[at]), "x") for at in typed
            ]
        found[BACKEND] = _backend(url, requests)
        for at in typed:
            lines[at] += "x"
        for key, values in found.items() if number else ():
            times.setdefault(key, []).extend(values)
        servers["fim-lsp"].request(
            "workspace/executeCommand", {"command": "fim-lsp.clearCache"}
        )
    for server in servers.values():
        server.close()
    return times


def _asked(
    server: Server, line: int, character: int, key: str | None, trigger: int = INVOKED
) -> float:
    start = time.perf_counter()
    if key is None:
        server.complete(line, character, trigger)
    else:
        server.insert(line, character, key)
        server.complete(line, character + len(key), AUTOMATIC)
    return time.perf_counter() - start


def _backend(url: str, requests: int) -> list[float]:
    """The endpoint's own time, asked over a connection that stays open."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    body = json.dumps({"prompt": "x" * 6000, "stream": True})
    times = []
    for _ in range(requests):
        start = time.perf_counter()
        connection.request("POST", "/completions", body)
        connection.getresponse().read()
        times.append(time.perf_counter() - start)
    connection.close()
    return times


def _goals(size: int, found: Times, backend: float) -> list[Goal]:
    own = [each - backend for each in found["fim-lsp", "request"]]
    name = f"request, {size:,} lines"
    goals = [
        at_most(f"{name}, p50", P50, _ms(own), " ms"),
        at_most(f"{name}, p99", P99, 1000 * percentile(own, 0.99), " ms"),
    ]
    for lines, what, limit in (
        (1_000, "request", OF_NAIVE_1K),
        (10_000, "key and request", OF_NAIVE_KEY_10K),
    ):
        if size == lines:
            ours = median(found["fim-lsp", what]) - backend
            naive = median(found["naive", what]) - backend
            label = f"{what}, {lines:,} lines, of naive"
            goals.append(at_most(label, limit, ours / naive))
    return goals


def _known(server: Server, url: str, size: int, streams: int) -> dict[str, list[float]]:
    """Seconds of answers that must not ask the endpoint."""
    lines = source(size).split("\n")
    places = [at for at in range(size // 2, size) if at % STEP == STEP // 2]
    for at in places[:streams]:
        lines[at] = endpoint.SLOW
    server.open("\n".join(lines))
    times: dict[str, list[float]] = {"cache": [], "typed through": [], "joined": []}
    for at in places[streams : streams + streams * JOINS]:
        server.complete(at, len(lines[at]))
        before = _count(url)
        times["cache"].append(_asked(server, at, len(lines[at]), None, AUTOMATIC))
        for column, key in enumerate(endpoint.ANSWER[:3], start=len(lines[at])):
            times["typed through"].append(_asked(server, at, column, key))
        _expect(url, before)
    for at in places[:streams]:
        first = server.ask(at, len(lines[at]))
        server.offered(first)
        before = _count(url)
        for column, key in enumerate(endpoint.ANSWER[:JOINS], start=len(lines[at])):
            times["joined"].append(_asked(server, at, column, key))
        _expect(url, before)
    return times


def _count(url: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", "/count")
    count = int(connection.getresponse().read())
    connection.close()
    return count


def _expect(url: str, count: int) -> None:
    if _count(url) != count:
        raise NoAnswersError("The network was asked for what was known.")


def _ms(seconds: list[float]) -> float:
    return 1000 * median(seconds)
