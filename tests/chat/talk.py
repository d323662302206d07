"""A scripted model for the chat tests: a generator of deltas, no network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from fim_lsp.api.requests import ChatRequest, Delta, Usage
from fim_lsp.errors import ApiError
from fim_lsp.settings import ChatSettings, parse

Script = Sequence[Delta | ApiError]


def settings() -> ChatSettings:
    return parse(()).settings.chat


def says(text: str, finish_reason: str | None = "stop") -> Script:
    """An answer in three pieces, as it would stream."""
    third = len(text) // 3
    pieces = (text[:third], text[third : 2 * third], text[2 * third :])
    return (
        *(Delta(text=piece) for piece in pieces),
        Delta(finish_reason=finish_reason, usage=Usage(100, 20), model="scripted"),
    )


class Talk:
    """`converse` plays one script for each request and records the requests."""

    def __init__(self, *scripts: Script) -> None:
        self.requests: list[ChatRequest] = []
        self.closed = 0
        self._scripts = list(scripts)

    async def converse(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        try:
            for step in self._scripts[len(self.requests) - 1]:
                if isinstance(step, ApiError):
                    raise step
                yield step
        finally:
            self.closed += 1
