"""Any language server that completes, measured beside ours and the naive one.

    python -m bench.peers
    python -m bench.peers --name NAME --method textDocument/completion \
        --options FILE.json --params FILE.json -- COMMAND ARGUMENT…

`{url}` in the command and in the two files becomes the endpoint's address, without a
path.  `--options` are the initializationOptions; `--params` are put into the params of
each request, beside the document and the position.  The endpoint answers
`/completions` and `/v1/completions`, in one piece or as a stream.  A prompt without
`suffix` is cut at `<|fim_prefix|>`, `<|fim_suffix|>` and `<|fim_middle|>`.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.harness.model_script import Seen as Request
from tests.harness.socket_api import SocketApi

from . import endpoint
from .keys import traces
from .latency import STEP, backend_time, source
from .live import typed
from .lsp import AUTOMATIC, INVOKED, NAIVE, OURS, URI, Server, spawn
from .model import FIRST_TOKEN, TOKEN, Model
from .tables import NoAnswersError, Part, Table, markdown, median, write

INLINE = "textDocument/inlineCompletion"
STARTS = 5
REQUESTS = 50
KEYS = 160
ACCURACY = 0.95
LINES = 1000
# Seconds for which a request runs before it is cancelled, and those after which its
# call of the endpoint counts as never closed.
BEFORE_CANCEL, NEVER = 0.3, 5.0
# Tokens of an answer where the request names no limit.
TOKENS = 128
_MARKS = re.compile(r"<\|fim_(?:prefix|suffix|middle)\|>")


@dataclass(frozen=True, slots=True)
class Peer:
    """A server and how it is spoken to; `{url}` stands for the endpoint."""

    name: str
    command: tuple[str, ...]
    method: str = INLINE
    options: Any = None
    params: Any = field(default_factory=dict)


OURS_AS_PEER = Peer(
    "fim-lsp",
    OURS,
    options={
        "completion": {"provider": "bench", "model": "fake"},
        "providers": {"bench": {"baseUrl": "{url}"}},
    },
)
NAIVE_AS_PEER = Peer("naive", (*NAIVE, "{url}"))


class Writer:
    """An endpoint with a model that takes its time, and counts what it writes.

    After a line that ends with `slow = ` it holds its answer back.
    """

    def __init__(self, model: Model) -> None:
        self.tokens = 0
        self.api = SocketApi(answer=self._answer, models=["fake"])
        self._model = model

    def start(self) -> None:
        """Count anew, and take the model's time for an answer from now on."""
        self.api.first_delay, self.api.piece_delay = FIRST_TOKEN, TOKEN
        self.api.requests.clear()
        self.tokens = 0

    def _answer(self, request: Request) -> AsyncIterator[str]:
        body = request.body
        prompt = body.get("prompt") or ""
        pieces = [piece for piece in _MARKS.split(prompt) if piece]
        prefix = prompt if "suffix" in body else (pieces or [""])[0]
        return self._tokens(prefix, body.get("max_tokens") or TOKENS)

    async def _tokens(self, prefix: str, most: int) -> AsyncIterator[str]:
        if prefix.rstrip().endswith(endpoint.SLOW.rstrip()):
            yield endpoint.ANSWER + endpoint.MORE
            await asyncio.Event().wait()
        for number, token in enumerate(self._model.tokens(prefix)):
            if number == most:
                return
            self.tokens += 1
            yield token


def run(
    peers: Sequence[Peer] = (),
    *,
    starts: int = STARTS,
    requests: int = REQUESTS,
    keys: int = KEYS,
) -> Part:
    """Each peer after the other; those of the command line come last."""
    rows = tuple(
        measured(peer, starts=starts, requests=requests, keys=keys)
        for peer in (NAIVE_AS_PEER, OURS_AS_PEER, *peers)
    )
    head = (
        *("server", "start, ms", "memory, MiB", "after completions"),
        *("request, ms", "cancel answered, ms", "HTTP closed"),
        *("requests / 100 keys", "tokens / 100 keys", "right within 50 ms"),
    )
    return Part((Table("Language servers at the same endpoint", head, rows),))


def measured(
    peer: Peer, *, starts: int = STARTS, requests: int = REQUESTS, keys: int = KEYS
) -> tuple[str, ...]:
    """One row of the table."""
    with endpoint.running() as url:
        times = [_started(peer, url) for _ in range(starts)]
        with spawn(_command(peer, url)) as server:
            _initialize(server, peer, url)
            idle = server.memory()
            own = median(_requests(server, peer, requests)) - _own_time(url, requests)
            loaded = server.memory()
    model = Model(traces(1, keys)[0], ACCURACY, 1)
    writer = Writer(model)
    with writer.api.threaded(), spawn(_command(peer, writer.api.url)) as server:
        _initialize(server, peer, writer.api.url)
        cancelled = _cancelled(server, peer, writer)
        writer.start()
        found = typed(server, model.trace, _asking(server, peer, AUTOMATIC), text_of)
        calls = len(writer.api.calls)
    return (
        peer.name,
        f"{1000 * median(times):.0f}",
        f"{idle:.0f}",
        f"{loaded:.0f}",
        f"{1000 * own:.2f}",
        *cancelled,
        f"{100 * calls / found.keys:.1f}",
        f"{100 * writer.tokens / found.keys:.0f}",
        f"{100 * found.soon / found.keys:.0f} %",
    )


