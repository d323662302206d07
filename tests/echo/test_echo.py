from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.echo.echo import Echo
from fim_lsp.echo.frames import FrameMessage
from fim_lsp.echo.guess import Guess
from fim_lsp.echo.manners import CAREFUL, INVOKED, TRUSTED, Manners, Memory
from fim_lsp.echo.process import child_environment
from fim_lsp.text import Document, Place, document

from .fake_child import FakeChild, Script, Spawner

_FOLDER = Path("/project") if Path("/").anchor == "/" else Path("C:/project")
_HOME = _FOLDER.parent / "homes" / "me"
_URI = (_FOLDER / "main.py").as_uri()
_GUESS = {"text": "open(name)", "confidence": 0.9, "source": "b.py:3", "support": 2}


def _script(lines: int = 500, guess: Any = _GUESS) -> Script:
    def answer(message: FrameMessage) -> list[FrameMessage]:
        match message:
            case {"start": _}:
                return [{"ready": lines}]
            case {"guess": number}:
                return [{"answer": number, "guess": guess}]
        return []

    return answer


def _document(text: str = "x = ", uri: str = _URI) -> tuple[Document, Place]:
    made = document(uri, "python", 1, text)
    last = len(made.lines) - 1
    return made, Place(last, len(made.lines[last]))


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def _echo(spawner: Spawner, **changes: Any) -> AsyncIterator[Echo]:
    options = {"may_read": lambda _: True, "sleep": _at_once, "home": _HOME}
    echo = Echo(changes.pop("folder", _FOLDER), spawn=spawner, **{**options, **changes})
    try:
        yield echo
    finally:
        await echo.aclose()


async def test_a_guess_comes_once_the_index_is_ready() -> None:
    async with _echo(Spawner(_script())) as echo:
        text, place = _document()
        assert await echo.guess(text, place, invoked=False) is None
        assert await echo.ready()
        found = await echo.guess(text, place, invoked=False)
        assert found == Guess("open(name)", 0.9, "b.py:3", 2)


async def test_no_process_runs_before_it_is_needed() -> None:
    spawner = Spawner(_script())
    async with _echo(spawner) as echo:
        echo.overlay(_document()[0])
        echo.forget(_URI)
        await _settle()
    assert spawner.children == []


@pytest.mark.parametrize("folder", [None, _FOLDER.parent, _HOME, _HOME.parent])
async def test_no_folder_root_or_home_is_ever_read(folder: Path | None) -> None:
    spawner = Spawner(_script())
    async with _echo(spawner, folder=folder) as echo:
        assert not await echo.ready()
        text, place = _document()
        assert await echo.guess(text, place, invoked=True) is None
    assert spawner.children == []


async def test_a_home_that_is_a_link_is_not_read_either(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    home = tmp_path / "home"
    home.symlink_to(tmp_path / "disk", target_is_directory=True)
    for folder in (home, tmp_path / "disk", tmp_path):
        async with _echo(Spawner(_script()), folder=folder, home=home) as echo:
            assert not echo.reads


async def test_a_small_workspace_has_nothing_to_repeat() -> None:
    async with _echo(Spawner(_script(lines=499))) as echo:
        assert not echo.is_small
        assert not await echo.ready()
        assert echo.is_small
        text, place = _document()
        assert await echo.guess(text, place, invoked=True) is None


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        pytest.param("x = 1  # a", _URI, id="comment"),
        pytest.param("x = ", "untitled:one", id="no file"),
        pytest.param("x = ", (_FOLDER.parent / "o.py").as_uri(), id="other folder"),
    ],
)
async def test_there_are_places_where_the_child_is_not_even_asked(
    text: str, uri: str
) -> None:
    spawner = Spawner(_script())
    async with _echo(spawner) as echo:
        await echo.ready()
        assert await echo.guess(*_document(text, uri), invoked=True) is None
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
    async with _echo(Spawner(_script(guess={**_GUESS, "text": guessed}))) as echo:
        await echo.ready()
        assert await echo.guess(*_document(typed), invoked=True) is None


def _questions(child: FakeChild) -> Sequence[dict[str, Any]]:
    return [message["question"] for message in child.heard if "guess" in message]


async def test_the_question_says_where_and_how_sure_to_be() -> None:
    spawner = Spawner(_script())
    lines = "".join(f"line{number}\n" for number in range(30))
    async with _echo(spawner) as echo:
        await echo.ready()
        await echo.guess(*_document(lines + "x = "), invoked=False)
        await echo.guess(*_document(lines + "x = "), invoked=True)
        for _ in range(20):
            echo.accepted()
        await echo.guess(*_document(lines + "x = "), invoked=False)
    first, second, third = _questions(spawner.children[0])
    assert [q["threshold"] for q in (first, second, third)] == [
        CAREFUL,
        INVOKED,
        TRUSTED,
    ]
    assert first["path"] == str(_FOLDER / "main.py")
    assert (first["line"], first["line_count"]) == (30, 31)
    assert first["before"][-2:] == ["line29\n", "x = "]
    assert first["fewest"] == 4


