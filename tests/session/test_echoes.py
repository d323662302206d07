"""One echo for each workspace folder, and what it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.completion.on_screen import Seen, Verdict
from fim_lsp.echo.guess import Guess
from fim_lsp.session import echoes as workspaces
from fim_lsp.session.echoes import Echoes
from fim_lsp.text import Document, Place, document


class FakeEcho:
    """Notes what it is told; guesses what it is set to."""

    def __init__(
        self, folder: Path, *, may_read: Callable[[Path], bool], memory: Any
    ) -> None:
        del memory
        self.folder = folder
        self.may_read = may_read
        self.building = False
        self.is_small = False
        self.is_resting = False
        self.reads = folder != Path.home()
        self.told: list[tuple[str, Any]] = []

    async def guess(
        self, document: Document, place: Place, *, invoked: bool
    ) -> Guess | None:
        del document, place
        return Guess("again", 0.9, str(self.folder / "b.py:3"), 2) if invoked else None

    def overlay(self, document: Document) -> None:
        self.told.append(("overlay", document.text))

    def forget(self, uri: str) -> None:
        self.told.append(("forget", uri))

    def accepted(self) -> None:
        self.told.append(("accepted", None))

    def typed_against(self) -> None:
        self.told.append(("typed against", None))

    async def ready(self, near: Path | None) -> bool:
        del near
        return True

    async def aclose(self) -> None:
        self.told.append(("closed", None))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[FakeEcho]:
    made: list[FakeEcho] = []

    def make(*args: Any, **kwargs: Any) -> FakeEcho:
        made.append(FakeEcho(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(workspaces, "Echo", make)
    return made


@pytest.fixture
def ours() -> Echoes:
    return Echoes(lambda path, folder: path.parent == folder)


def opened(folder: Path, text: str = "x") -> Document:
    return document((folder / "main.py").as_uri(), "python", 1, text)


async def ask(ours: Echoes, folder: Path | None, *, invoked: bool = True) -> Any:
    text = opened(folder or Path("/nowhere"))
    return await ours.guess(folder, text, Place(0, 1), invoked=invoked)


async def test_without_a_folder_there_is_no_echo(
    ours: Echoes, made: list[FakeEcho]
) -> None:
    refusal = ours.refusal(None)
    assert refusal is not None and refusal.reason == "echo-no-folder"
    assert await ask(ours, None) is None
    assert made == []


async def test_each_folder_has_one_echo_that_reads_its_own_files(
    ours: Echoes, made: list[FakeEcho], tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two, one):
        found = await ask(ours, folder)
        assert (found.text, found.origin) == ("again", "b.py:3")
    assert [echo.folder for echo in made] == [one, two]
    assert made[0].may_read(one / "a.py")
    assert not made[0].may_read(two / "a.py")


async def test_while_it_is_built_it_says_so(
    ours: Echoes, made: list[FakeEcho], tmp_path: Path
) -> None:
    assert ours.refusal(tmp_path) is None
    assert await ours.ready(tmp_path)
    made[0].building = True
    refusal = ours.refusal(tmp_path)
    assert refusal is not None and refusal.reason == "echo-building"


@pytest.mark.parametrize(
    ("state", "reason"),
    [("is_small", "echo-small"), ("is_resting", "echo-resting")],
)
async def test_of_a_folder_where_it_never_answers_today_it_says_why(
    ours: Echoes, made: list[FakeEcho], tmp_path: Path, state: str, reason: str
) -> None:
    assert await ours.ready(tmp_path)
    setattr(made[0], state, True)
    refusal = ours.refusal(tmp_path)
    assert refusal is not None and refusal.reason == reason


def test_of_a_home_folder_it_says_that_it_is_never_read(
    ours: Echoes, made: list[FakeEcho]
) -> None:
    refusal = ours.refusal(Path.home())
    assert refusal is not None and refusal.reason == "echo-never"
    assert len(made) == 1


async def test_open_documents_are_known_to_an_echo_that_comes_later(
    ours: Echoes, made: list[FakeEcho], tmp_path: Path
) -> None:
    ours.changed(opened(tmp_path, "first"))
    await ask(ours, tmp_path)
    ours.changed(opened(tmp_path, "second"))
    uri = opened(tmp_path).uri
    ours.closed(uri)
    await ours.aclose()
    assert made[0].told == [
        ("overlay", "first"),
        ("overlay", "second"),
        ("forget", uri),
        ("closed", None),
    ]


AGAINST, NOTHING = Seen(Verdict.AGAINST), Seen(Verdict.NOTHING)


@pytest.mark.parametrize(
    ("seen", "invoked", "told"),
    [
        ([Seen(Verdict.ACCEPTED)], True, ["accepted"]),
        ([Seen(Verdict.AGAINST, rejected=True)], True, ["typed against"]),
        ([Seen(Verdict.TYPED)], True, []),
        ([Seen(Verdict.ACCEPTED)], False, []),  # it had guessed nothing
        # One key may be a typo: the next one rejects the guess.
        ([AGAINST], True, []),
        ([AGAINST, Seen(Verdict.BACK)], True, []),
        ([AGAINST, replace(NOTHING, rejected=True)], True, ["typed against"]),
        ([AGAINST, Seen(Verdict.BACK), Seen(Verdict.ACCEPTED)], True, ["accepted"]),
    ],
)
async def test_it_learns_what_became_of_its_guess(
    ours: Echoes,
    made: list[FakeEcho],
    tmp_path: Path,
    *,
    seen: list[Seen],
    invoked: bool,
    told: list[str],
) -> None:
    await ask(ours, tmp_path, invoked=invoked)
    for each in seen:
        ours.learn(opened(tmp_path).uri, each)
    assert [name for name, _ in made[0].told] == told