def text_of(result: Any) -> str:
    """The first text in the answer to a request, whatever shape the answer has."""
    if isinstance(result, dict):
        result = result.get("items") or result.get("completions") or []
    for item in result or []:
        edit = item.get("textEdit") or {}
        for text in (item.get("insertText"), edit.get("newText")):
            if text:
                return str(text)
        if text := item.get("generated_text") or item.get("label"):
            return str(text)
    return ""


def _started(peer: Peer, url: str) -> float:
    start = time.perf_counter()
    with spawn(_command(peer, url)) as server:
        _initialize(server, peer, url)
        return time.perf_counter() - start


def _command(peer: Peer, url: str) -> list[str]:
    return [argument.replace("{url}", url) for argument in peer.command]


def _with_url(value: Any, url: str) -> Any:
    return json.loads(json.dumps(value).replace("{url}", url))


def _initialize(server: Server, peer: Peer, url: str) -> None:
    capabilities: Any = {"inlineCompletion": {}, "completion": {}}
    params: Any = {
        "processId": None,
        "rootUri": "file:///project",
        "capabilities": {"textDocument": capabilities},
        "initializationOptions": _with_url(peer.options, url),
    }
    server.request("initialize", params)
    server.notify("initialized", {})


def _asking(server: Server, peer: Peer, trigger: int) -> Callable[[int, int], int]:
    """Sends the peer's own request for a line and column, and returns its id."""

    def ask(line: int, character: int) -> int:
        params: dict[str, Any] = {
            "textDocument": {"uri": URI},
            "position": {"line": line, "character": character},
        }
        if peer.method == INLINE:
            params["context"] = {"triggerKind": trigger}
        return server.send(peer.method, params | peer.params)

    return ask


def _requests(server: Server, peer: Peer, count: int) -> list[float]:
    """Seconds of requests at places that were not asked before."""
    lines = source(LINES).split("\n")
    server.open("\n".join(lines))
    ask = _asking(server, peer, INVOKED)
    times = []
    for line in range(STEP // 2, min(LINES, STEP * count), STEP):
        start = time.perf_counter()
        result = server.answer(ask(line, len(lines[line])))
        times.append(time.perf_counter() - start)
        if not text_of(result):
            raise NoAnswersError(f"{peer.name} offered nothing.")
    server.close()
    return times[len(times) // 5 :]  # the first ones load what is needed


def _own_time(url: str, count: int) -> float:
    """The endpoint's own median seconds, asked over a connection that stays open."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    times = [backend_time(connection) for _ in range(count)]
    connection.close()
    return median(times)


def _cancelled(server: Server, peer: Peer, writer: Writer) -> tuple[str, str]:
    """When a cancelled request is answered, and when its call is closed."""
    server.open(f"value = 1\n{endpoint.SLOW}\n")
    id_ = _asking(server, peer, INVOKED)(1, len(endpoint.SLOW))
    time.sleep(BEFORE_CANCEL)
    aborted = writer.api.aborted
    start = time.perf_counter()
    server.cancel(id_)
    with suppress(NoAnswersError):  # that it was cancelled is an answer too
        server.answer(id_)
    answered = time.perf_counter() - start
    while writer.api.aborted == aborted and time.perf_counter() - start < NEVER:
        time.sleep(0.005)
    closed = time.perf_counter() - start
    server.close()
    return (
        f"{1000 * answered:.0f}",
        "never" if closed >= NEVER else f"{1000 * closed:.0f} ms",
    )


def arguments(words: Sequence[str] | None = None) -> tuple[list[Peer], bool]:
    """The server that the words of a command line name, if any, and `--write`."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers")
    parser.add_argument("--name", help="of the server, for the table")
    parser.add_argument("--method", default=INLINE, help="what asks for a completion")
    parser.add_argument("--options", type=Path, help="a file of initializationOptions")
    parser.add_argument("--params", type=Path, help="a file of further params")
    parser.add_argument("--write", action="store_true", help="into bench/README.md")
    parser.add_argument("command", nargs="*", metavar="COMMAND")
    given = parser.parse_args(words)
    if not given.command:
        return [], given.write
    options, params = (
        json.loads(path.read_text("utf-8")) if path else None
        for path in (given.options, given.params)
    )
    name = given.name or Path(given.command[0]).name
    peer = Peer(name, tuple(given.command), given.method, options, params or {})
    return [peer], given.write


def main() -> None:
    peers, is_written = arguments()
    part = run(peers)
    if is_written:
        write("peers", part)
    print(markdown(part))


if __name__ == "__main__":
    main()
