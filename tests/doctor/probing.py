"""Runs `connect` against a server of a test's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.cli.conftest import Run
from tests.harness.http_server import Call, Respond, running


@dataclass(frozen=True)
class Probed:
    """What `connect` said, and how many requests the server saw."""

    data: dict[str, Any]
    exit_code: int
    seen: list[Call]

    @property
    def chosen(self) -> tuple[str, str | None] | None:
        chosen = self.data["chosen"]
        return chosen and (chosen["dialect"], chosen["template"])

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        attempts = self.data["attempts"]
        return [(attempt["dialect"], attempt["verdict"]) for attempt in attempts]

    @property
    def provider(self) -> dict[str, Any]:
        (provider,) = self.data["settings"]["providers"].values()
        return dict(provider)


def connect(fim_lsp: Run, respond: Respond, *options: str, path: str = "") -> Probed:
    with running(respond) as server:
        result = fim_lsp("connect", f"{server.url}{path}", "--json", *options)
        data = json.loads(result.stdout)
    assert data["calls"] == len(server.seen) <= 6
    assert result.exit_code == (0 if data["chosen"] else 1)
    return Probed(data, result.exit_code, server.seen)
