"""On a train: the network goes and comes, the laptop sleeps, nobody is bothered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from fim_lsp.completion.decision import Trigger
from fim_lsp.server.client import Client
from fim_lsp.server.notices import Notices

from .harness.clock import Clock, settle
from .harness.model_script import Fault
from .harness.socket_api import SocketApi
from .harness.user import NOON, QuickApi, User

Meet = Callable[..., User]
FREE: dict[str, Any] = {"budget": {"daily": None}}


class Screen:
    """What an editor without a view of its own shows of the session's news."""

    def __init__(self, user: User) -> None:
        self.messages: list[str] = []
        self.user = user
        notices = Notices(Client(self), Clock())
        notices.open()
        user.session.on_status = notices.status

    def notify(self, method: str, params: Any = None) -> None:
        del method
        self.messages.append(params.message)

    async def ask(self, method: str, params: Any) -> Any:
        raise NotImplementedError


async def test_two_hundred_flaps_of_the_network_show_nothing(meet: Meet) -> None:
    api, clock = QuickApi(answer="sum(values)"), Clock()
    user = meet(api, clock=clock, **FREE)
    screen = Screen(user)
    assert (await user.complete()).suggestions
    faults: list[Fault] = ["refuse", "reset", "cut", "no_done"]
    for flap in range(200):
        api.fault = faults[flap % len(faults)]
        for _ in range(1 + 3 * (flap < 20)):
            await user.complete(Trigger.AUTOMATIC)
        clock.now += 1.0
        api.fault = None
        assert (await user.complete()).suggestions
        assert user.session.status().kind == "normal"
    assert screen.messages == []


async def test_an_endpoint_that_never_answered_is_told_of_once(meet: Meet) -> None:
    clock = Clock()
    user = meet(QuickApi(fault="refuse"), clock=clock, **FREE)
    screen = Screen(user)
    await user.complete(Trigger.AUTOMATIC)
    assert screen.messages == []
    for _ in range(20):
        await user.complete()
        clock.now += 30.0
    assert len(screen.messages) == 1
    assert "cannot be reached" in screen.messages[0]


@pytest.mark.parametrize("fault", ["refuse", "reset", "cut", "no_done"])
async def test_without_a_network_the_answer_comes_at_once(
    meet: Meet, fault: Fault
) -> None:
    api, clock = QuickApi(answer="sum(values)"), Clock()
    user = meet(api, clock=clock, **FREE)
    await user.complete()
    api.fault = fault
    reasons = []
    for _ in range(5):
        # The clock stands still: nothing that waits could answer.
        offer = await user.complete(Trigger.AUTOMATIC)
        assert offer.suggestions == ()
        reasons.append(offer.decision.reason)
    assert reasons == ["failed"] * 3 + ["back-off"] * 2
    status = user.session.status()
    assert (status.kind, status.reason) == ("warning", "unreachable")


async def test_it_is_back_within_a_second_of_the_networks_return(meet: Meet) -> None:
    """The next ordinary request is the probe: nothing is asked for its sake."""
    api, clock = QuickApi(answer="sum(values)", fault="refuse"), Clock()
    user = meet(api, clock=clock, **FREE)
    for _ in range(8):
        await user.complete(Trigger.AUTOMATIC)
    assert (await user.complete(Trigger.AUTOMATIC)).decision.reason == "back-off"
    api.fault = None
    for _ in range(10):  # keys, a tenth of a second apart
        clock.now += 0.1
        offer = await user.complete(Trigger.AUTOMATIC)
        await settle()
    offer = await user.complete(Trigger.AUTOMATIC)
    assert offer.suggestions
    assert user.session.status().kind == "normal"
    # Those that were refused, and the list of models, which was never had before.
    assert [seen.method for seen in api.requests][:1] == ["GET"]
    assert len(api.requests) - len(api.calls) == 1


@pytest.mark.parametrize(("status", "asked"), [(500, 0), (503, 3)])
async def test_a_failing_gateway_is_asked_less_and_less_another_server_is_not(
    meet: Meet, status: int, asked: int
) -> None:
    api, clock = QuickApi(answer="sum(values)"), Clock()
    user = meet(api, clock=clock, **FREE)
    await user.complete()
    api.status = status
    for _ in range(3):
        await user.complete(Trigger.AUTOMATIC)
    before = len(api.requests)
    for _ in range(41):
        clock.now += 0.1
        await user.complete(Trigger.AUTOMATIC)
        await settle()
    assert len(api.requests) - before == asked
    assert user.session.status().kind == "warning"


async def test_a_laptop_that_slept_opens_new_connections(meet: Meet) -> None:
    now = [NOON]
    async with SocketApi(answer="sum(values)") as api:
        providers = {"deepseek": {"baseUrl": api.url}}
        user = meet(None, now=lambda: now[0], providers=providers)
        assert (await user.complete()).suggestions
        assert (await user.complete()).suggestions
        before = api.connections
        now[0] += 3600
        assert (await user.complete()).suggestions
        assert api.connections > before
        now[0] -= 7200  # a clock that is set back is no sleep
        after = api.connections
        assert (await user.complete()).suggestions
        assert api.connections == after
        await user.session.aclose()


async def test_after_a_long_pause_the_first_request_is_answered(meet: Meet) -> None:
    """The endpoint has closed the connection meanwhile."""
    async with SocketApi(answer="sum(values)") as api:
        providers = {"deepseek": {"baseUrl": api.url}}
        user = meet(None, providers=providers)
        assert (await user.complete()).suggestions
        port = api.port
        await api.__aexit__()
        async with SocketApi(answer="sum(values)", port=port):
            assert (await user.complete()).suggestions
            await user.session.aclose()


async def test_a_newer_request_does_not_wait_for_a_stream_that_stalls(
    meet: Meet,
) -> None:
    """The cable was pulled in the middle of a line."""
    api = QuickApi(answer=["sum", "(values)"], fault="stall")
    user = meet(api, **FREE)
    stalled = asyncio.create_task(user.complete())
    await api.arrived.wait()
    await settle()
    assert not stalled.done()
    api.fault = None
    assert (await user.complete()).suggestions
    user.session.engine.clear()
    offer = await stalled
    assert offer.decision.reason == "contradicted"
