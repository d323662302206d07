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
)

SIZES = (1_000, 10_000, 50_000)
ROUNDS = 6
REQUESTS = 30  # a round
STREAMS = 12
JOINS = 10  # a stream
BACKEND = ("endpoint", "alone")
STEP = 10  # every tenth line can be completed
# Goals: shares of the naive server's time, by lines and scenario.
OF_NAIVE = {
    (1_000, "request"): 1.15,
    (10_000, "request"): 0.70,
    (50_000, "request"): 0.25,
    (10_000, "key and request"): 0.5,
}
# The same for answers without network, of the naive server's request.
KNOWN = {"cache": 0.28, "typed through": 0.38, "joined": 0.38}
# Lines of the document in which these are measured.
KNOWN_SIZE = 1_000

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
    backend = 0.0
    for size in sizes:
        found = _measured(servers, url, size, rounds, requests)
        backend = median(found.pop(BACKEND))
        for (who, what), times in found.items():
            own = [each - backend for each in times]
            ratio = median(own) / (median(found["naive", what]) - backend)
            row = (f"{size:,}", what, who, milliseconds(own), f"{ratio:.2f} ×")
            rows.append(row)
        goals += _goals(size, found, backend)
    known = _known(servers, url, streams)
    bare = median(known["naive's request"]) - backend
    head = ("lines", "scenario", "server", "p50 / p95 / p99 ms", "p50 of naive")
    known_rows = tuple(
        (what, milliseconds(times), f"{median(times) / bare:.2f} ×")
        for what, times in known.items()
    )
    goals += [
        at_most(f"answer without network: {what}, of naive's request", limit, share)
        for what, limit in KNOWN.items()
        for share in [median(known[what]) / bare]
    ]
    return Part(
        (
            Table("Request to answer, minus the backend", head, tuple(rows)),
            Table(
                f"Answers without network at {KNOWN_SIZE:,} lines",
                ("source", "p50 / p95 / p99 ms", "p50 of naive's request"),
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
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    for number in range(rounds + 1):
        fresh = places[number % stride :: stride][: 2 * requests]
        asked, typed = fresh[:requests], fresh[requests:]
        found: Times = {BACKEND: []}
        # One request of each after the other, so that what else the machine does
        # meets all of them.
        scenarios = [
            *(("request", None, at) for at in asked),
            *(("key and request", "x", at) for at in typed),
        ]
        for what, key, at in scenarios:
            for name, server in servers.items():
                seconds = _asked(server, at, len(lines[at]), key)
                found.setdefault((name, what), []).append(seconds)
            found[BACKEND].append(backend_time(connection))
        for at in typed:
            lines[at] += "x"
        for kind, values in found.items() if number else ():
            times.setdefault(kind, []).extend(values)
        servers["fim-lsp"].request(
            "workspace/executeCommand", {"command": "fim-lsp.clearCache"}
        )
    connection.close()
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


def backend_time(connection: http.client.HTTPConnection) -> float:
    """The endpoint's own time, asked over a connection that stays open."""
    body = json.dumps({"prompt": "x" * 6000, "stream": True})
    start = time.perf_counter()
    connection.request("POST", "/completions", body)
    connection.getresponse().read()
    return time.perf_counter() - start


def _goals(size: int, found: Times, backend: float) -> list[Goal]:
    return [
        at_most(f"{what}, {lines:,} lines, of naive", limit, ours / naive)
        for (lines, what), limit in OF_NAIVE.items()
        if lines == size
        for ours in [median(found["fim-lsp", what]) - backend]
        for naive in [median(found["naive", what]) - backend]
    ]


def _known(
    servers: Mapping[str, Server], url: str, streams: int
) -> dict[str, list[float]]:
    """Seconds of answers that must not ask the endpoint; between them, of requests to
    the naive server, which has no other answers.
    """
    ours, naive = servers["fim-lsp"], servers["naive"]
    lines = source(KNOWN_SIZE).split("\n")
    places = [at for at in range(KNOWN_SIZE) if at % STEP == STEP // 2]
    slow, asked = places[:streams], places[streams:]
    for at in slow:
        lines[at] = endpoint.SLOW
    for server in servers.values():
        server.open("\n".join(lines))
    times: dict[str, list[float]] = {
        "cache": [],
        "typed through": [],
        "joined": [],
        "naive's request": [],
    }
    for at in asked:
        column = len(lines[at])
        times["naive's request"].append(_asked(naive, at, column, None))
        ours.complete(at, column)
        before = prompts(url)
        times["cache"].append(_asked(ours, at, column, None, AUTOMATIC))
        for number, key in enumerate(endpoint.ANSWER[:3]):
            times["typed through"].append(_asked(ours, at, column + number, key))
        _expect(url, before)
    for at in slow:
        column = len(lines[at])
        ours.offered(ours.ask(at, column))
        before = prompts(url)
        for number, key in enumerate(endpoint.ANSWER[:JOINS]):
            times["joined"].append(_asked(ours, at, column + number, key))
        _expect(url, before)
    return times


def prompts(url: str) -> int:
    """How many prompts the endpoint has had."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", "/count")
    count = int(connection.getresponse().read())
    connection.close()
    return count


def _expect(url: str, count: int) -> None:
    if prompts(url) != count:
        raise NoAnswersError("The network was asked for what was known.")
