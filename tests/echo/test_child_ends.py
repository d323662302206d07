"""The child process of echo: crashes, ends, and is started again."""

from __future__ import annotations

import asyncio
from typing import Any

from fim_lsp.echo.echo import Echo
from fim_lsp.echo.process import child_environment

from .fake_child import Spawner
from .project import FOLDER, HOME, document_ending, running_echo, scripted, settled


async def test_a_crashed_child_is_started_again_but_only_twice() -> None:
    spawner = Spawner(scripted())
    async with running_echo(spawner) as echo:
        text, place = document_ending()
        echo.overlay(text)
        for number in range(1, 6):
            await echo.guess(text, place, invoked=False)
            await settled()
            assert len(spawner.children) == min(number, 3)
            spawner.children[-1].crash()
            await settled()
        assert await echo.guess(text, place, invoked=False) is None
    for child in spawner.children:
        assert any("overlay" in message for message in child.heard)


async def test_a_workspace_is_not_small_because_the_child_crashed() -> None:
    """It is started again by the next question, which must not be refused."""
    spawner = Spawner(lambda _: [])
    async with running_echo(spawner) as echo:
        await echo.guess(*document_ending(), invoked=False)
        await settled()
        spawner.children[-1].crash()
        await settled()
        assert not echo.building
        assert not echo.is_small


async def test_a_child_that_was_ended_often_comes_back_after_a_while() -> None:
    spawner, now = Spawner(scripted()), [1000.0]
    async with running_echo(spawner, clock=lambda: now[0]) as echo:
        text, place = document_ending()
        for _ in range(5):
            await echo.guess(text, place, invoked=False)
            await settled()
            spawner.children[-1].crash()
            await settled()
        assert len(spawner.children) == 3
        now[0] += 600.0
        await echo.guess(text, place, invoked=False)
        await settled()
        assert len(spawner.children) == 4


def test_the_child_gets_no_key_with_its_environment() -> None:
    environ = {"PATH": "/bin", "DEEPSEEK_API_KEY": "sk-1", "LC_ALL": "C", "TOKEN": "x"}
    assert child_environment(environ) == {"PATH": "/bin", "LC_ALL": "C"}


async def test_a_question_is_answered_when_the_child_ends_meanwhile() -> None:
    spawner = Spawner(scripted(guess=None))
    async with running_echo(spawner) as echo:
        await echo.ready()
        (child,) = spawner.children
        child.script = lambda _: []
        asking = asyncio.create_task(echo.guess(*document_ending(), invoked=True))
        await settled()
        child.crash()
        assert await asking is None


async def test_a_process_that_cannot_be_started_means_silence() -> None:
    async def spawn() -> Any:
        raise FileNotFoundError

    echo = Echo(FOLDER, may_read=lambda _: True, home=HOME, spawn=spawn)
    assert not await echo.ready()
    assert await echo.guess(*document_ending(), invoked=True) is None
    await echo.aclose()


async def test_closing_ends_the_child_and_nothing_starts_after() -> None:
    spawner = Spawner(scripted())
    async with running_echo(spawner) as echo:
        await echo.ready()
    assert spawner.children[0].killed
    assert await echo.guess(*document_ending(), invoked=True) is None
    await settled()
    assert len(spawner.children) == 1
