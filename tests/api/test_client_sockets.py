"""The client over real sockets: closing, connections, deadlines."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from fim_lsp.api.client import ApiClient
from fim_lsp.errors import StreamBroken
from tests.harness.fake_api import Fault
from tests.harness.socket_api import SocketApi

from .support import FIM, KEY, all_of, eventually, provider, text_of


@asynccontextmanager
async def open_client(api: SocketApi, **said: Any) -> AsyncGenerator[ApiClient, None]:
    client = ApiClient(provider(baseUrl=api.url, **said), KEY, environ={})
    try:
        yield client
    finally:
        await client.aclose()


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncGenerator[tuple[SocketApi, str], None]:
    """A TLS endpoint that is always in the middle of an answer, and its authority."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    async with SocketApi(answer=["one", asyncio.Event()], tls=context) as api:
        yield api, str(file)


async def first_piece_then_close(client: ApiClient, *, spare: bool = True) -> None:
    async with aclosing(client.stream_fim(FIM, "m")) as deltas:
        assert (await anext(deltas)).text == "one"
        if spare:
            await eventually(client.has_idle)  # it opens while the stream runs


async def test_closing_a_stream_reaches_the_server() -> None:
    async with (
        SocketApi(answer=["one", asyncio.Event()]) as api,
        open_client(api) as ours,
    ):
        async with aclosing(ours.stream_fim(FIM, "m")) as deltas:
            await anext(deltas)
        await eventually(lambda: api.aborted == 1)


async def test_streams_read_to_their_end_share_one_connection() -> None:
    async with SocketApi(answer="x") as api, open_client(api) as ours:
        for _ in range(5):
            assert await text_of(ours.stream_fim(FIM, "m")) == "x"
        assert api.connections == 1 and api.aborted == 0


async def test_on_plain_loopback_no_spare_is_opened() -> None:
    async with SocketApi(answer="x") as api, open_client(api) as ours:
        await all_of(ours.stream_fim(FIM, "m"))
        assert len(api.requests) == 1


async def test_after_an_early_close_the_next_request_finds_a_connection(
    secure: tuple[SocketApi, str],
) -> None:
    api, file = secure
    async with open_client(api, caFile=file) as ours:
        await first_piece_then_close(ours)
        for _ in range(3):
            opened = api.connections
            async with aclosing(ours.stream_fim(FIM, "m")) as deltas:
                assert (await anext(deltas)).text == "one"
                await eventually(ours.has_idle)
            # The request itself found a connection; only its spare was opened.
            assert api.connections == opened + 1
        assert [seen.method for seen in api.requests] == ["POST"] * 4


async def test_warming_opens_one_connection_and_asks_for_nothing(
    secure: tuple[SocketApi, str],
) -> None:
    api, file = secure
    api.answer = "x"
    async with open_client(api, caFile=file) as ours:
        ours.warm()
        assert api.connections == 0  # nothing was allowed to be asked yet
        assert await text_of(ours.stream_fim(FIM, "m")) == "x"
        ours.warm()
        ours.warm()
        await eventually(ours.has_idle)
        assert api.connections == 1
        assert [seen.method for seen in api.requests] == ["POST"]


async def test_a_spare_connection_that_the_endpoint_closed_is_not_used(
    secure: tuple[SocketApi, str],
) -> None:
    api, file = secure
    async with open_client(api, caFile=file) as ours:
        await first_piece_then_close(ours)
        api.drop()
        await eventually(lambda: not ours.has_idle())
        await first_piece_then_close(ours)
        assert len(api.calls) == 2


@pytest.mark.parametrize(
    "fault", ["reset", "cut", "garbage", "bad_utf8", "no_done", "html"]
)
async def test_after_a_fault_on_the_wire_the_same_client_works_again(
    fault: Fault,
) -> None:
    async with SocketApi(answer="x") as api, open_client(api) as ours:
        api.fault = fault
        with pytest.raises(StreamBroken):
            await all_of(ours.stream_fim(FIM, "m"))
        api.fault = None
        assert await text_of(ours.stream_fim(FIM, "m")) == "x"


async def test_a_connection_that_died_while_idle_costs_nothing() -> None:
    async with SocketApi(answer="x") as api, open_client(api) as ours:
        await all_of(ours.stream_fim(FIM, "m"))
        api.fault = "reset"
        with pytest.raises(StreamBroken):
            await all_of(ours.stream_fim(FIM, "m"))
        # Once over the connection that was open, once over a new one.
        assert len(api.requests) == 3


async def test_nothing_is_left_behind() -> None:
    before = asyncio.all_tasks()
    async with (
        SocketApi(answer=["one", asyncio.Event()]) as api,
        open_client(api) as ours,
    ):
        for _ in range(3):
            async with aclosing(ours.stream_fim(FIM, "m")) as deltas:
                await anext(deltas)
    for _ in range(10):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_an_answer_in_an_encoding_is_refused_before_it_is_read() -> None:
    bomb = {"content-encoding": "gzip, gzip"}
    async with SocketApi(answer="x", headers=bomb) as api, open_client(api) as ours:
        with pytest.raises(StreamBroken, match="compressed its answer"):
            await all_of(ours.stream_fim(FIM, "m"))
        assert {seen.headers["accept-encoding"] for seen in api.requests} == {
            "identity"
        }


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors")
@pytest.mark.parametrize("tls", [False, True])
async def test_streams_that_are_closed_at_any_moment_leave_no_socket(
    secure: tuple[SocketApi, str], tls: bool
) -> None:
    _, file = secure
    plain = SocketApi(answer=["one", asyncio.Event()])
    async with AsyncExitStack() as stack:
        if not tls:
            await stack.enter_async_context(plain)
        api = secure[0] if tls else plain
        ours = await stack.enter_async_context(open_client(api, caFile=file))
        await first_piece_then_close(ours, spare=tls)
        before = descriptors()
        for turns in range(200):
            stream = ours.stream_fim(FIM, "m")
            reading = asyncio.create_task(anext(stream, None))
            for _ in range(turns % 50):
                await asyncio.sleep(0)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await stream.aclose()
        # A spare connection, and its other end in this process, may stay.
        await eventually(lambda: descriptors() <= before + 2)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors")
@pytest.mark.parametrize("was_used", [False, True])
@pytest.mark.parametrize("tls", [False, True])
async def test_a_request_over_a_client_that_was_closed_leaves_no_socket(
    secure: tuple[SocketApi, str], tls: bool, was_used: bool
) -> None:
    """As when the settings change while a flight gathers what it sends."""
    plain, file = SocketApi(answer="x"), secure[1]
    async with AsyncExitStack() as stack:
        if not tls:
            await stack.enter_async_context(plain)
        api = secure[0] if tls else plain
        api.answer = "x"
        before = descriptors()
        for _ in range(5):
            ours = ApiClient(provider(baseUrl=api.url, caFile=file), KEY, environ={})
            if was_used:
                assert await text_of(ours.stream_fim(FIM, "m")) == "x"
            await ours.aclose()
            assert await text_of(ours.stream_fim(FIM, "m")) == "x"
            ours.warm()
        await eventually(lambda: descriptors() <= before)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
