"""Where one request spends its time, step by step.  `make profile` prints it.

The server of `marked.py` notes when each step is reached.  A step's time is that since
the step before; the first and the last step include the client's side of the pipe.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from . import endpoint
from .latency import STEP, source
from .lsp import AUTOMATIC, INVOKED, NAIVE, PYTHON, Server, spawn
from .marked import AFTERWARDS, STEPS
from .tables import NoAnswersError, Part, Table, markdown, median

LINES = 1000
ROUNDS = 8
REQUESTS = 40  # a round
MARKED = (PYTHON, "-m", "bench.marked")
# The last step of all, on the client's side.
READ = "written, pipe, the client reads"

# Seconds of one request, by step.
Steps = dict[str, float]


def run(rounds: int = ROUNDS, requests: int = REQUESTS) -> Part:
    with (
        endpoint.running() as url,
        spawn(MARKED) as marked,
        spawn((*NAIVE, url)) as naive,
    ):
        lines = source(LINES).split("\n")
        for server in (marked, naive):
            server.initialize(url)
            server.open("\n".join(lines))
            server.settle()
        sent: list[Steps] = []
        kept: list[Steps] = []
        bare: list[float] = []
        places = range(STEP // 2, min(LINES, requests * STEP), STEP)
        for number in range(rounds + 1):
            asked = [(line, len(lines[line])) for line in places]
            marked.request(
                "workspace/executeCommand", {"command": "fim-lsp.clearCache"}
            )
            found = [_steps(marked, asked, how) for how in (INVOKED, AUTOMATIC)]
            times = [_timed(naive, place, INVOKED) for place in asked]
            if number:  # in the first round everything is loaded
                sent += found[0]
                kept += found[1]
                bare += [end - start for start, end in times]
    return Part((_table(sent, kept, bare),))


def _steps(
    server: Server, places: Sequence[tuple[int, int]], trigger: int
) -> list[Steps]:
    """The seconds of each step of a request at each of `places`."""
    server.request("bench/marks", {})
    times = []
    for place in places:
        times.append(_timed(server, place, trigger))
        server.settle()
    marks = server.request("bench/marks", {})
    if len(marks) != len(times):
        raise NoAnswersError
    return [
        _of_one(start, reached, end)
        for (start, end), reached in zip(times, marks, strict=True)
    ]


def _timed(server: Server, place: tuple[int, int], trigger: int) -> tuple[float, float]:
    start = time.perf_counter()
    server.complete(*place, trigger)
    return start, time.perf_counter()


def _of_one(start: float, reached: Steps, end: float) -> Steps:
    steps, before = {}, start
    for step in STEPS:
        if step.name in reached:
            steps[step.name] = reached[step.name] - before
            before = reached[step.name]
    steps[READ] = end - before
    if AFTERWARDS.name in reached:
        steps[AFTERWARDS.name] = reached[AFTERWARDS.name] - before
    return steps


def _table(sent: list[Steps], kept: list[Steps], bare: list[float]) -> Table:
    names = (*(step.name for step in STEPS), READ)
    rows = [(name, _cell(sent, [name]), _cell(kept, [name])) for name in names]
    rows.append(("**all of it**", _cell(sent, names), _cell(kept, names)))
    rows.append(("naive, all of it", f"{1000 * median(bare):.2f}", ""))
    rows.append(
        (f"{AFTERWARDS.name}, after the answer", _cell(sent, [AFTERWARDS.name]), "")
    )
    title = f"One request in a document of {LINES:,} lines, medians in ms"
    return Table(title, ("step", "sent", "from the cache"), tuple(rows))


def _cell(requests: Sequence[Steps], names: Sequence[str]) -> str:
    """The median of some steps together; nothing where the steps are not taken."""
    times = [
        sum(steps.get(name, 0.0) for name in names)
        for steps in requests
        if any(name in steps for name in names)
    ]
    return f"{1000 * median(times):.3f}" if times else ""


if __name__ == "__main__":
    print(markdown(run()))
