"""Snippets from other documents: what is imported, what was just edited, what looks
alike.

Gathered in the background, from when a document is opened, and kept until the window
moves, an import changes or a minute has passed, so that the beginning of the prompt
stays the same and the provider's cache can hit.
"""

from __future__ import annotations

import asyncio
import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..api.requests import Snippet
from ..text import Document, path_of
from .edits import Change
from .imports import import_lines
from .pieces import REGION, Region, pieces, region_of, similarity, words
from .window import Window

# Documents, open or closed, that are remembered.
DOCUMENTS = 20
# Lines of a document that are compared.
COMPARED = 3000
# Recent edits that are remembered.
EDITS = 8
# Regions of recent edits that are looked at.
EDITED = 4
# A region less alike than this has nothing to do with the text around the cursor.
LEAST_ALIKE = 0.15
# A region more alike than this repeats the text around the cursor.
MOST_ALIKE = 0.5
# Two regions more alike than this say the same.
SAME = 0.9
# Seconds after which snippets are gathered again although nothing has moved.
STABLE = 60.0
# Seconds that a request of the user waits for snippets that are being gathered.
PATIENCE = 0.075
# Seconds after which snippets are gathered for later requests: an answer that is on its
# way comes first.
LATER = 0.1

# Where the window begins, and what is imported: snippets are chosen for this pair.
Basis = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """For which window snippets are to be gathered, and how many characters of them."""

    window: Window
    folder: Path | None
    budget: int
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Snippets, when they were gathered, and for what."""

    at: float
    basis: Basis | None
    snippets: tuple[Snippet, ...]


class Snippets:
    """Recent documents and edits, and the snippets last gathered for each document.

    `may_read(path, folder)`: whether privacy allows a file.  Times are in seconds.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        may_read: Callable[[Path, Path], bool],
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._may_read = may_read
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._edits: OrderedDict[tuple[str, int], int] = OrderedDict()
        self._gathered: dict[str, Gathered] = {}
        self._regions_of: dict[str, tuple[Document, tuple[Region, ...]]] = {}
        self._gathering: dict[str, asyncio.Task[None]] = {}
        # What is to be gathered when the answers that are on their way have come.
        self._later: dict[str, Wanted] = {}
        self._waiting: set[asyncio.Task[None]] = set()

    def seen(self, document: Document, changes: Sequence[Change] = ()) -> None:
        """A document was opened or edited; closed ones are remembered for a while.

        Of a notebook only the cell that was seen last is remembered, for its imports.
        """
        uri = document.uri
        if document.cell is not None:
            changes = ()
            for other in list(self._documents.values()):
                if other.cell and other.file_uri == document.file_uri:
                    del self._documents[other.uri]
        self._documents[uri] = document
        self._documents.move_to_end(uri)
        while len(self._documents) > DOCUMENTS:
            gone, _ = self._documents.popitem(last=False)
            self._gathered.pop(gone, None)
            self._regions_of.pop(gone, None)
        for change in changes:
            line = change.start.line
            self._edits.pop((uri, line // REGION), None)
            self._edits[uri, line // REGION] = line
            while len(self._edits) > EDITS:
                self._edits.popitem(last=False)

    def snippets(self, uri: str) -> tuple[Snippet, ...]:
        """The snippets gathered for a document so far; does not wait for more."""
        gathered = self._gathered.get(uri)
        return gathered.snippets if gathered else ()

    def opened(self, window: Window, folder: Path | None, budget: int) -> None:
        """Gather for a document that was just opened, at `window`.

        Where the cursor will be is not known yet, so the first request gathers again
        where it stands elsewhere, and meanwhile takes what is imported.
        """
        self._start(Wanted(window, folder, budget, basis=None))

    def prepare(
        self, window: Window, folder: Path | None, budget: int, *, waits: bool
    ) -> None:
        """Gather in the background, if the snippets were gathered for another place.

        waits: the request is not sent yet, so that it may take what is gathered.  Else
        later requests take it, and the answer to this one comes first.
        """
        document = self._documents.get(window.uri)
        basis = (window.first_line, import_lines(document) if document else ())
        gathered = self._gathered.get(window.uri)
        is_recent = gathered and self._clock() - gathered.at < STABLE
        if gathered and is_recent and gathered.basis == basis:
            return
        wanted = Wanted(window, folder, budget, basis)
        if gathered and not waits:
            self._start_later(wanted)
        else:
            self._start(wanted)

    def are_coming(self, uri: str) -> bool:
        """Whether the first snippets of a document are being gathered."""
        return uri in self._gathering and uri not in self._gathered

    async def ready(self, uri: str) -> None:
        """Wait at most `PATIENCE` for snippets that are being gathered."""
        gathering = self._gathering[uri]
        timer = asyncio.ensure_future(self._sleep(PATIENCE))
        try:
            await asyncio.wait({gathering, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()

    def _start(self, wanted: Wanted) -> None:
        uri = wanted.window.uri
        self._later.pop(uri, None)
        if wanted.folder is None or wanted.budget <= 0 or uri in self._gathering:
            return
        task = asyncio.create_task(self._gather(wanted, wanted.folder))
        self._gathering[uri] = task
        task.add_done_callback(lambda _: self._gathering.pop(uri, None))

    def _start_later(self, wanted: Wanted) -> None:
        uri = wanted.window.uri
        is_waiting = uri in self._later
        self._later[uri] = wanted
        if not is_waiting:
            task = asyncio.create_task(self._after_answers(uri))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def _after_answers(self, uri: str) -> None:
        await self._sleep(LATER)
        if wanted := self._later.get(uri):
            self._start(wanted)

    async def aclose(self) -> None:
        tasks = (*self._waiting, *self._gathering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _gather(self, wanted: Wanted, folder: Path) -> None:
        window, budget = wanted.window, wanted.budget
        here = words("\n".join(_around(window)))
        regions = await self._imported(window, folder, budget)
        regions += self._edited(window.uri, folder)
        regions += await self._alike(window, here, folder)
        snippets = _chosen(regions, here, budget)
        self._gathered[window.uri] = Gathered(self._clock(), wanted.basis, snippets)

    def _edited(self, uri: str, folder: Path) -> Iterator[Region]:
        """The regions of recent edits in other documents, newest first."""
        recent = islice(reversed(self._edits.items()), EDITED)
        for (edited, _), line in recent:
            document = self._documents.get(edited)
            if document is None or edited == uri or document.cell:
                continue
            if path := self._relative(edited, folder):
                regions = self._regions(path, document)
                at = bisect_right([region.first for region in regions], line) - 1
                if at >= 0:
                    yield regions[at]

    async def _alike(
        self, window: Window, here: frozenset[str], folder: Path
    ) -> list[Region]:
        """The most similar region of each other document of the language."""
        alike = []
        for uri, document in reversed(list(self._documents.items())):
            if uri == window.uri or document.language != window.language:
                continue
            if document.cell:  # A notebook is not a text in the language of its cells.
                continue
            if not (path := self._relative(uri, folder)):
                continue
            best = max(
                self._regions(path, document),
                key=lambda region: similarity(region.words, here),
                default=None,
            )
            if best and similarity(best.words, here) >= LEAST_ALIKE:
                alike.append((similarity(best.words, here), best))
            await asyncio.sleep(0)
        alike.sort(key=lambda pair: -pair[0])
        return [region for _, region in alike]

    async def _imported(
        self, window: Window, folder: Path, budget: int
    ) -> list[Region]:
        """What the document takes from files of the workspace: their definitions."""
        document = self._documents.get(window.uri)
        if document is None:
            return []

        def lines_of(path: Path) -> Sequence[str] | None:
            if not self._may_read(path, folder):
                return None
            opened = self._documents.get(path.as_uri())
            return opened.lines[:] if opened else _read(path)

        def regions() -> list[Region]:
            # Loaded in the thread, as its patterns would delay the start.
            from .imported import imported_regions  # noqa: PLC0415

            return imported_regions(window, document, folder, budget, lines_of)

        return await asyncio.to_thread(regions)

    def _regions(self, path: str, document: Document) -> tuple[Region, ...]:
        """A document in pieces; remembered, because other documents seldom change."""
        remembered = self._regions_of.get(document.uri)
        if remembered is None or remembered[0] is not document:
            lines = document.lines[:COMPARED]
            regions = tuple(
                region_of(path, lines, start, end) for start, end in pieces(lines)
            )
            remembered = self._regions_of[document.uri] = document, regions
        return remembered[1]

    def _relative(self, uri: str, folder: Path) -> str | None:
        """The path inside the folder of a document that may be sent."""
        file_path = path_of(uri)
        if file_path is None:
            return None
        path = Path(os.path.normpath(file_path))
        if not path.is_relative_to(folder):
            return None
        if not self._may_read(path, folder):
            return None
        return path.relative_to(folder).as_posix()


def _chosen(
    regions: Iterable[Region], here: frozenset[str], budget: int
) -> tuple[Snippet, ...]:
    """The first regions that fit the budget, one a file, and that repeat neither each
    other nor the text around the cursor.
    """
    kept: list[Region] = []
    for region in regions:
        if not region.text.strip() or similarity(region.words, here) > MOST_ALIKE:
            continue
        if any(
            region.path == other.path or similarity(region.words, other.words) > SAME
            for other in kept
        ):
            continue
        size = len(region.path) + len(region.text)
        if size > budget:
            continue
        budget -= size
        kept.append(region)
    return tuple(Snippet(region.path, region.text) for region in kept)


def _around(window: Window) -> list[str]:
    above = window.prefix.split("\n")[-REGION:]
    return above + window.suffix.split("\n")[: REGION // 2]


def _read(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text("utf-8", "replace").splitlines(keepends=True))
    except OSError:
        return ()
