"""Descriptors and memory over many completions, some of them closed at once.

The documents, and so what the server may remember, are the same all the time.  A
completion that is closed at once is one whose text is contradicted by a key while the
endpoint holds its stream open.  `make bench ARGS="endurance --quick"` takes a tenth of
the completions.
"""

from __future__ import annotations

import time

from . import endpoint
from .latency import STEP, prompts, source
from .lsp import OURS, Server, spawn
from .tables import NoAnswersError, Part, Table, at_most

COMPLETIONS, CLOSED = 10_000, 3_000
# Completions before the first look: caches and records are full then.
WARM_UP = 1_000
LINES = 2_000
# A quick run makes so many times fewer.
QUICK = 10
# Descriptors that may be open beside those of the first look: a spare connection, and
# one that is still being closed.
MORE_DESCRIPTORS = 2
# Memory, of that at the first look.
OF_MEMORY = 1.03
# Seconds after which what was closed is gone.
SETTLED = 1.0
# Of the completions that are closed at once, so many reach the endpoint at least; a key
# that is read together with its request ends the request before it is sent.
ASKED = 0.3


def run(completions: int = COMPLETIONS, closed: int = CLOSED) -> Part:
    with endpoint.running() as url, spawn(OURS) as server:
        server.initialize(url)
        server.settle()
        return measured(server, url, completions, closed, min(WARM_UP, completions))


def quick() -> Part:
    """The same with a tenth of the completions."""
    return run(COMPLETIONS // QUICK, CLOSED // QUICK)


def measured(
    server: Server,
    url: str,
    completions: int,
    closed: int,
    warm_up: int,
    *,
    settled: float = SETTLED,
) -> Part:
    _complete(server, warm_up)
    _close_at_once(server, url, warm_up // 3)
    looks = [("before", 0, _look(server, settled))]
    for part in range(1, 5):
        _complete(server, (completions - closed) // 4)
        looks.append(
            (
                "whole answers",
                part * (completions - closed) // 4,
                _look(server, settled),
            )
        )
    for part in range(1, 4):
        _close_at_once(server, url, closed // 3)
        looks.append(("closed at once", part * closed // 3, _look(server, settled)))
    rows = tuple(
        (kind, f"{count:,}", str(files), f"{memory:.1f}")
        for kind, count, (files, memory) in looks
    )
    (files, memory), *later = (look for _, _, look in looks)
    more = max(open_ for open_, _ in later) - files
    most = max(resident for _, resident in later) / memory
    total = f"{completions:,} completions, {closed:,} of them closed at once"
    head = ("completions", "so many", "descriptors", "memory, MiB")
    return Part(
        (Table(f"Over {total}", head, rows),),
        (
            at_most("descriptors more than before", MORE_DESCRIPTORS, more),
            at_most("memory, of before", OF_MEMORY, most),
        ),
    )


def _complete(server: Server, count: int) -> None:
    """Completions that are sent and answered in whole."""
    lines = source(LINES).split("\n")
    places = range(STEP // 2, LINES, STEP)
    server.open("\n".join(lines))
    for number in range(count):
        if number % len(places) == 0:
            _forget(server)
        line = places[number % len(places)]
        server.complete(line, len(lines[line]))
    server.close()


def _close_at_once(server: Server, url: str, count: int) -> None:
    """Completions whose stream is contradicted as soon as it has been asked for."""
    lines = source(LINES).split("\n")
    places = range(STEP // 2, LINES, STEP)
    for line in places:
        lines[line] = endpoint.SLOW
    before = prompts(url)
    for number in range(count):
        if number % len(places) == 0:
            _forget(server)
            server.close()
            server.open("\n".join(lines))
        line = places[number % len(places)]
        asked = server.ask(line, len(endpoint.SLOW))
        # No answer begins so: whatever has come of it is contradicted.
        server.insert(line, len(endpoint.SLOW), "?")
        server.answer(asked)
    server.close()
    if prompts(url) - before < count * ASKED:
        raise NoAnswersError("Too few completions were asked for.")


def _forget(server: Server) -> None:
    server.request("workspace/executeCommand", {"command": "fim-lsp.clearCache"})


def _look(server: Server, settled: float) -> tuple[int, float]:
    """Open descriptors and resident MiB, once everything closed is gone."""
    time.sleep(settled)
    server.settle()
    return server.descriptors(), server.memory()
