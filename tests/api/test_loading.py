"""A server on this machine that asks to wait while it loads its model."""

from __future__ import annotations

import pytest

from fim_lsp.api.client import ApiClient
from fim_lsp.errors import TimedOut
from tests.harness.http_server import Call, Respond, Response, running
from tests.harness.model_answers import completion, error

from .support import FIM, provider, text_of

LOADING = error(503, "Loading model", type="unavailable_error")


def ready_at(number: int) -> Respond:
    def respond(call: Call) -> Response:
        return LOADING if call.number < number else completion("a + b")

    return respond


async def test_the_first_answer_comes_when_the_model_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fim_lsp.api.sending.LOADING_PAUSE", 0.0)
    with running(ready_at(4)) as server:
        client = ApiClient(provider("mine", baseUrl=server.url), None, environ={})
        try:
            assert await text_of(client.stream_fim(FIM, "m")) == "a + b"
        finally:
            await client.aclose()
    assert len(server.seen) == 4


async def test_a_model_that_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fim_lsp.api.sending.LOADING_PAUSE", 0.01)
    limits = {"firstToken": 0.1, "total": 0.1}
    with running(lambda _call: LOADING) as server:
        mine = provider("mine", baseUrl=server.url, timeouts=limits)
        client = ApiClient(mine, None, environ={})
        try:
            with pytest.raises(TimedOut, match="too long"):
                await text_of(client.stream_fim(FIM, "m"))
        finally:
            await client.aclose()
    assert len(server.seen) > 1
