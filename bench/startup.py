"""Start and memory: from the process to an answered `initialize`."""

from __future__ import annotations

import time
from collections.abc import Mapping

from . import endpoint
from .latency import source
from .lsp import NAIVE, OURS, Server, both, spawn
from .tables import Part, Table, at_most, median

ROUNDS = 7
COMPLETIONS = 100
# Goals: shares of the naive server's.
START_GOAL, MEMORY_GOAL = 1.05, 1.08


def run() -> Part:
    with endpoint.running() as url:
        started(url, 1)  # reads the disk
        with both(url) as servers:
            idle, loaded = memory(servers)
        return measured(started(url, ROUNDS), idle, loaded)


def measured(
    starts: Mapping[str, list[float]],
    idle: Mapping[str, float],
    loaded: Mapping[str, float],
) -> Part:
    seconds = {name: median(values) for name, values in starts.items()}
    ratio = seconds["fim-lsp"] / seconds["naive"]
    rows = tuple(
        (
            name,
            f"{1000 * seconds[name]:.0f} ms",
            f"{seconds[name] / seconds['naive']:.2f} ×",
            f"{idle[name]:.0f} MiB",
            f"{loaded[name]:.0f} MiB",
        )
        for name in starts
    )
    head = ("server", "start, p50", "of naive", "memory", "after completions")
    return Part(
        (Table("From spawn to `initialize` answered; resident memory", head, rows),),
        (
            at_most("start, of naive", START_GOAL, ratio),
            at_most(
                f"memory after {COMPLETIONS} completions, of naive",
                MEMORY_GOAL,
                loaded["fim-lsp"] / loaded["naive"],
            ),
        ),
    )


def started(url: str, rounds: int) -> dict[str, list[float]]:
    """Seconds to the answer, in interleaved rounds."""
    commands = {"fim-lsp": OURS, "naive": (*NAIVE, url)}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            start = time.perf_counter()
            with spawn(command) as server:
                server.initialize(url)
                times[name].append(time.perf_counter() - start)
    return times


def memory(servers: Mapping[str, Server]) -> tuple[dict[str, float], dict[str, float]]:
    """MiB after `initialize`, and once everything that completes is loaded."""
    idle, loaded = {}, {}
    text = source(1000)
    for name, server in servers.items():
        idle[name] = server.memory()
        server.open(text)
        for line in range(5, 10 * COMPLETIONS, 10):
            server.complete(line, len(text.split("\n")[line]))
        loaded[name] = server.memory()
        server.close()
    return idle, loaded
