from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.echo.frames import FrameMessage
from fim_lsp.echo.guess import Guess
from fim_lsp.echo.manners import CAREFUL, INVOKED, TRUSTED, Manners, Memory

from .fake_child import FakeChild, Spawner
from .project import (
    FOLDER,
    GUESS,
    HOME,
    URI,
    document_ending,
    running_echo,
    scripted,
    settled,
)


async def test_a_guess_comes_once_the_index_is_ready() -> None:
    async with running_echo(Spawner(scripted())) as echo:
        text, place = document_ending()
        assert await echo.guess(text, place, invoked=False) is None
        assert await echo.ready()
        found = await echo.guess(text, place, invoked=False)
        assert found == Guess("open(name)", 0.9, "b.py:3", 2)


async def test_no_process_runs_before_it_is_needed() -> None:
    spawner = Spawner(scripted())
    async with running_echo(spawner) as echo:
        echo.overlay(document_ending()[0])
        echo.forget(URI)
        await settled()
    assert spawner.children == []


@pytest.mark.parametrize("folder", [None, FOLDER.parent, HOME, HOME.parent])
async def test_no_folder_root_or_home_is_ever_read(folder: Path | None) -> None:
    spawner = Spawner(scripted())
    async with running_echo(spawner, folder=folder) as echo:
        assert not await echo.ready()
        text, place = document_ending()
        assert await echo.guess(text, place, invoked=True) is None
    assert spawner.children == []


async def test_a_home_that_is_a_link_is_not_read_either(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    home = tmp_path / "home"
    home.symlink_to(tmp_path / "disk", target_is_directory=True)
    for folder in (home, tmp_path / "disk", tmp_path):
        async with running_echo(Spawner(scripted()), folder=folder, home=home) as echo:
            assert not echo.reads


async def test_a_small_workspace_has_nothing_to_repeat() -> None:
    async with running_echo(Spawner(scripted(lines=499))) as echo:
        assert not echo.is_small
        assert not await echo.ready()
        assert echo.is_small
        text, place = document_ending()
        assert await echo.guess(text, place, invoked=True) is None


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        pytest.param("x = 1  # a", URI, id="comment"),
        pytest.param("x = ", "untitled:one", id="no file"),
        pytest.param("x = ", (FOLDER.parent / "o.py").as_uri(), id="other folder"),
    ],
)
async def test_there_are_places_where_the_child_is_not_even_asked(
    text: str, uri: str
) -> None:
    spawner = Spawner(scripted())
    async with running_echo(spawner) as echo:
        await echo.ready()
        assert await echo.guess(*document_ending(text, uri), invoked=True) is None
    (child,) = spawner.children
    assert not any("guess" in message for message in child.heard)


@pytest.mark.parametrize(
    ("typed", "guessed"),
    [
        ("key = ", '"AKIA' + 'ABCDEFGHIJKLMNOP"'),
        ('key = "AKIA', 'ABCDEFGHIJKLMNOP"'),
    ],
)
async def test_a_likely_secret_is_never_repeated(typed: str, guessed: str) -> None:
    """Not even when its first characters were typed by hand."""
    async with running_echo(
        Spawner(scripted(guess={**GUESS, "text": guessed}))
    ) as echo:
        await echo.ready()
        assert await echo.guess(*document_ending(typed), invoked=True) is None


def _questions(child: FakeChild) -> Sequence[dict[str, Any]]:
    return [message["question"] for message in child.heard if "guess" in message]


async def test_the_question_says_where_and_how_sure_to_be() -> None:
    spawner = Spawner(scripted())
    lines = "".join(f"line{number}\n" for number in range(30))
    async with running_echo(spawner) as echo:
        await echo.ready()
        await echo.guess(*document_ending(lines + "x = "), invoked=False)
        await echo.guess(*document_ending(lines + "x = "), invoked=True)
        for _ in range(20):
            echo.accepted()
        await echo.guess(*document_ending(lines + "x = "), invoked=False)
    first, second, third = _questions(spawner.children[0])
    assert [q["threshold"] for q in (first, second, third)] == [
        CAREFUL,
        INVOKED,
        TRUSTED,
    ]
    assert first["path"] == str(FOLDER / "main.py")
    assert (first["line"], first["line_count"]) == (30, 31)
    assert first["before"][-2:] == ["line29\n", "x = "]
    assert first["fewest"] == 4


async def test_five_in_a_row_typed_against_are_enough_for_a_day() -> None:
    now = [1_800_000_000.0]
    kept: list[Manners] = []
    memory = Memory(load=Manners, save=kept.append)
    changes: dict[str, Any] = {"memory": memory, "clock": lambda: now[0]}
    async with running_echo(Spawner(scripted()), **changes) as echo:
        await echo.ready()
        text, place = document_ending()
        for _ in range(5):
            assert await echo.guess(text, place, invoked=False)
            echo.typed_against()
        assert await echo.guess(text, place, invoked=True) is None
        assert echo.is_resting
        now[0] += 86_400
        assert not echo.is_resting
        assert await echo.guess(text, place, invoked=False)
    assert len(kept) == 5
    assert kept[-1].off_on


async def test_open_documents_are_sent_when_typing_rests() -> None:
    spawner = Spawner(scripted())
    resting = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await resting.wait()

    async with running_echo(spawner, sleep=sleep) as echo:
        await echo.ready()
        text, place = document_ending()
        for typed in ("o", "op", "ope"):
            echo.overlay(document_ending(f"x = {typed}\r\n")[0])
        await echo.guess(text, place, invoked=False)
        (child,) = spawner.children
        assert not any("overlay" in message for message in child.heard)
        resting.set()
        await settled()
    sent = [message for message in child.heard if "overlay" in message]
    assert sent == [{"overlay": str(FOLDER / "main.py"), "lines": ["x = ope", ""]}]


async def test_a_forbidden_document_is_never_sent_even_when_open() -> None:
    spawner = Spawner(scripted())
    async with running_echo(spawner, may_read=lambda _: False) as echo:
        echo.overlay(document_ending()[0])
        await echo.ready()
        await settled()
    assert not any("overlay" in message for message in spawner.children[0].heard)


async def test_a_closed_document_is_forgotten() -> None:
    spawner = Spawner(scripted())
    async with running_echo(spawner) as echo:
        await echo.ready()
        echo.overlay(document_ending()[0])
        echo.forget(URI)
        await settled()
    heard = spawner.children[0].heard
    assert {"forget": str(FOLDER / "main.py")} in heard
    assert not any("overlay" in message for message in heard)


async def test_the_child_asks_before_it_reads() -> None:
    allowed = str(FOLDER / "a.py")

    def script(message: FrameMessage) -> list[FrameMessage]:
        match message:
            case {"start": _}:
                return [{"ask": allowed}]
            case {"may": True}:
                return [{"ask": str(FOLDER / "b.py")}]
            case {"may": False}:
                return [{"ready": 900}]
        return []

    async with running_echo(
        Spawner(script), may_read=lambda path: str(path) == allowed
    ) as echo:
        assert await echo.ready()
