"""Processor time of keys and requests, with the largest documents and refused ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from . import endpoint
from .latency import STEP, source
from .lsp import AUTOMATIC, URI, Server, both
from .tables import Goal, NoAnswersError, Part, Table, at_most, joined, median

SIZES = (1_000, 50_000)
LARGE = 200_000  # lines of the largest document
ROUNDS = 5
KEYS = 120  # a round
SENT = 30  # requests a round
TYPED = 30  # characters of the answer, typed through with a request each
# Goals: milliseconds, a share of the naive server's, and of a key at 1,000 lines.
KEY_GOAL, OF_NAIVE, OF_A_KEY = 0.7, 1.0, 10
# A file that may hold secrets: nothing of it is sent.
REFUSED = "file:///project/.env"


def run() -> Part:
    with endpoint.running() as url, both(url) as servers:
        ours = servers["fim-lsp"]
        return joined([measured(servers), large(ours), refused(ours)])


def measured(
    servers: Mapping[str, Server],
    sizes: Sequence[int] = SIZES,
    rounds: int = ROUNDS,
    keys: int = KEYS,
) -> Part:
    """Interleaved rounds, the processor time of all threads; Linux only."""
    rows: list[tuple[str, ...]] = []
    goals: list[Goal] = []
    for size in sizes:
        found = {name: _Times([], [], [], []) for name in servers}
        for server in servers.values():
            server.open(source(size))
        for number in range(rounds + 1):
            for name, server in servers.items():
                times = found[name] if number else _Times([], [], [], [])
                times.typed.append(_typed(server, size // 2 + number, keys))
                at = size // 2 + STEP // 2 + STEP * number
                times.asked.append(_asked(server, at, size))
                times.sent.append(_sent(server, size))
                times.both.append(_sent(server, size, key="x" * (number + 1)))
        for server in servers.values():
            server.close()
        rows += [
            _row(size, name, times, found["naive"]) for name, times in found.items()
        ]
        ours, naive = found["fim-lsp"], found["naive"]
        if size == sizes[0]:
            share = median(ours.both) / median(naive.both)
            label = f"key and request at {size:,} lines, of naive"
            goals.append(at_most(label, OF_NAIVE, share))
        else:
            key = 1000 * median(ours.typed)
            goals.append(at_most(f"a key at {size:,} lines", KEY_GOAL, key, " ms"))
    head = (
        *("lines", "server", "a key", "a key typed through"),
        *("a request sent", "key and request sent"),
    )
    return Part(
        (Table("Processor time, and of naive", head, tuple(rows)),), tuple(goals)
    )


def large(
    server: Server, size: int = LARGE, rounds: int = ROUNDS, keys: int = KEYS
) -> Part:
    """A key in the largest document beside one in the smallest, in turn."""
    text, small = source(size), source(SIZES[0])
    places = {
        "at the beginning": 1,
        "in the middle": size // 2,
        "at the end": size - 2,
    }
    times: dict[str, list[float]] = {}
    for _ in range(rounds + 1):
        server.open(small)
        times.setdefault("small", []).append(_typed(server, SIZES[0] // 2, keys))
        server.close()
        server.open(text)
        for name, line in places.items():
            times.setdefault(name, []).append(_typed(server, line, keys))
        server.close()
    key = median(times["small"])
    rows = tuple(
        (
            name,
            f"{1000 * median(times[name]):.3f} ms",
            f"{median(times[name]) / key:.1f} ×",
        )
        for name in places
    )
    head = ("a key", "processor time", f"of a key at {SIZES[0]:,} lines")
    worst = max(median(times[name]) for name in places) / key
    label = f"a key at {size:,} lines, of one at {SIZES[0]:,}"
    return Part(
        (Table(f"A document of {size:,} lines", head, rows),),
        (at_most(label, OF_A_KEY, worst),),
    )


def refused(server: Server, rounds: int = ROUNDS, keys: int = KEYS) -> Part:
    """What a document costs that may not be sent, beside one that may."""
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds + 1):
        for name, uri in (("refused", REFUSED), ("allowed", URI)):
            server.open(source(SIZES[0]), uri)
            typed = _typed(server, SIZES[0] // 2, keys, uri)
            times.setdefault((name, "key"), []).append(typed)
            server.settle()
            before = server.cpu()
            for _ in range(keys):
                result = server.answer(server.ask(STEP // 2, 0, uri=uri))
                if name == "refused" and result["items"]:
                    raise NoAnswersError("A refused document was completed.")
            asked = (server.cpu() - before) / keys
            times.setdefault((name, "request"), []).append(asked)
            server.close(uri)
    cells = {key: f"{1000 * median(seconds):.3f} ms" for key, seconds in times.items()}
    rows = (
        (
            "a file that may hold secrets",
            cells["refused", "key"],
            cells["refused", "request"],
        ),
        (
            "a file that may be sent, known answer",
            cells["allowed", "key"],
            cells["allowed", "request"],
        ),
    )
    head = ("document", "a key", "a request")
    return Part((Table("Documents that are refused, processor time", head, rows),))


@dataclass(frozen=True, slots=True)
class _Times:
    """Seconds of a key alone, a key with a request typed through, a request that is
    sent, and a key with a request that is sent.
    """

    typed: list[float]
    asked: list[float]
    sent: list[float]
    both: list[float]


def _row(size: int, name: str, times: _Times, naive: _Times) -> tuple[str, ...]:
    pairs = (
        (times.typed, naive.typed),
        (times.asked, naive.asked),
        (times.sent, naive.sent),
        (times.both, naive.both),
    )
    cells = (
        f"{1000 * median(one):.2f} ms, {median(one) / median(other):.2f} ×"
        for one, other in pairs
    )
    return (f"{size:,}", name, *cells)


def _typed(server: Server, line: int, keys: int, uri: str = URI) -> float:
    """Seconds of processor time for each of `keys` keys, typed and settled."""
    server.settle()
    before = server.cpu()
    for column in range(keys):
        server.insert(line, column, "x", uri)
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


def _sent(server: Server, size: int, key: str = "") -> float:
    """The same for requests at places that were not asked before.

    key: what is typed there before each request; its length is how often that was done.
    """
    lines = source(size).split("\n")
    places = range(STEP // 2, min(size // 2, SENT * STEP), STEP)
    server.settle()
    before = server.cpu()
    for line in places:
        column = len(lines[line]) + max(0, len(key) - 1)
        if key:
            server.insert(line, column, key[0])
        server.complete(line, column + len(key[:1]))
    used = server.cpu() - before
    with suppress(NoAnswersError):  # the naive one has no such command
        server.request("workspace/executeCommand", {"command": "fim-lsp.clearCache"})
    return used / len(places)
