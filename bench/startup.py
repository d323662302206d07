"""Start and memory: from the process to an answered `initialize`."""

from __future__ import annotations

import time

from . import endpoint
from .latency import source
from .lsp import NAIVE, OURS, both, spawn
from .tables import Part, Table, at_most, median

ROUNDS = 7
MEMORY_GOAL = 55  # MiB


def run(rounds: int = ROUNDS) -> Part:
    """Interleaved rounds; the first of each, which reads the disk, does not count."""
    starts: dict[str, list[float]] = {"fim-lsp": [], "naive": []}
    with endpoint.running() as url:
        commands = {"fim-lsp": OURS, "naive": (*NAIVE, url)}
        for number in range(rounds + 1):
            for name, command in commands.items():
                start = time.perf_counter()
                with spawn(command) as server:
                    server.initialize(url)
                    if number:
                        starts[name].append(time.perf_counter() - start)
        idle, loaded = _memory(url)
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
            at_most("start, of the naive server's", 1, ratio),
            at_most("memory after completions", MEMORY_GOAL, loaded["fim-lsp"], " MiB"),
        ),
    )


def _memory(url: str) -> tuple[dict[str, float], dict[str, float]]:
    """MiB after `initialize`, and once everything that completes is loaded."""
    idle, loaded = {}, {}
    with both(url) as servers:
        for name, server in servers.items():
            idle[name] = server.memory()
            text = source(1000)
            server.open(text)
            for line in range(5, 500, 10):
                server.complete(line, len(text.split("\n")[line]))
            loaded[name] = server.memory()
    return idle, loaded
