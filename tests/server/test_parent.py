"""Whether the editor's process is still running."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from fim_lsp.server import parent

from ..harness.pair import Pair


async def dead_process() -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
    return process.pid


async def test_a_process_that_is_gone_is_not_waited_for() -> None:
    async def sleep(_seconds: float) -> None:
        pytest.fail("The process is gone, and yet there was a wait.")

    await parent.until_gone(await dead_process(), sleep=sleep)


async def test_an_editor_elsewhere_does_not_end_the_server(raw_client: Pair) -> None:
    await raw_client.initialize(processId=await dead_process())
    assert not raw_client.server.ended.is_set()


@pytest.mark.parametrize("number", [0, -1, 2**70])
def test_a_number_that_no_process_has_is_not_alive(number: int) -> None:
    assert not parent.is_alive(number)


async def test_polling_ends_when_the_process_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        monkeypatch.setattr(parent, "is_alive", lambda _: len(slept) < 2)

    await parent.until_gone(os.getpid(), sleep=sleep)
    assert slept == [parent.SECONDS] * 2