async def test_five_in_a_row_typed_against_are_enough_for_a_day() -> None:
    now = [1_800_000_000.0]
    kept: list[Manners] = []
    memory = Memory(load=Manners, save=kept.append)
    changes: dict[str, Any] = {"memory": memory, "clock": lambda: now[0]}
    async with _echo(Spawner(_script()), **changes) as echo:
        await echo.ready()
        text, place = _document()
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
    spawner = Spawner(_script())
    resting = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await resting.wait()

    async with _echo(spawner, sleep=sleep) as echo:
        await echo.ready()
        text, place = _document()
        for typed in ("o", "op", "ope"):
            echo.overlay(_document(f"x = {typed}\r\n")[0])
        await echo.guess(text, place, invoked=False)
        (child,) = spawner.children
        assert not any("overlay" in message for message in child.heard)
        resting.set()
        await _settle()
    sent = [message for message in child.heard if "overlay" in message]
    assert sent == [{"overlay": str(_FOLDER / "main.py"), "lines": ["x = ope", ""]}]


async def test_a_forbidden_document_is_never_sent_even_when_open() -> None:
    spawner = Spawner(_script())
    async with _echo(spawner, may_read=lambda _: False) as echo:
        echo.overlay(_document()[0])
        await echo.ready()
        await _settle()
    assert not any("overlay" in message for message in spawner.children[0].heard)


async def test_a_closed_document_is_forgotten() -> None:
    spawner = Spawner(_script())
    async with _echo(spawner) as echo:
        await echo.ready()
        echo.overlay(_document()[0])
        echo.forget(_URI)
        await _settle()
    heard = spawner.children[0].heard
    assert {"forget": str(_FOLDER / "main.py")} in heard
    assert not any("overlay" in message for message in heard)


async def test_the_child_asks_before_it_reads() -> None:
    allowed = str(_FOLDER / "a.py")

    def script(message: FrameMessage) -> list[FrameMessage]:
        match message:
            case {"start": _}:
                return [{"ask": allowed}]
            case {"may": True}:
                return [{"ask": str(_FOLDER / "b.py")}]
            case {"may": False}:
                return [{"ready": 900}]
        return []

    async with _echo(
        Spawner(script), may_read=lambda path: str(path) == allowed
    ) as echo:
        assert await echo.ready()


async def test_a_crashed_child_is_started_again_but_only_twice() -> None:
    spawner = Spawner(_script())
    async with _echo(spawner) as echo:
        text, place = _document()
        echo.overlay(text)
        for number in range(1, 6):
            await echo.guess(text, place, invoked=False)
            await _settle()
            assert len(spawner.children) == min(number, 3)
            spawner.children[-1].crash()
            await _settle()
        assert await echo.guess(text, place, invoked=False) is None
    for child in spawner.children:
        assert any("overlay" in message for message in child.heard)


async def test_a_workspace_is_not_small_because_the_child_crashed() -> None:
    """It is started again by the next question, which must not be refused."""
    spawner = Spawner(lambda _: [])
    async with _echo(spawner) as echo:
        await echo.guess(*_document(), invoked=False)
        await _settle()
        spawner.children[-1].crash()
        await _settle()
        assert not echo.building
        assert not echo.is_small


async def test_a_child_that_was_ended_often_comes_back_after_a_while() -> None:
    spawner, now = Spawner(_script()), [1000.0]
    async with _echo(spawner, clock=lambda: now[0]) as echo:
        text, place = _document()
        for _ in range(5):
            await echo.guess(text, place, invoked=False)
            await _settle()
            spawner.children[-1].crash()
            await _settle()
        assert len(spawner.children) == 3
        now[0] += 600.0
        await echo.guess(text, place, invoked=False)
        await _settle()
        assert len(spawner.children) == 4


def test_the_child_gets_no_key_with_its_environment() -> None:
    environ = {"PATH": "/bin", "DEEPSEEK_API_KEY": "sk-1", "LC_ALL": "C", "TOKEN": "x"}
    assert child_environment(environ) == {"PATH": "/bin", "LC_ALL": "C"}


async def test_a_question_is_answered_when_the_child_ends_meanwhile() -> None:
    spawner = Spawner(_script(guess=None))
    async with _echo(spawner) as echo:
        await echo.ready()
        (child,) = spawner.children
        child.script = lambda _: []
        asking = asyncio.create_task(echo.guess(*_document(), invoked=True))
        await _settle()
        child.crash()
        assert await asking is None


async def test_a_process_that_cannot_be_started_means_silence() -> None:
    async def spawn() -> Any:
        raise FileNotFoundError

    echo = Echo(_FOLDER, may_read=lambda _: True, home=_HOME, spawn=spawn)
    assert not await echo.ready()
    assert await echo.guess(*_document(), invoked=True) is None
    await echo.aclose()


async def test_closing_ends_the_child_and_nothing_starts_after() -> None:
    spawner = Spawner(_script())
    async with _echo(spawner) as echo:
        await echo.ready()
    assert spawner.children[0].killed
    assert await echo.guess(*_document(), invoked=True) is None
    await _settle()
    assert len(spawner.children) == 1
