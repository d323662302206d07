"""One echo for each workspace folder, built when it is asked for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_state_path

from ..completion.on_screen import Seen, Verdict
from ..completion.sources import Repetition
from ..echo import manners
from ..echo.echo import Echo
from ..reasons import Refusal
from ..text import Document, Place


class Echoes:
    """Echoes by folder, and the open documents from which they may repeat.

    may_read: whether a file (first argument) of a folder (second) may be read.
    """

    def __init__(self, may_read: Callable[[Path, Path], bool]) -> None:
        self._may_read = may_read
        self._echoes: dict[Path, Echo] = {}
        self._open: dict[str, Document] = {}
        # By URI: the echo that made the guess on screen.
        self._guessed: dict[str, Echo] = {}
        # By URI: the echo that made a guess from which the last key deviated.
        self._doubted: dict[str, Echo] = {}

    async def guess(
        self, folder: Path | None, document: Document, place: Place, *, invoked: bool
    ) -> Repetition | None:
        """The text that the workspace repeats at `place`; None if there is none."""
        if folder is None:
            return None
        echo = self._echo(folder)
        guess = await echo.guess(document, place, invoked=invoked)
        if guess is None:
            self._guessed.pop(document.uri, None)
            return None
        self._guessed[document.uri] = echo
        return Repetition(guess.text, _inside(folder, guess.source), guess.ends)

    def refusal(self, folder: Path | None) -> Refusal | None:
        """Why echo cannot answer now; None if it can."""
        if folder is None:
            return Refusal("echo-no-folder", "Echo needs a workspace folder.")
        echo = self._echo(folder)
        if not echo.reads:
            return Refusal("echo-never", "Echo does not read a whole home folder.")
        if echo.building:
            return Refusal("echo-building", "The workspace is still being read.")
        if echo.is_small:
            return Refusal("echo-small", "The workspace has fewer than 500 lines.")
        if echo.is_resting:
            return Refusal("echo-resting", "Echo is silent until tomorrow.")
        return None

    async def ready(self, folder: Path, near: Path | None = None) -> bool:
        """Wait until the files of a folder have been read; False if they never are.

        near: the file whose neighbours are read first.
        """
        return await self._echo(folder).ready(near)

    def changed(self, document: Document) -> None:
        self._open[document.uri] = document
        for echo in self._echoes.values():
            echo.overlay(document)

    def closed(self, uri: str) -> None:
        self._open.pop(uri, None)
        self._guessed.pop(uri, None)
        self._doubted.pop(uri, None)
        for echo in self._echoes.values():
            echo.forget(uri)

    def learn(self, uri: str, seen: Seen) -> None:
        """Tell an echo that its guess was accepted or typed against.

        uri: the document in which the guess was made.
        """
        if seen.rejected and (echo := self._doubted.pop(uri, self._guessed.get(uri))):
            echo.typed_against()
        guessed = self._guessed.get(uri)
        if seen.verdict is Verdict.AGAINST and guessed and not seen.rejected:
            self._doubted[uri] = guessed
        elif seen.verdict is Verdict.BACK and uri in self._doubted:
            self._guessed[uri] = self._doubted.pop(uri)
        elif seen.verdict is Verdict.ACCEPTED and guessed:
            guessed.accepted()

    async def aclose(self) -> None:
        await asyncio.gather(*(echo.aclose() for echo in self._echoes.values()))

    def _echo(self, folder: Path) -> Echo:
        if folder not in self._echoes:
            state = user_state_path("fim-lsp", appauthor=False) / "echo"
            echo = Echo(
                folder,
                may_read=lambda path: self._may_read(path, folder),
                memory=manners.in_file(state, folder),
            )
            for document in self._open.values():
                echo.overlay(document)
            self._echoes[folder] = echo
        return self._echoes[folder]


def _inside(folder: Path, source: str) -> str:
    """`/project/src/a.py:8` as `src/a.py:8`."""
    return Path(source).relative_to(folder).as_posix()
