"""A language server that reports one character of each misspelt word, and no more.

It stands for the checker that a user has beside fim-lsp: `python checker.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

MISSPELT = "valeus"
MESSAGE = f"Undefined name: {MISSPELT}"


def messages() -> Iterator[dict[str, Any]]:
    while header := sys.stdin.buffer.readline():
        length = int(header.split(b":")[1])
        while sys.stdin.buffer.readline().strip():
            pass
        yield json.loads(sys.stdin.buffer.read(length))


def send(**message: Any) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


def reports(text: str) -> list[dict[str, Any]]:
    """A diagnostic on the first character of each misspelt word."""
    return [
        {
            "range": {
                "start": {"line": row, "character": line.index(MISSPELT)},
                "end": {"line": row, "character": line.index(MISSPELT) + 1},
            },
            "severity": 1,
            "source": "checker",
            "message": MESSAGE,
        }
        for row, line in enumerate(text.split("\n"))
        if MISSPELT in line
    ]


def main() -> None:
    for message in messages():
        match message.get("method"):
            case "initialize":
                sync = {"textDocumentSync": 1, "codeActionProvider": False}
                send(id=message["id"], result={"capabilities": sync})
            case "textDocument/didOpen" | "textDocument/didChange":
                document = message["params"]["textDocument"]
                changes = message["params"].get("contentChanges", [document])
                found = reports(changes[-1]["text"])
                params = {"uri": document["uri"], "diagnostics": found}
                send(method="textDocument/publishDiagnostics", params=params)
            case "exit":
                return
            case _ if "id" in message and "method" in message:
                send(id=message["id"], result=None)


if __name__ == "__main__":
    main()
