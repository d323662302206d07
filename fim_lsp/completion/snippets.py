"""Snippets from other documents: what was just edited, what looks alike, what is
imported.

Gathered in the background while the debounce waits, and kept for some seconds, so
that the beginning of the prompt stays the same and the provider's cache can hit.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..api.requests import Snippet
from ..privacy import lines_above, redact
from ..text import Document, path_of
from .edits import Change
from .imports import imported_files, outline
from .window import Window

# Lines of a region that is compared and sent.
REGION = 20
# Lines around a recent edit that are sent.
AROUND_EDIT = 5
DOCUMENTS = 20
COMPARED = 3000  # lines of a document
EDITS = 8
# A region less alike than this tells nothing; one more alike repeats what is there.
LEAST_ALIKE, MOST_ALIKE, SAME = 0.15, 0.5, 0.9
# Seconds for which gathered snippets are kept as they are.
STABLE = 10.0

_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a document that may be sent."""

    path: str
    text: str
    words: frozenset[str]


class Snippets:
    """Recent documents and edits, and the snippets last gathered for each document.

    `may_read(path, folder)` says whether privacy allows a file.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        may_read: Callable[[Path, Path], bool],
    ) -> None:
        self._clock = clock
        self._may_read = may_read
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._edits: OrderedDict[tuple[str, int], int] = OrderedDict()
        self._gathered: dict[str, tuple[float, tuple[Snippet, ...]]] = {}
        self._pieces: dict[str, tuple[Document, tuple[Region, ...]]] = {}
        self._gathering: dict[str, asyncio.Task[None]] = {}

    def seen(self, document: Document, changes: Sequence[Change] = ()) -> None:
        """A document was opened or edited; closed ones are remembered for a while."""
        uri = document.uri
        self._documents[uri] = document
        self._documents.move_to_end(uri)
        while len(self._documents) > DOCUMENTS:
            gone, _ = self._documents.popitem(last=False)
            self._gathered.pop(gone, None)
            self._pieces.pop(gone, None)
        for change in changes:
            line = change.start.line
            self._edits.pop((uri, line // REGION), None)
            self._edits[uri, line // REGION] = line
            while len(self._edits) > EDITS:
                self._edits.popitem(last=False)

    def snippets(self, uri: str) -> tuple[Snippet, ...]:
        """What was gathered for a document so far: never waited for."""
        return self._gathered.get(uri, (0.0, ()))[1]

    def prepare(self, window: Window, folder: Path | None, budget: int) -> None:
        """Gather in the background, if what is there has grown old."""
        uri = window.uri
        age = self._clock() - self._gathered.get(uri, (float("-inf"), ()))[0]
        if folder is None or budget <= 0 or age < STABLE or uri in self._gathering:
            return
        task = asyncio.create_task(self._gather(window, folder, budget))
        self._gathering[uri] = task
        task.add_done_callback(lambda _: self._gathering.pop(uri, None))

    async def aclose(self) -> None:
        for task in self._gathering.values():
            task.cancel()
        await asyncio.gather(*self._gathering.values(), return_exceptions=True)

    async def _gather(self, window: Window, folder: Path, budget: int) -> None:
        here = _words("\n".join(_around(window)))
        regions = list(self._edited(window.uri, folder))
        regions += await self._alike(window, here, folder)
        regions += await self._imported(window, folder)
        chosen = _chosen(regions, here, budget)
        self._gathered[window.uri] = (self._clock(), chosen)

    def _edited(self, uri: str, folder: Path) -> Iterator[Region]:
        """The surroundings of recent edits in other documents, newest first."""
        for (edited, _), line in reversed(self._edits.items()):
            document = self._documents.get(edited)
            if document is None or edited == uri:
                continue
            if path := self._relative(edited, folder):
                first = max(0, line - AROUND_EDIT)
                yield _region(path, document.lines, first, line + AROUND_EDIT + 1)

    async def _alike(
        self, window: Window, here: frozenset[str], folder: Path
    ) -> list[Region]:
        """The most similar region of each other document of the language."""
        found = []
        for uri, document in reversed(list(self._documents.items())):
            if uri == window.uri or document.language != window.language:
                continue
            if not (path := self._relative(uri, folder)):
                continue
            best = max(
                self._regions(path, document),
                key=lambda region: _similarity(region.words, here),
                default=None,
            )
            if best and _similarity(best.words, here) >= LEAST_ALIKE:
                found.append((_similarity(best.words, here), best))
            await asyncio.sleep(0)
        found.sort(key=lambda pair: -pair[0])
        return [region for _, region in found]

    async def _imported(self, window: Window, folder: Path) -> list[Region]:
        """What the imported files of the workspace define."""
        own = path_of(window.uri)
        document = self._documents.get(window.uri)
        if own is None or document is None:
            return []
        regions = []
        for path in imported_files(document, own, folder):
            opened = self._documents.get(path.as_uri())
            if not self._may_read(path, folder):
                continue
            lines = opened.lines if opened else await asyncio.to_thread(_read, path)
            text = outline(lines)
            if text and path.is_relative_to(folder):
                name = path.relative_to(folder).as_posix()
                regions.append(Region(name, text, _words(text)))
        return regions

    def _regions(self, path: str, document: Document) -> tuple[Region, ...]:
        """A document in pieces; remembered, because other documents seldom change."""
        known = self._pieces.get(document.uri)
        if known is None or known[0] is not document:
            lines = document.lines[:COMPARED]
            pieces = tuple(
                _region(path, lines, start, start + REGION)
                for start in range(0, len(lines), REGION)
            )
            known = self._pieces[document.uri] = document, pieces
        return known[1]

    def _relative(self, uri: str, folder: Path) -> str | None:
        """The path inside the folder of a document that may be sent."""
        found = path_of(uri)
        if found is None:
            return None
        path = Path(os.path.normpath(found))
        if not path.is_relative_to(folder):
            return None
        if not self._may_read(path, folder):
            return None
        return path.relative_to(folder).as_posix()


def _chosen(
    regions: Iterable[Region], here: frozenset[str], budget: int
) -> tuple[Snippet, ...]:
    """The first regions that fit the budget and repeat neither each other nor the
    text around the cursor.
    """
    kept: list[Region] = []
    for region in regions:
        if not region.text.strip() or _similarity(region.words, here) > MOST_ALIKE:
            continue
        if any(_similarity(region.words, other.words) > SAME for other in kept):
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


def _region(path: str, lines: Sequence[str], first: int, end: int) -> Region:
    """The lines from `first` up to `end`; a key that is cut there is hidden."""
    text = "\n".join(line.rstrip("\r\n") for line in lines[first:end]).strip("\n")
    if above := lines_above(lines, first):
        text = redact(text, above=above)
    return Region(path, text, _words(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's index of two sets of words."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _read(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text("utf-8", "replace").splitlines(keepends=True))
    except OSError:
        return ()
