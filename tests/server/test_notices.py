"""What the user is told, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fim_lsp.money.bill import Today
from fim_lsp.server.capabilities import ClientCapabilities
from fim_lsp.server.client import Client
from fim_lsp.server.notices import Notices, status_json
from fim_lsp.session.status import Status

from ..harness.pair import Pair
from .fake_session import FakeSession

NORMAL = Status("normal", None, "Completing.", "deepseek", "auto", Today())
FAILED = replace(
    NORMAL, kind="error", reason="key-refused", message="The key is wrong."
)
SLOW = replace(NORMAL, kind="warning", reason="back-off", message="Waiting.")


class Listener:
    """A wire to a client, which keeps what is sent."""

    def __init__(self, *, shows_status: bool = False) -> None:
        self.client = Client(self)
        self.client.capabilities = ClientCapabilities(shows_status=shows_status)
        self.sent: list[Any] = []

    def notify(self, method: str, params: Any = None) -> None:
        is_message = method == "window/showMessage"
        item = (params.type.name, params.message) if is_message else None
        self.sent.append(item or (method, params["kind"]))

    async def ask(self, method: str, params: Any) -> Any:
        raise NotImplementedError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def notices(listener: Listener, clock: Clock | None = None) -> Notices:
    result = Notices(listener.client, clock or Clock())
    result.open()
    return result


def test_a_client_that_asks_for_it_gets_every_change_of_status_once() -> None:
    listener = Listener(shows_status=True)
    subject = notices(listener)
    for status in (NORMAL, NORMAL, FAILED, NORMAL):
        subject.status(status)
    method = "fim-lsp/status"
    assert listener.sent == [(method, "normal"), (method, "error"), (method, "normal")]


def test_others_are_shown_each_kind_of_trouble_once_an_hour() -> None:
    listener, clock = Listener(), Clock()
    subject = notices(listener, clock)
    for now in (0, 1800, 3599, 3600):
        clock.now = now
        subject.status(FAILED)
        subject.status(SLOW)
        subject.status(NORMAL)
    error, warning = (
        ("Error", "fim-lsp: The key is wrong."),
        ("Warning", "fim-lsp: Waiting."),
    )
    assert listener.sent == [error, warning, error, warning]


def test_a_lost_network_opens_no_message() -> None:
    listener = Listener()
    subject = notices(listener)
    for _ in range(3):
        subject.status(replace(SLOW, reason="unreachable"))
        subject.status(NORMAL)
    assert listener.sent == []


def test_new_figures_are_no_news() -> None:
    listener, clock = Listener(), Clock()
    subject = notices(listener, clock)
    for requests in range(3):
        clock.now += 4000
        subject.status(replace(SLOW, today=Today(requests=requests)))
    assert len(listener.sent) == 1
    watching = Listener(shows_status=True)
    subject = notices(watching)
    for requests in range(3):
        subject.status(replace(NORMAL, today=Today(requests=requests)))
    assert len(watching.sent) == 3


def test_nothing_is_said_before_the_client_is_ready() -> None:
    listener = Listener()
    subject = Notices(listener.client, Clock())
    subject.sentence("Code goes to api.example.com.")
    subject.status(FAILED)
    assert listener.sent == []
    subject.open()
    assert [kind for kind, _ in listener.sent] == ["Info", "Error"]


def test_the_status_has_the_shape_that_editors_rely_on() -> None:
    today = Today(requests=3, cost="0.0012", currency="USD")
    status = replace(FAILED, today=today, command="fim-lsp.doctor")
    assert status_json(status) == {
        "kind": "error",
        "reason": "key-refused",
        "message": "The key is wrong.",
        "provider": "deepseek",
        "model": "auto",
        "today": {"requests": 3, "cost": "0.0012", "currency": "USD"},
        "command": "fim-lsp.doctor",
    }
    assert "command" not in status_json(NORMAL)


@pytest.mark.parametrize("asks", [True, False])
async def test_the_sessions_news_reach_the_client(
    raw_client: Pair, session: FakeSession, *, asks: bool
) -> None:
    await raw_client.initialize({"experimental": {"fimLspStatus": asks}})
    assert session.on_status is not None
    assert session.announcements.on_notice is not None
    session.on_status(FAILED)
    session.announcements.on_notice("Something new.")
    if asks:
        assert (await raw_client.expect("fim-lsp/status"))["kind"] == "error"
    else:
        message = await raw_client.expect("window/showMessage")
        assert message == {"type": 1, "message": "fim-lsp: The key is wrong."}
    message = await raw_client.expect("window/showMessage")
    assert message == {"type": 3, "message": "fim-lsp: Something new."}
