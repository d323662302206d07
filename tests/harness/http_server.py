"""A server in a thread; a function gives its responses.

with running(respond) as server:  # server.url, server.seen
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `number` counts from 1."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    number: int


@dataclass(frozen=True, slots=True)
class Response:
    body: Any
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Respond = Callable[[Call], Response | None]


@dataclass(eq=False)
class RunningServer:
    """`seen` are the requests in their order; `leave` ends what hangs."""

    url: str
    seen: list[Call] = field(default_factory=list)
    leave: threading.Event = field(default_factory=threading.Event)


@contextmanager
def running(respond: Respond, host: str = "127.0.0.1") -> Iterator[RunningServer]:
    """A server on a free port; a response of None never comes."""
    server: RunningServer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10  # seconds that a connection may stay idle

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            self._answer(json.loads(self.rfile.read(length)))

        def _answer(self, body: Any) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = self.path.partition("?")[0]
            call = Call(self.command, path, headers, body, len(server.seen) + 1)
            server.seen.append(call)
            response = respond(call)
            self.close_connection = True
            if response is None:
                server.leave.wait()
                return
            content = response.body
            if not isinstance(content, bytes):
                text = content if isinstance(content, str) else json.dumps(content)
                content = text.encode()
            self.send_response_only(response.status)
            self.send_header("content-type", response.kind)
            self.send_header("content-length", str(len(content)))
            self.send_header("connection", "close")
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stays silent."""

    with ThreadingHTTPServer((host, 0), Handler) as listening:
        listening.daemon_threads = False  # closing waits for all of them
        server = RunningServer(f"http://{host}:{listening.server_port}")
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.leave.set()
            listening.shutdown()
            thread.join()


@contextmanager
def greeting(banner: bytes) -> Iterator[str]:
    """A port that says `banner` to whoever comes, as an SSH server does; its URL."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection:
                    connection.sendall(banner)
                    connection.recv(4096)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        listening.close()
