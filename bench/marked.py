"""The server with a clock at each step of a request.

`python -m bench.marked` serves standard input and output as `fim-lsp` does, and answers
the request `bench/marks` with the times at which each inline completion since the last
such question reached the steps of `STEPS`.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any

from fim_lsp.cli import main
from fim_lsp.server.protocol import FimProtocol


@dataclass(frozen=True, slots=True)
class Step:
    """What has been done when a function is called, or when it has returned.

    function: `module:name` or `module:Class.name`.
    """

    name: str
    function: str
    is_left: bool = False


STEPS = (
    Step("pipe and reader", "fim_lsp.server.protocol:FimProtocol.receive"),
    Step("JSON, types, dispatch", "fim_lsp.server.documents:Documents.get"),
    Step("document, place, folder", "fim_lsp.session.session:Session.suggest"),
    Step("settings, sources, privacy", "fim_lsp.completion.engine:Engine.suggest"),
    Step("gate and window", "fim_lsp.completion.network:NetworkAnswers.answer"),
    Step("lookup, refusal, pacing", "fim_lsp.completion.reply_store:ReplyStore.start"),
    Step("snippets, redaction, prompt", "fim_lsp.completion.flights:Flights.start"),
    Step("the flight's task", "fim_lsp.session.gateway:Gateway.stream_fim"),
    Step(
        "account, budget, body",
        "fim_lsp.api.http_transport:HttpTransport.handle_async_request",
    ),
    Step("HTTP to the first byte", "fim_lsp.api.connection:Connection.write"),
    Step(
        "rest of the request, endpoint, headers",
        "fim_lsp.api.http_transport:HttpTransport.handle_async_request",
        is_left=True,
    ),
    Step("reader's task", "fim_lsp.api.reading:Reading.feed"),
    Step("events, end of the reply", "fim_lsp.completion.reply_store:FimErrand.keep"),
    Step("lookup, or waking the request", "fim_lsp.completion.offers:Offers.fit"),
    Step("shape and clean", "fim_lsp.completion.offers:Offers.offer"),
    Step("decision", "fim_lsp.server.convert:inline_list"),
    Step("conversion", "fim_lsp.server.protocol:FimProtocol._send_response"),
    Step("JSON", "fim_lsp.server.transport:_ThreadWriter.write"),
)
# Done after the answer was written: the stream is closed and counted.
AFTERWARDS = Step(
    "closed and counted",
    "fim_lsp.completion.reply_store:FimErrand.count",
    is_left=True,
)


class Marks:
    """When each inline completion came to each step for the first time."""

    def __init__(self) -> None:
        self.requests: list[dict[str, float]] = []

    def reached(self, step: Step) -> None:
        if self.requests:
            self.requests[-1].setdefault(step.name, time.perf_counter())

    def receive(self, protocol: FimProtocol, body: bytes) -> bool:
        """Whether a message was the question for the marks, and is answered."""
        if b'"textDocument/inlineCompletion"' in body:
            self.requests.append({})
        if b'"bench/marks"' not in body:
            return False
        requests, self.requests = self.requests, []
        answer = {"jsonrpc": "2.0", "id": json.loads(body)["id"], "result": requests}
        protocol._send_data(answer)  # noqa: SLF001 - as the protocol's own answers
        return True


def install(marks: Marks) -> None:
    """Put a clock at each step."""
    for step in (*STEPS, AFTERWARDS):
        module, _, name = step.function.partition(":")
        *path, last = name.split(".")
        owner = resolve_name(":".join(filter(None, (module, ".".join(path)))))
        setattr(owner, last, _marking(getattr(owner, last), step, marks))
    receive = FimProtocol.receive

    def marked(self: FimProtocol, body: bytes) -> None:
        if not marks.receive(self, body):
            receive(self, body)

    FimProtocol.receive = marked  # type: ignore[method-assign]


def _marking(
    function: Callable[..., Any], step: Step, marks: Marks
) -> Callable[..., Any]:
    @functools.wraps(function)
    def entered(*args: Any, **kwargs: Any) -> Any:
        marks.reached(step)
        return function(*args, **kwargs)

    @functools.wraps(function)
    def left(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        marks.reached(step)
        return result

    @functools.wraps(function)
    async def left_later(*args: Any, **kwargs: Any) -> Any:
        result = await function(*args, **kwargs)
        marks.reached(step)
        return result

    if not step.is_left:
        return entered
    return left_later if inspect.iscoroutinefunction(inspect.unwrap(function)) else left


if __name__ == "__main__":
    install(Marks())
    sys.argv[1:] = ["--stdio"]
    main()
