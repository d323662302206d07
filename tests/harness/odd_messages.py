"""Messages at random, such as no client should send; the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

URI = "file:///workspace/main.py"
METHODS = (
    *("textDocument/inlineCompletion", "textDocument/completion", "shutdwon", "exit "),
    *("textDocument/codeAction", "codeAction/resolve", "workspace/executeCommand"),
    *("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"),
    *("workspace/didChangeConfiguration", "$/cancelRequest", "$/setTrace"),
    *("window/workDoneProgress/cancel", "initialize", "notebookDocument/didOpen"),
)


def any_value(dice: random.Random, depth: int = 3) -> Any:
    if depth and dice.random() < 0.6:
        if dice.random() < 0.3:
            return [any_value(dice, depth - 1) for _ in range(dice.randrange(3))]
        names = ("textDocument", "uri", "position", "line", "character", "range", "id")
        more = ("context", "contentChanges", "text", "command", "arguments", "token")
        return {
            dice.choice(names + more): any_value(dice, depth - 1)
            for _ in range(dice.randrange(5))
        }
    values = (None, True, -1, 0, 2**40, 1.5, "", URI, "file:", "fim-lsp.why", "\ud800")
    return dice.choice(values)


def odd_message(dice: random.Random, id_: str) -> dict[str, Any]:
    """A request or a notification of some method, with params of some shape."""
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": dice.choice(METHODS)}
    if dice.random() < 0.9:
        message["params"] = any_value(dice)
    if dice.random() < 0.7:
        message["id"] = id_
    return message
