"""What a document takes from other files of its project, within a budget.

The signatures of all that is imported by name come first, those that the text around
the cursor uses before the others; then, while there is room, the members of the types
among them.  A name that a file only passes on is followed to its definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from ..text import Document, path_of
from .imports import imported_files, passed_on
from .outlines import Definition, definitions, selectors
from .pieces import Region, words
from .window import Window

# How often a name is passed on before its definition.
PASSED_ON = 3
# Files that are read for one document, and for one import of it, those that pass a name
# on among them.
FILES, FILES_OF_ONE = 120, 40
# Files whose definitions are remembered.
REMEMBERED = 128
# Lines above and below the cursor that are near.
NEAR_LINES = 20
# The share of the budget that members of types may fill.
MEMBERS_SHARE = 0.5
# Languages whose files pass on all that they import, which is too much to follow.
PASS_ALL_ON = ("c", "cpp", "go", "java", "kotlin")

# The lines of a file; None where it may not be read.
Read = Callable[[Path], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A definition that a document imports, by its own name or with all of its file."""

    path: Path
    definition: Definition
    by_name: bool


def imported_regions(
    window: Window, document: Document, folder: Path, budget: int, read: Read
) -> list[Region]:
    """A region for each file of `folder` that `document`, open at `window`, imports.

    budget: characters of all regions.
    """
    own = path_of(document.file_uri)
    if own is None:
        return []
    code = window.prefix + window.suffix
    used = words(code)
    search = _Search(document.language, folder, read)
    taken: dict[tuple[Path, str], list[Taken]] = {}
    sheets: list[Region] = []
    for imported in imported_files(document, own, folder, code):
        if imported.path.suffix == ".css":
            sheets.append(
                _region(imported.path, folder, [[selectors(read(imported.path) or ())]])
            )
            continue
        by_name = imported.names is not None
        wanted = imported.names if imported.names is not None else used
        for path, item in search.find(imported.path, wanted, by_name=by_name):
            parts = taken.setdefault((path, item.name), [])
            part = Taken(path, item, by_name)
            if part not in parts:
                parts.append(part)
    # The parts of one type, such as the blocks of its methods, stay together.
    every = [part for parts in taken.values() for part in parts]
    return [*sheets, *_within(budget, every, _Uses(used, _near(window)), folder)]


@dataclass(frozen=True, slots=True)
class _Uses:
    """The words of the window, and those near the cursor, its own line aside."""

    anywhere: frozenset[str]
    near: frozenset[str]

    def rank(self, taken: Taken) -> tuple[bool, bool, int]:
        """How late a definition comes: after what is imported by name, what is used
        near the cursor, and what is shorter.
        """
        item = taken.definition
        return not taken.by_name, item.name not in self.near, _size(item.constructed())


def _near(window: Window) -> frozenset[str]:
    above = window.prefix.split("\n")[-NEAR_LINES - 1 : -1]
    below = window.suffix.split("\n")[1 : NEAR_LINES + 1]
    return words("\n".join([*above, *below]))


def _within(
    budget: int, taken: Sequence[Taken], uses: _Uses, folder: Path
) -> list[Region]:
    """The definitions that fit, in the longest form that does, by files.

    First how each is called, then the members that are used, then the others.
    """
    chosen: dict[int, tuple[str, ...]] = {}
    paths: set[Path] = set()
    order = sorted(range(len(taken)), key=lambda at: uses.rank(taken[at]))
    for at in order:
        item = taken[at].definition
        lines = item.constructed()
        if item.members and lines == item.head and at and _is_part(taken, at):
            # A block of methods none of which makes a value.
            continue
        path = taken[at].path
        size = _size(lines)
        size += 0 if path in paths else len(str(path)) - len(str(folder)) - 1
        if size <= budget:
            chosen[at] = lines
            paths.add(path)
            budget -= size
    for form in (partial(_with_used, uses=uses.anywhere), _whole):
        for at in order:
            lines = form(taken[at].definition)
            more = _size(lines) - _size(chosen.get(at, ()))
            is_used = taken[at].definition.name in uses.anywhere
            if (
                is_used
                and taken[at].path in paths
                and 0 < more <= budget * MEMBERS_SHARE
            ):
                chosen[at] = lines
                budget -= more
    return [
        _region(
            path,
            folder,
            [lines for at, lines in sorted(chosen.items()) if taken[at].path == path],
        )
        for path in dict.fromkeys(item.path for item in taken if item.path in paths)
    ]


def _with_used(item: Definition, uses: frozenset[str]) -> tuple[str, ...]:
    made = item.constructed()
    return item.with_members(
        lambda member: member.name in uses or member.lines[0] in made
    )


def _whole(item: Definition) -> tuple[str, ...]:
    return item.lines


def _is_part(taken: Sequence[Taken], at: int) -> bool:
    """Whether a definition is a further part of the one before it."""
    here, before = taken[at], taken[at - 1]
    return here.definition.name == before.definition.name and here.path == before.path


def _region(path: Path, folder: Path, parts: Sequence[Sequence[str]]) -> Region:
    text = "\n".join(line for lines in parts for line in lines)
    return Region(path.relative_to(folder).as_posix(), text, words(text))


def _size(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)


class _Search:
    """Looks names up in files, and in those that they pass names on from."""

    def __init__(self, language: str, folder: Path, read: Read) -> None:
        self._language = language
        self._folder = folder
        self._read = read
        self._files: dict[Path, tuple[Sequence[str], tuple[Definition, ...]]] = {}
        self._most = 0

    def find(
        self, path: Path, names: frozenset[str], *, by_name: bool, depth: int = 0
    ) -> Iterator[tuple[Path, Definition]]:
        """Where `names` are defined.

        by_name: they are imported as such, and not only words of the document.
        """
        if not depth:
            self._most = min(FILES, len(self._files) + FILES_OF_ONE)
        lines, defined = self._file(path)
        missing = set(names)
        for item in defined:
            if item.name in names:
                missing.discard(item.name)
                yield path, item
        if not (missing and lines) or depth == PASSED_ON:
            return
        wanted_here = frozenset(missing)
        for further in passed_on(
            lines, self._language, path, self._folder, wanted_here
        ):
            if further.names is None and self._language in PASS_ALL_ON:
                continue
            if further.names is None:
                wanted = frozenset(missing)
            else:
                wanted = further.names & missing if by_name else frozenset()
            if not wanted:
                continue
            for place, item in self.find(
                further.path, wanted, by_name=by_name, depth=depth + 1
            ):
                missing.discard(item.name)
                yield place, item

    def _file(self, path: Path) -> tuple[Sequence[str], tuple[Definition, ...]]:
        file = self._files.get(path)
        if file is None and len(self._files) >= self._most:
            return (), ()
        if file is None:
            lines = self._read(path) or ()
            file = self._files[path] = lines, _definitions(tuple(lines))
        return file


@lru_cache(REMEMBERED)
def _definitions(lines: tuple[str, ...]) -> tuple[Definition, ...]:
    return tuple(definitions(lines))
