"""The typing trace once more in real time: a server process, pipes and sockets."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from tests.harness.model_script import Seen as Request
from tests.harness.socket_api import SocketApi

from .keys import Trace, traces
from .lsp import AUTOMATIC, OURS, Server, spawn
from .model import FIRST_TOKEN, TOKEN, Model
from .policies import Product
from .screen import Answer, Seen, seen
from .tables import NoAnswersError, Part, Table
from .trace import played
from .virtual import run as in_no_time

KEYS = 160
ACCURACY = 0.95


def run(keys: int = KEYS) -> Part:
    trace = traces(1, keys)[0]
    simulated = in_no_time(played(trace, Model(trace, ACCURACY, 1), Product))
    model = Model(trace, ACCURACY, 1)

    async def answer(prefix: str) -> AsyncIterator[str]:
        for token in model.tokens(prefix):
            yield token

    api = SocketApi(
        answer=lambda request: answer(_prefix(request)),
        models=["fake"],
        first_delay=FIRST_TOKEN,
        piece_delay=TOKEN,
    )
    with api.threaded(), spawn(OURS) as server:
        server.initialize(api.url, enabled=True)
        found = typed(server, trace, partial(server.ask, trigger=AUTOMATIC), first_text)
        requests = len(api.calls)
    if not found.shown:
        raise NoAnswersError
    rows = (
        _row("simulated", simulated.seen, simulated.requests),
        _row("real time", found, requests),
    )
    head = ("time", "keys", "requests", "right within 50 ms", "500 ms", "replaced")
    return Part((Table("Simulated and real", head, rows),))


def _prefix(request: Request) -> str:
    prompt: str = request.body["prompt"]
    return prompt


def _row(name: str, found: Seen, requests: int) -> tuple[str, ...]:
    soon, late = (100 * each / found.keys for each in (found.soon, found.late))
    return (
        *(name, str(found.keys), str(requests)),
        *(f"{soon:.0f} %", f"{late:.0f} %", str(found.replaced)),
    )


def typed(
    server: Server,
    trace: Trace,
    ask: Callable[[int, int], int],
    text: Callable[[Any], str],
) -> Seen:
    """Type the trace as its clock says, cancelling each older request.

    ask: sends a request at a line and column, and returns its id.
    text: the first text in the result of a request.
    """
    server.open(trace.head + trace.tail)
    lines = trace.head.split("\n")
    line, column = len(lines) - 1, len(lines[-1])
    arrived: dict[int, tuple[float, Any]] = {}
    reader = threading.Thread(target=_listen, args=(server, arrived), daemon=True)
    reader.start()
    asked: list[tuple[int, float]] = []
    began = time.perf_counter()
    for key in trace.keys:
        time.sleep(max(0.0, began + key.at - time.perf_counter()))
        at = time.perf_counter()
        server.insert(line, column, key.text)
        breaks = key.text.count("\n")
        line, column = line + breaks, len(key.text) + (-1 if breaks else column)
        if asked:
            server.cancel(asked[-1][0])
        asked.append((ask(line, column), at))
    time.sleep(1)
    answers = [
        Answer(number, arrived[id_][0] - at, text(arrived[id_][1]))
        for number, (id_, at) in enumerate(asked)
        if id_ in arrived
    ]
    return seen(trace, answers)


def _listen(server: Server, arrived: dict[int, tuple[float, Any]]) -> None:
    with suppress(NoAnswersError, OSError, ValueError):
        while True:
            message = server.read()
            if "result" in message:
                arrived[message["id"]] = time.perf_counter(), message["result"]


def first_text(result: Any) -> str:
    """The text of the first item of an inline completion; "" where there is none."""
    items = result["items"] if isinstance(result, dict) else result
    return items[0]["insertText"] if items else ""
